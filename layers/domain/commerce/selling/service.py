"""Selling by who has not sold before: a first product makes its maker a seller, and they need not ask for the role.

For clients that know no applying; the others let only sellers make products, and ask the catalogue themselves.
"""

from functools import cache

from commerce.accounts.model import MayNotSell
from commerce.accounts.service import Accounts, accounts
from commerce.catalog.changes import BesideRefused, ProductChange
from commerce.catalog.model import NewProduct, Product
from commerce.catalog.service import Catalog, catalog
from commerce.kit.idempotency import IdempotentRequest, Outcome
from commerce.kit.principal import Principal
from commerce.selling.model import as_seller, sells


class Selling:
    """Products of people who may have become sellers after their token was made."""

    def __init__(self, accounts: Accounts, catalog: Catalog) -> None:
        self._accounts = accounts
        self._catalog = catalog

    def offer(self, caller: Principal, draft: NewProduct, request: IdempotentRequest | None = None) -> Outcome[Product]:
        """A new product of the caller. Who does not sell yet becomes a seller by it, in the same transaction: a product
        that is refused makes nobody one. Raises MayNotSell, and as `Catalog.create`."""
        seller = self._accounts.selling(caller)
        if sells(seller):
            return self._catalog.create(seller, draft, request)
        grant = self._accounts.seller_write(caller.user_id)
        try:
            return self._catalog.create(as_seller(seller), draft, request, lambda _: [grant])
        except BesideRefused:
            raise MayNotSell from None

    def change(
        self, caller: Principal, product_id: int, change: ProductChange, request: IdempotentRequest | None = None
    ) -> Outcome[Product]:
        """The product after the change. Raises as `Catalog.change`."""
        return self._catalog.change(self._accounts.selling(caller), product_id, change, request)

    def remove(self, caller: Principal, product_id: int) -> None:
        """Take a product from the shop. Raises as `Catalog.remove`."""
        self._catalog.remove(self._accounts.selling(caller), product_id)


@cache
def selling() -> Selling:
    """The service over the tables that the environment names."""
    return Selling(accounts(), catalog())
