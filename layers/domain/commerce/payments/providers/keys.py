"""The providers' keys: one secret, a name for each key."""

from typing import Any

from commerce.kit import secrets, settings

_handed_over: dict[str, Any] = {}


def keys() -> dict[str, Any]:
    """All of them, by name."""
    return _handed_over or secrets.read(settings.text("PAYMENTS_SECRET"))


def hand_over(held: dict[str, Any]) -> None:
    """From now on these, and not the secret: for an operator's tool that was given keys. None gives the secret back."""
    _handed_over.clear()
    _handed_over.update(held)
