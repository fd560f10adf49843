"""Which gateway serves which provider, and that each does everything."""

import inspect

import pytest

from commerce.orders.payment import Provider
from commerce.payments.providers import registry
from commerce.payments.providers.gateway import Gateway
from commerce.payments.providers.model import MethodRefused
from payments.conftest import CLASSES

METHODS = [name for name, _ in inspect.getmembers(Gateway, inspect.isfunction) if not name.startswith("_")]


@pytest.fixture(autouse=True)
def nothing_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_made", {})


@pytest.mark.parametrize("name", list(CLASSES))
def test_a_gateway_is_made_once_and_does_everything(name: str) -> None:
    made = registry.gateway(Provider(name))
    assert type(made._gateway).__name__ == CLASSES[name].__name__
    assert registry.gateway(Provider(name)) is made
    assert len(METHODS) == 8
    for method in METHODS:
        wanted, found = inspect.signature(getattr(Gateway, method)), inspect.signature(getattr(type(made), method))
        assert found == wanted, method


@pytest.mark.parametrize("provider", [Provider.BANK, Provider.OFFLINE])
def test_nobody_takes_these_online(provider: Provider) -> None:
    with pytest.raises(MethodRefused):
        registry.gateway(provider)
