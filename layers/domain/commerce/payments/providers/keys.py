"""The providers' keys: one secret, a name for each key."""

from typing import Any

from commerce.kit import secrets, settings


def keys() -> dict[str, Any]:
    """All of them, by name."""
    return secrets.read(settings.text("PAYMENTS_SECRET"))
