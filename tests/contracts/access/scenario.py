"""What the cells of the access matrix are tried on: six people, and things that belong to two of them.

Things are made when a row of the matrix names them, and again for each row, so that no row depends on another.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import time_machine

from commerce.chat.model import Conversation, NewConversation
from commerce.chat.service import chat
from commerce.favorites.service import favorites
from commerce.kit import clock
from commerce.media.model import Album, Announced
from commerce.media.service import media
from commerce.orders.payment import Method, Provider
from commerce.payments.service import payments
from commerce.reviews.model import Opinion
from commerce.reviews.service import reviews
from commerce.sessions import tokens
from commerce.sessions.service import sessions
from support.builders import PASSWORD, Person, a_person, a_product, an_order, listed
from support.fake_provider import FakeProvider
from support.pictures import a_file, check_uploads

PRINCIPALS = ("anon", "expired", "refresh", "pending", "stranger", "seller", "rival", "staff", "buyer")
_DAY_MS = 86_400_000


class People:
    """The callers. `buyer` and `seller` own things; `stranger` and `rival` are their likes without a right to them."""

    def __init__(self) -> None:
        self.buyer, self.stranger = a_person(), a_person()
        self.seller, self.rival = a_person(is_seller=True), a_person(is_seller=True)
        self.staff = a_person(is_staff=True)
        with time_machine.travel((clock.now_ms() - _DAY_MS) / 1000):
            self._expired = sessions().open(self.buyer.principal).access

    def token(self, principal: str) -> str | None:
        """What a principal of the matrix sends in its Authorization header."""
        match principal:
            case "anon":
                return None
            case "expired":
                return self._expired
            case "refresh":
                return self.buyer.refresh
            case "pending":
                # The password was right, the second factor is still owed.
                return tokens.issue(replace(self.buyer.principal, pending=True), "pending").access
            case _:
                person: Person = getattr(self, principal)
                return person.access


class Things(Mapping[str, Any]):
    """The values that a row's `$words` stand for, made at first use."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._made: dict[str, Any] = {}
        self._makers: dict[str, Callable[[], Any]] = {
            "product": lambda: self._product().id,
            "hidden": lambda: a_product(people.seller, name="Hidden", is_active=False).id,
            "slug": lambda: self._product().slug,
            "hidden_slug": lambda: a_product(people.seller, name="Hidden", is_active=False).slug,
            "seller_id": lambda: people.seller.id,
            "review": self._review,
            "category": lambda: self._product().category_slug,
            "image": lambda: self._image().images[0].id,
            "image_key": lambda: self._image().shown_keys[0],
            "pictures": self._pictures,
            "line": self._line,
            "lines": self._lines,
            "cart": self._cart,
            "wish": self._wish,
            "conversation": lambda: self._conversation().id,
            "contact": lambda: self._contact().id,
            "invitation": lambda: self._contact().invitation,
            "order": lambda: an_order(people.buyer, (a_product(people.seller), 1)).id,
            "reference": self._reference,
            "paid": self._paid,
            "refund": self._refund,
            "awaits_code": self._awaits_code,
            "user": lambda: a_person().id,
            "listed": lambda: listed(self._product()),
            "email": lambda: people.buyer.user.email,
            "buyer_id": lambda: people.buyer.id,
            "password": lambda: PASSWORD,
        }

    def __getitem__(self, name: str) -> Any:
        if name in _EVERY_TIME:
            return _EVERY_TIME[name](self._people)
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Any:
        return iter([*self._makers, *_EVERY_TIME])

    def __len__(self) -> int:
        return len(self._makers) + len(_EVERY_TIME)

    def _product(self) -> Any:
        if "(product)" not in self._made:
            self._made["(product)"] = a_product(self._people.seller)
        return self._made["(product)"]

    def _review(self) -> int:
        """What the buyer says of the product."""
        return reviews().add(self._people.buyer.principal, self["slug"], Opinion(4)).value.id

    def _conversation(self) -> Conversation:
        """The buyer's with the seller, about the product, in which the buyer has written."""
        if "(conversation)" not in self._made:
            buyer = self._people.buyer.principal
            made = chat().start(buyer, NewConversation(product_id=self["product"])).value
            chat().send(buyer, made.id, "Is it still available?")
            self._made["(conversation)"] = made
        return self._made["(conversation)"]

    def _contact(self) -> Conversation:
        """The seller's with somebody who has no account."""
        if "(contact)" not in self._made:
            wanted = NewConversation(customer_email="jane@example.com")
            self._made["(contact)"] = chat().start(self._people.seller.principal, wanted).value
        return self._made["(contact)"]

    def _image(self) -> Album:
        """The product's pictures, of which there is one."""
        seller, product, content = self._people.seller, self._product(), a_file()
        if "(image)" not in self._made:
            media().add(seller.principal, product.id, Announced("a.png", "image/png", len(content)), content)
            check_uploads()
            self._made["(image)"] = media().of_product(seller.principal, product.id)
        return self._made["(image)"]

    def _pictures(self) -> None:
        """Everybody's own."""
        people = self._people
        for person in (people.buyer, people.stranger, people.seller, people.rival, people.staff):
            media().replace_own(person.principal, Announced("me.png", "image/png", 10))

    def _line(self) -> int:
        """A product in the buyer's cart."""
        from commerce.carts.service import carts

        product = a_product(self._people.seller, name="Line")
        carts().add(self._people.buyer.cart, product.id, 2)
        return product.id

    def _lines(self) -> int:
        """A product in everybody's cart."""
        from commerce.carts.service import carts

        people, product = self._people, a_product(self._people.seller, name="Everybody's")
        for person in (people.buyer, people.stranger, people.seller, people.rival, people.staff):
            carts().add(person.cart, product.id, 1)
        return product.id

    def _cart(self) -> int:
        """The id of the buyer's cart, which has a line."""
        from commerce.carts.service import carts

        _ = self["line"]
        return carts().cart(self._people.buyer.cart).id

    def _wish(self) -> int:
        """The product, which everybody wants to find again."""
        people = self._people
        for person in (people.buyer, people.stranger, people.seller, people.rival, people.staff):
            favorites().add(person.principal, self["product"])
        product: int = self["product"]
        return product

    def _reference(self) -> str:
        """A payment of the buyer's order that the provider has taken."""
        provider = FakeProvider().install()
        buyer = self._people.buyer
        attempt = payments().initiation.start(
            buyer.principal,
            self["order"],
            provider=Provider.PAYSTACK,
            method=Method.CARD,
            email=buyer.user.email,
            return_url="https://shop.test/paid",
        )
        provider.pay(attempt.reference)
        return attempt.reference

    def _paid(self) -> int:
        """An order of the buyer's that is paid."""
        payments().settlement.settle(self["order"], self["reference"])
        order: int = self["order"]
        return order

    def _awaits_code(self) -> str:
        """A payment of the buyer's by mobile money, whose network has sent a code."""
        FakeProvider(otp="123456").install()
        buyer = self._people.buyer
        return (
            payments()
            .initiation.start(
                buyer.principal,
                self["order"],
                method=Method.MOBILE_MONEY,
                email=buyer.user.email,
                return_url="https://shop.test/paid",
                phone="0201234567",
                network="telecel",
            )
            .reference
        )

    def _refund(self) -> str:
        """A refund of the paid order that its provider refused."""
        order = self["paid"]
        FakeProvider(refusals=1).install()
        return payments().refunds.refund(self._people.staff.principal, order, 100, "refused").id


_numbers = count(1)
# What is another one in every cell.
_EVERY_TIME: dict[str, Callable[[People], Any]] = {
    "number": lambda people: next(_numbers),
    "session": lambda people: tokens.verify(sessions().open(people.buyer.principal).access).session_id,
    "fresh_refresh": lambda people: sessions().open(people.buyer.principal).refresh,
}
