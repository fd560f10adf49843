"""Carts of contracts whose buyers are logged in."""

from commerce.carts.model import Owner
from rest.api import Request


def own_cart(request: Request) -> Owner:
    """Whose cart the caller's requests are about: their account's."""
    return Owner.account(request.caller.user_id)
