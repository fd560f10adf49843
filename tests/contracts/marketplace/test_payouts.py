"""What sellers see of their money, and where they have it sent."""

import pytest

from commerce.payouts.service import payouts
from support.builders import Person, a_person
from support.client import Client
from support.fake_transfers import FakeTransfers
from support.paying import earned, sold

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("marketplace")
BASE = "/api/marketplace/payouts"
NOTHING = {"pending": "0.00", "available": "0.00", "in_transit": "0.00", "paid": "0.00"}


def get(seller: Person, path: str, **query: str) -> object:
    answer = shop.get(f"{BASE}/{path}", token=seller.access, query=query)
    assert answer.status == 200
    return answer.body


@pytest.mark.covers("marketplace", "GET", "/api/marketplace/payouts/balance/")
@pytest.mark.covers("marketplace", "GET", "/api/marketplace/payouts/")
@pytest.mark.covers("marketplace", "GET", "/api/marketplace/payouts/{payout_id}/")
def test_what_was_earned_is_seen_and_paid_out() -> None:
    seller = a_person(is_seller=True)
    assert get(seller, "balance/") == {"balances": []}
    payouts().projection.bring(sold(seller, 5_000, days_ago=1).id)
    earned(seller, 10_000)
    assert get(seller, "balance/") == {
        "balances": [NOTHING | {"currency": "USD", "pending": "45.00", "available": "90.00"}]
    }
    payouts().process({"seller_id": seller.id, "currency": "USD"})
    assert get(seller, "balance/") == {"balances": [NOTHING | {"currency": "USD", "pending": "45.00", "paid": "90.00"}]}
    page = get(seller, "")
    assert isinstance(page, dict)
    [made] = page["payouts"]
    assert made == {
        "id": made["id"],
        "reference": f"po_{seller.id}_{made['id']}",
        "status": "paid",
        "amount": "90.00",
        "currency": "USD",
        "recipient": made["recipient"],
        "problem": "",
        "created_at": made["created_at"],
        "updated_at": made["updated_at"],
    }
    assert page["has_next"] is False
    assert get(seller, f"{made['id']}/") == made
    assert shop.get(f"{BASE}/{made['id']}/", token=a_person(is_seller=True).access).status == 404


@pytest.mark.covers("marketplace", "GET", "/api/marketplace/payouts/recipients/")
@pytest.mark.covers("marketplace", "PUT", "/api/marketplace/payouts/recipients/{currency}/")
@pytest.mark.covers("marketplace", "DELETE", "/api/marketplace/payouts/recipients/{currency}/")
def test_a_recipient_is_resolved_shown_masked_and_removed(capfd: pytest.CaptureFixture[str]) -> None:
    bank, seller = FakeTransfers().install(), a_person(is_seller=True)
    said = {"provider": "paystack", "kind": "bank", "account": "0690000034", "bank": "044"}
    answer = shop.put(f"{BASE}/recipients/ngn/", json=said, token=seller.access)
    assert (answer.status, answer.body) == (
        200,
        {
            "currency": "NGN",
            "provider": "paystack",
            "kind": "bank",
            "bank": "044",
            "account": "•••• 0034",
            "name": "Ama Mensah",
            "changed_at": answer.body["changed_at"],
        },
    )
    assert bank.resolved[0].account == "0690000034"
    assert get(seller, "recipients/") == {"recipients": [answer.body]}
    gone = shop.delete(f"{BASE}/recipients/NGN/", token=seller.access)
    assert (gone.status, gone.body) == (200, {"recipients": []})
    assert shop.delete(f"{BASE}/recipients/NGN/", token=seller.access).status == 404
    assert "0690000034" not in "".join(capfd.readouterr())


def test_recipients_that_cannot_be_paid_are_refused() -> None:
    bank, seller = FakeTransfers().install(), a_person(is_seller=True)
    right = {"provider": "paystack", "kind": "bank", "account": "0690000034", "bank": "044"}
    wrong = [
        ({"provider": "stripe"}, "provider"),
        ({"provider": "paypal"}, "provider"),
        ({"kind": "cash"}, "kind"),
        ({"bank": ""}, "bank"),
        ({"kind": "mobile_money", "bank": "mtn"}, "name"),
        ({"account": " "}, "account"),
    ]
    for change, field in wrong:
        answer = shop.put(f"{BASE}/recipients/USD/", json=right | change, token=seller.access)
        assert (answer.status, list(answer.body)) == (400, [field])
    assert shop.put(f"{BASE}/recipients/dollars/", json=right, token=seller.access).status == 400
    bank.troubles = 1
    assert shop.put(f"{BASE}/recipients/USD/", json=right, token=seller.access).status == 503


@pytest.mark.covers("marketplace", "GET", "/api/marketplace/payouts/statement/")
def test_a_statement_as_json_and_as_a_table() -> None:
    seller = a_person(is_seller=True)
    order = earned(seller, 10_000)
    found = get(seller, "statement/")
    assert isinstance(found, dict)
    at = found["movements"][0]["at"]
    assert found == {
        "seller_id": seller.id,
        "currency": "USD",
        "first": found["first"],
        "last": found["last"],
        "opening_balance": "0.00",
        "closing_balance": "90.00",
        "movements": [
            {"at": at, "kind": "sale", "about": str(order.id), "amount": "100.00", "balance": "100.00"},
            {"at": at, "kind": "commission", "about": str(order.id), "amount": "-10.00", "balance": "90.00"},
        ],
    }
    table = shop.get(f"{BASE}/statement/", query={"format": "csv", "currency": "usd"}, token=seller.access)
    assert table.headers["Content-Type"].startswith("text/csv")
    assert table.headers["Content-Disposition"].startswith(f'attachment; filename="statement-{seller.id}-USD-')
    for query in ({"format": "xlsx"}, {"from": "yesterday"}, {"from": "2026-01-01", "to": "2026-11-01"}):
        assert shop.get(f"{BASE}/statement/", query=query, token=seller.access).status == 400
