"""The panel's actions that cannot be undone: confirmed first, carried out once, and what was typed is not lost."""

import json
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from panel.conftest import Sold, settled, staff
from support.browser import Page
from support.stack import Stack

# Puts a hand between the panel and the server: requests that match are kept in `window.seen`, and answered as told.
INTERVENE = """
    const [matches, reaction, answer] = arguments;
    const send = window.fetch;
    window.seen = [];
    window.released = [];
    window.fetch = async (path, options) => {
        if (!`${options?.method ?? 'GET'} ${path}`.match(new RegExp(matches))) return send(path, options);
        window.seen.push({path, body: options.body, key: options.headers['Idempotency-Key']});
        if (reaction === 'lose the first answer' && window.seen.length === 1) {
            await send(path, options);
            throw new TypeError('Failed to fetch');
        }
        if (reaction === 'hold') await new Promise((resolve) => window.released.push(resolve));
        if (reaction === 'answer') return new Response(JSON.stringify(answer), {status: 200});
        return send(path, options);
    };
"""


def intervene(panel: Page, matches: str, reaction: str, answer: Any = None) -> None:
    panel.run(INTERVENE, matches, reaction, answer)


def seen(panel: Page) -> list[dict[str, Any]]:
    return list(panel.run("return window.seen"))


@pytest.fixture
def paid(panel: Page, page: Page, sold: Sold) -> Sold:
    """A paid order, open in the panel."""
    page.visit(sold.pay_url)
    page.press("Pay")
    settled(panel, sold)
    page.complaints()  # The provider's page has no icon.
    return sold


def fill_refund(panel: Page, amount: str) -> None:
    panel.press("Refund …")
    panel.fill("Amount in USD", amount)
    panel.fill("Reason", "A scratch on the left one")


def refunds(stack: Stack, order: Sold) -> list[str]:
    return [one["amount"] for one in staff(stack).get(f"/orders/{order.id}/payments/").json()["refunds"]]


def test_a_refund_whose_answer_was_lost_is_given_once_however_often_it_is_sent(
    panel: Page, stack: Stack, paid: Sold
) -> None:
    intervene(panel, "POST .*/refunds/$", "lose the first answer")
    fill_refund(panel, "1.00")
    panel.press("Refund 1.00 USD")
    panel.sees("The server cannot be reached.")
    panel.sees("This refund was sent but got no response.")
    first_key = seen(panel)[0]["key"]
    panel.press("Cancel")
    panel.run("location.reload()")
    panel.press("Refund …")
    panel.sees("This refund was sent but got no response.")
    assert panel.run("return document.querySelector('#amount').matches(':disabled')")
    intervene(panel, "POST .*/refunds/$", "watch")
    panel.press("Send again: refund 1.00 USD")
    panel.sees("Refund of 1.00 USD is ")

    assert [request["key"] for request in seen(panel)] == [first_key]
    assert refunds(stack, paid) == ["1.00"]
    # The next one is another.
    fill_refund(panel, "2.00")
    panel.press("Refund 2.00 USD")
    panel.sees("Refund of 2.00 USD is ")
    assert sorted(refunds(stack, paid)) == ["1.00", "2.00"]


def test_a_refund_that_is_on_its_way_cannot_be_pressed_or_left(panel: Page, stack: Stack, paid: Sold) -> None:
    intervene(panel, "POST .*/refunds/$", "hold")
    fill_refund(panel, "1.00")
    panel.press("Refund 1.00 USD")
    panel.sees("Sending …")
    panel.run("document.querySelector('dialog form').requestSubmit()")
    panel.chrome.switch_to.active_element.send_keys(Keys.ESCAPE)
    panel.chrome.switch_to.active_element.send_keys(Keys.ESCAPE)
    # A browser may close it at the second Escape; the page opens it again at once.
    panel.until(lambda: bool(panel.run("return document.querySelector('dialog').open")), "the dialog was left")
    assert panel.run(
        "return [...document.querySelectorAll('dialog button, dialog input')].every((one) => one.matches(':disabled'))"
    )
    assert len(seen(panel)) == 1
    panel.run("window.released.forEach((release) => release())")
    panel.sees("Refund of 1.00 USD is ")
    assert refunds(stack, paid) == ["1.00"]


def test_a_refused_refund_says_so_where_it_was_typed_and_keeps_what_was_typed(
    panel: Page, stack: Stack, paid: Sold
) -> None:
    fill_refund(panel, "999999.00")
    panel.press("Refund 999999.00 USD")
    panel.until(lambda: bool(panel.run("return document.querySelector('dialog [role=alert]').textContent")), "silent")
    assert panel.run("return document.querySelector('#reason').value") == "A scratch on the left one"
    assert panel.run("return document.querySelector('#amount').value") == "999999.00"
    assert not panel.run("return document.querySelector('#amount').matches(':disabled')")
    panel.fill("Amount in USD", "1.00")
    panel.press("Refund 1.00 USD")
    panel.sees("Refund of 1.00 USD is ")
    assert refunds(stack, paid) == ["1.00"]
    assert all("400" in complaint for complaint in panel.complaints())


