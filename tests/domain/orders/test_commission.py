"""The platform's commission belongs to the shop and to no contract: whoever places an order cannot leave it out."""

import inspect

import pytest

from commerce.kit import settings
from commerce.ledger import model as ledger
from commerce.orders.model import OrderTerms
from commerce.orders.service import Orders, orders
from support.builders import a_person, a_product, an_order


@pytest.mark.usefixtures("aws")
def test_an_order_carries_the_rate_of_the_shop() -> None:
    order = an_order(a_person(), (a_product(price_minor=10_000), 1))
    assert order.commission_bp == settings.commission_bp() == 1_000
    [part] = order.parts.values()
    assert ledger.shares(part, order.commission_bp)["commission"] == 1_000


def test_no_terms_of_a_contract_name_it() -> None:
    assert not [name for name in inspect.signature(OrderTerms).parameters if "commission" in name]
    assert not [name for name in inspect.signature(Orders.place).parameters if "commission" in name]


def test_it_has_no_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that was not told would sell on other terms than the rest: it does not start."""
    monkeypatch.delenv("COMMISSION_BP")
    with pytest.raises(settings.SettingMissing, match="COMMISSION_BP"):
        orders.__wrapped__()
    parameter = inspect.signature(Orders).parameters["commission_bp"]
    assert parameter.default is inspect.Parameter.empty


@pytest.mark.parametrize("rate", ["-1", "10001"])
def test_it_is_a_share_of_the_price(rate: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMISSION_BP", rate)
    with pytest.raises(ValueError, match="no share"):
        orders.__wrapped__()
