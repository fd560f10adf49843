"""How an account becomes a seller's, the same in every contract (docs/contracts: roles)."""

from typing import TypedDict

from commerce.accounts.service import Accounts
from rest.api import Access, Api, Request


class Seller(TypedDict):
    id: int
    is_seller: bool


def seller_routes(api: Api, accounts: Accounts) -> None:
    """The route by which callers take up the seller's role."""

    @api.post("/api/auth/become-seller/", access=Access.USER, returns=Seller)
    def become_seller(request: Request) -> Seller:
        """Make the caller's account a seller's; its next token says so."""
        user = accounts.become_seller(request.caller)
        return {"id": user.id, "is_seller": user.is_seller}