def test_cancelling_asks_first_and_says_what_becomes_of_the_money(panel: Page, stack: Stack, paid: Sold) -> None:
    [part] = staff(stack).get(f"/orders/{paid.id}/").json()["parts"]
    panel.fill(f"New status of seller {part['seller_id']}'s part", "cancelled")
    panel.press("Move")
    panel.sees(f"{paid.total} USD is refunded to the buyer")
    panel.press("Cancel")
    assert staff(stack).get(f"/orders/{paid.id}/").json()["status"] != "cancelled"


def test_confirming_a_payment_says_what_it_does(panel: Page, stack: Stack, sold: Sold) -> None:
    panel.visit(f"{stack.url}/admin#/orders/{sold.id}")
    panel.press("Confirm payment …")
    panel.sees(f"You have received {sold.total} USD")
    panel.sees("This cannot be undone")
    panel.press("Cancel")
    assert staff(stack).get(f"/orders/{sold.id}/").json()["payment_status"] == "pending"


def test_a_stock_set_over_a_stale_one_is_refused_beside_the_button_and_kept(
    panel: Page, stack: Stack, sold: Sold
) -> None:
    api, path = staff(stack), f"/products/{sold.product['id']}/"
    panel.visit(f"{stack.url}/admin#/products/{sold.product['id']}")
    panel.sees("when this page was loaded")
    api.patch(path, json={"stock_change": -1}).raise_for_status()
    left = api.get(path).json()["stock"]
    panel.fill("Stock", "77")
    panel.press("Save")
    panel.sees(f"There are {left} pieces by now.")
    assert panel.run("return document.querySelector('form [role=alert]').textContent").startswith("There are")
    assert panel.run("return document.querySelector('#stock').value") == "77"
    assert api.get(path).json()["stock"] == left
    assert all("409" in complaint for complaint in panel.complaints())


def test_orders_that_need_attention_are_listed_with_their_reasons(panel: Page, stack: Stack, sold: Sold) -> None:
    row = next(one for one in staff(stack).get("/orders/").json()["orders"] if one["id"] == sold.id)
    reasons = ["A refund could not be carried out.", "A payment came in another currency."]
    intervene(panel, "GET .*/attention/$", "answer", {"orders": [row | {"reasons": reasons}, row | {"id": 1}]})
    panel.press("Attention")
    for reason in reasons:
        panel.sees(reason)
    panel.press(str(sold.id))
    panel.sees(f"Order {sold.id}")


def test_a_refund_in_trouble_says_why_and_is_tried_again_or_given_by_hand(
    panel: Page, stack: Stack, paid: Sold
) -> None:
    history = staff(stack).get(f"/orders/{paid.id}/payments/").json()
    refund = {
        "id": "r1", "reference": "x", "provider": "paystack", "status": "attention", "amount": "5.00",
        "currency": "USD", "reason": "Broken", "is_surplus": False, "tries": 9, "created_at": "2026-01-01T00:00:00Z",
        "problem": "The card was closed.", "shares": [{"seller_id": 11, "amount": "5.00"}],
    }  # fmt: skip
    done = refund | {"status": "done"}
    panel.visit(f"{stack.url}/admin#/orders")
    panel.sees("Orders of")
    intervene(panel, f"GET .*/orders/{paid.id}/payments/$", "answer", history | {"refunds": [refund]})
    panel.run(f"location.hash = '#/orders/{paid.id}'")
    panel.sees("The card was closed.")
    panel.sees("seller 11: 5.00")
    intervene(panel, "POST .*/retry/$", "answer", done)
    panel.press("Try refund r1 again")
    panel.sees("The provider is asked once more")
    panel.press("Try again")
    panel.sees("Refund r1 is done.")
    panel.press("Refund r1 was made by hand")
    panel.sees("no money will move")
    panel.press("It was refunded")
    # The order's money is asked for again meanwhile; retries alone have a body.
    panel.until(lambda: len([one for one in seen(panel) if one["body"]]) == 2, "nothing was sent")
    sent = [one for one in seen(panel) if one["body"]]
    assert [json.loads(one["body"]) for one in sent] == [{"by_hand": False}, {"by_hand": True}]
    assert {one["path"] for one in sent} == {f"/admin/api/orders/{paid.id}/refunds/r1/retry/"}
    assert len({one["key"] for one in sent}) == 2
