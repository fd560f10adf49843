"""Things that tests need to exist, made through the product's own services."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from commerce.accounts.model import Registration, User
from commerce.accounts.service import accounts
from commerce.carts.model import Owner
from commerce.carts.service import carts
from commerce.catalog.model import Category, NewProduct, Product
from commerce.catalog.service import catalog
from commerce.kit import settings
from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from commerce.orders.model import Order, OrderTerms, ShippingDetails
from commerce.orders.service import orders
from commerce.sessions.service import sessions

PASSWORD = "securepassword123"
_numbers = count(1)


@dataclass(frozen=True)
class Person:
    """An account with tokens that are good now."""

    user: User
    access: str
    refresh: str

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def principal(self) -> Principal:
        return self.user.principal()

    @property
    def cart(self) -> Owner:
        return Owner.account(self.user.id)


def a_person(*, is_seller: bool = False, is_staff: bool = False, **said: Any) -> Person:
    """A registered user with the roles asked for; `said` is what the registration says."""
    number = next(_numbers)
    email = said.pop("email", f"person{number}@example.com")
    registration = Registration(email=email, password=PASSWORD, is_seller=is_seller, **said)
    signed_in = accounts().register(registration, f"192.0.2.{number}").value
    user = accounts().make_staff(email) if is_staff else signed_in.user
    tokens = sessions().open(user.principal())
    return Person(user, tokens.access, tokens.refresh)


def an_open_account(user_id: int) -> None:
    """No more of an account than writes need: for many buyers, as each registration would cost a password hash."""
    table = Table(settings.text("ACCOUNTS_TABLE"))
    named = {"id": user_id, "email": f"{user_id}@example.com", "username": str(user_id), "is_active": True}
    table.write(table.put({"pk": f"USER#{user_id}", "sk": "USER", **named}))


def a_category(name: str = "Electronics") -> Category:
    """A category; the same for the same name."""
    return catalog().add_category(None, name)


def a_product(seller: Person | None = None, **said: Any) -> Product:
    """A product at 999.99 USD with 50 pieces of a seller of its own, unless said otherwise."""
    seller = seller or a_person(is_seller=True)
    category = a_category(said.pop("category", "Electronics"))
    draft = {"name": "Smartphone Pro Max", "price_minor": 99_999, "stock": 50, "category_slug": category.slug}
    return catalog().create(seller.principal, NewProduct(**draft | said)).value


def an_order(buyer: Person, *lines: tuple[Product, int], text: str = "123 Main St, City, Country") -> Order:
    """An order of the buyer's for the lines."""
    for product, quantity in lines:
        carts().add(buyer.cart, product.id, quantity)
    shipping = ShippingDetails({"text": text}, "+1234567890")
    return orders().place(buyer.principal, "storefront", shipping, OrderTerms()).value


def available(product: Product) -> int:
    """How many pieces of the product are left now."""
    return catalog().products([product.id])[0].available


def listed(*products: Product) -> None:
    """Bring the catalogue index to what is true of the products now, and let readers see it at once."""
    from commerce.indexing.service import indexing
    from commerce.search.service import search

    indexing().update([product.id for product in products])
    search()._index._checked_at = 0
