"""Test money and real money are told apart by keys and hosts, whatever we believe of ourselves."""

import pytest

from commerce.orders.payment import Provider
from commerce.payments.providers import modes
from commerce.payments.providers.model import MethodRefused, ModesContradict
from commerce.payments.providers.modes import check_modes, mode_of

LIVE = {
    "paystack_secret_key": "sk_live_4f0c",
    "stripe_secret_key": "sk_live_4f0c",
    "flutterwave_secret_key": "FLWSECK-4f0c-X",
}
HOSTS = [
    ("https://api-m.paypal.com", "live"),
    ("https://api.paypal.com", "live"),
    ("https://api-m.sandbox.paypal.com", "test"),
    ("http://localhost:8000/sandbox/paypal", "test"),
    ("https://api-m.paypal.com.elsewhere.example", "test"),
]


@pytest.fixture(autouse=True)
def local_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYPAL_URL", "https://api-m.sandbox.paypal.com")
    monkeypatch.setenv("PAYMENTS_LIVE", "false")


@pytest.mark.parametrize("key", [*LIVE.values(), "rk_live_4f0c", "looks-like-nothing"])
def test_a_key_that_is_not_plainly_of_the_test_mode_is_live(payment_keys: dict[str, str], key: str) -> None:
    for name in LIVE:
        payment_keys[name] = key
    assert {mode_of(provider) for provider in (Provider.PAYSTACK, Provider.STRIPE, Provider.FLUTTERWAVE)} == {"live"}


def test_test_keys() -> None:
    online = (Provider.PAYSTACK, Provider.STRIPE, Provider.FLUTTERWAVE, Provider.PAYPAL)
    assert {mode_of(provider) for provider in online} == {"test"}
    with pytest.raises(MethodRefused):
        mode_of(Provider.BANK)


@pytest.mark.parametrize(("url", "mode"), HOSTS)
def test_paypals_mode_is_its_host(monkeypatch: pytest.MonkeyPatch, url: str, mode: str) -> None:
    monkeypatch.setenv("PAYPAL_URL", url)
    assert mode_of(Provider.PAYPAL) == mode


@pytest.mark.parametrize("name", list(LIVE))
def test_one_live_key_where_no_money_should_move_stops_everything(payment_keys: dict[str, str], name: str) -> None:
    check_modes()
    payment_keys[name] = LIVE[name]
    with pytest.raises(ModesContradict, match="says test"):
        check_modes()


@pytest.mark.parametrize("name", [*LIVE, "paypal"])
def test_one_test_key_where_real_money_moves_stops_everything(payment_keys, monkeypatch, name: str) -> None:
    monkeypatch.setenv("PAYMENTS_LIVE", "true")
    monkeypatch.setenv("PAYPAL_URL", "https://api-m.paypal.com")
    held = dict(payment_keys)
    payment_keys.update(LIVE)
    check_modes()
    if name == "paypal":
        monkeypatch.setenv("PAYPAL_URL", "https://api-m.sandbox.paypal.com")
    else:
        payment_keys[name] = held[name]
    with pytest.raises(ModesContradict, match="says live"):
        check_modes()


def test_who_has_no_key_contradicts_nothing(payment_keys: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYMENTS_LIVE", "true")
    payment_keys.clear()
    check_modes()


def test_reports_say_what_the_provider_says_and_not_what_we_set(till, payment_keys, monkeypatch) -> None:
    attempt = till.paid()
    monkeypatch.setenv("PAYMENTS_LIVE", "true")
    assert till.gateway.fetch_status(attempt).is_live is False
    if till.name in ("flutterwave", "paypal"):
        # Nothing in the answers of these two tells; the key and the host do.
        monkeypatch.setattr(modes, "mode_of", lambda _: "live")
        monkeypatch.setattr(modes, "mode_of_host", lambda _: "live")
        assert till.gateway.fetch_status(attempt).is_live is True
