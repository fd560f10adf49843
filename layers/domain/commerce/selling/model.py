"""Who may offer a product. Rules only."""

from dataclasses import replace

from commerce.kit.principal import Principal


def sells(caller: Principal) -> bool:
    """Whether the caller has the role that making products takes."""
    return caller.is_seller or caller.is_staff


def as_seller(caller: Principal) -> Principal:
    """The caller as they are once they sell."""
    return replace(caller, is_seller=True)
