"""The check that an operator runs against the real provider, run against the sandbox: it passes, and it finds what is
not as expected."""

import httpx
import pytest

from commerce.payments.providers import keys as provider_keys
from commerce.payments.providers.model import InitiatedPayment
from local import live_check
from local.sandbox import keys

ENVIRONMENT = {name.upper(): value for name, value in keys.as_secret().items()}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_check, "POLL_SECONDS", 0.0)
    monkeypatch.setenv("PAYPAL_URL", "")


def pays(outcome: str = "success"):
    def pay(initiated: InitiatedPayment) -> None:
        httpx.post(initiated.authorization_url, data={"outcome": outcome})

    return pay


def checked(till, outcome: str = "success", **more: str) -> int:
    return live_check.main(till.name, ENVIRONMENT | {"URL": till.sandbox.api(till.name)} | more, pays(outcome))


def test_it_passes_and_gives_the_money_back(till, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(till) == 0
    assert capsys.readouterr().out.endswith("pass\n")
    assert [row["amount_minor"] for row in till.captures] == [row["amount_minor"] for row in till.refunds] == [100]
    assert provider_keys._handed_over == {}


def test_mobile_money(till_of) -> None:
    for name in ("paystack", "flutterwave"):
        assert checked(till_of(name), PHONE="0241234567", AMOUNT="0.50") == 0


def test_a_declined_payment_and_a_refused_refund_differ(till, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(till, "failure") == 1
    assert "DIFFERS: the payment is failed" in capsys.readouterr().out
    till.sandbox.sandbox.configure(refund_outcome="failed")
    assert checked(till) == 1
    assert "DIFFERS: the refund is refused" in capsys.readouterr().out


def test_another_amount_differs(till_of, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from local.sandbox import paystack_objects

    shown = paystack_objects.transaction
    # As if Paystack counted in the major unit.
    monkeypatch.setattr(paystack_objects, "transaction", lambda held: shown(held) | {"requested_amount": 1})
    assert checked(till_of("paystack")) == 1
    assert "DIFFERS: the amount is what was asked for: found 1, expected 100" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("nobody", {}, "PROVIDER is one of"),
        ("bank", {}, "PROVIDER is one of"),
        ("stripe", {"STRIPE_SECRET_KEY": ""}, "Set STRIPE_SECRET_KEY"),
        ("stripe", {"STRIPE_SECRET_KEY": "sk_live_1"}, "LIVE=1 lets it"),
        ("paypal", {"URL": "https://api-m.paypal.com"}, "LIVE=1 lets it"),
    ],
)
def test_what_cannot_be_tried_asks_nobody(name: str, more: dict[str, str], words: str, capsys, published) -> None:
    assert live_check.main(name, ENVIRONMENT | more, pays()) == 2
    assert words in capsys.readouterr().out
    assert all(judgement.exchanges == [] for judgement in published.values())


def test_a_provider_that_does_not_answer_differs(capsys: pytest.CaptureFixture[str]) -> None:
    assert live_check.main("paystack", ENVIRONMENT | {"URL": "http://127.0.0.1:1"}, pays()) == 1
    assert "DIFFERS: ProviderTrouble" in capsys.readouterr().out
