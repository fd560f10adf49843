"""Chat: conversations and messages."""

import time_machine

from benchmarks.cases.case import Request, case, shop_product
from benchmarks.cases.event import event
from commerce.catalog.model import Product
from commerce.chat.model import Conversation, NewConversation
from commerce.chat.service import chat
from commerce.kit import clock
from support.builders import Person, a_person, a_product
from support.client import Client
from support.samples import sample

ALL = "/api/chat/conversations/"
SEND = "/api/chat/messages/"
KEY = {"Idempotency-Key": "k"}


def _own_product() -> tuple[Person, Product]:
    seller = a_person(is_seller=True)
    return seller, a_product(seller)


def _talk(messages: int = 0) -> tuple[Person, Person, Conversation]:
    """A customer and a seller, and so many messages of each, a minute ago."""
    with time_machine.travel(clock.now() - 60, tick=False):
        (seller, product), customer = _own_product(), a_person()
        made = chat().start(customer.principal, NewConversation(product_id=product.id)).value
        for number in range(messages):
            chat().send(customer.principal, made.id, f"Question {number}")
            chat().send(seller.principal, made.id, f"Answer {number}")
    return customer, seller, made


def _inbox(count: int) -> Person:
    seller = a_person(is_seller=True)
    for number in range(count):
        wanted = NewConversation(customer_email=f"c{number}@example.com", customer_name=f"Customer {number}")
        chat().start(seller.principal, wanted)
    return seller


@case("omnisell", f"GET {ALL}", "20 of 30", most=3)
@case("campus", f"GET {ALL}", "20 of 30", most=3)
def _() -> Request:
    return {"token": _inbox(30).access}


@case("omnisell", f"GET {ALL}", "found by name among 30", most=3)
@case("campus", f"GET {ALL}", "found by name among 30", most=3)
def _() -> Request:
    return {"token": _inbox(30).access, "query": "search=customer+7"}


@case("omnisell", f"POST {ALL}", "a customer", most=5)
@case("campus", f"POST {ALL}", "a customer", most=5)
def _() -> Request:
    return {"token": a_person().access, "json": {"product": shop_product().id}}


@case("omnisell", f"POST {ALL}", "a seller with a contact, keyed", most=5)
@case("campus", f"POST {ALL}", "a seller with a contact, keyed", most=5)
def _() -> Request:
    seller, product = _own_product()
    body = {"customer_email": "jane@example.com", "customer_name": "Jane Doe", "product": product.id}
    return {"token": seller.access, "json": body, "headers": KEY}


@case("omnisell", f"GET {ALL}{{id}}/", most=1)
@case("campus", f"GET {ALL}{{id}}/", most=1)
def _() -> tuple[str, Request]:
    customer, _seller, made = _talk(1)
    return f"{ALL}{made.id}/", {"token": customer.access}


@case("omnisell", f"PATCH {ALL}{{id}}/")
@case("campus", f"PATCH {ALL}{{id}}/")
def _() -> tuple[str, Request]:
    _customer, seller, made = _talk(1)
    return f"{ALL}{made.id}/", {"token": seller.access, "json": {"status": "closed"}}


@case("omnisell", f"POST {ALL}{{id}}/join/")
@case("campus", f"POST {ALL}{{id}}/join/")
def _() -> tuple[str, Request]:
    seller = a_person(is_seller=True)
    made = chat().start(seller.principal, NewConversation(customer_email="jane@example.com")).value
    return f"{ALL}{made.id}/join/", {"token": a_person().access, "json": {"invitation": made.invitation}}


@case("omnisell", f"GET {ALL}{{id}}/messages/", "20 of 24", most=2)
@case("campus", f"GET {ALL}{{id}}/messages/", "20 of 24", most=2)
def _() -> tuple[str, Request]:
    customer, _seller, made = _talk(12)
    return f"{ALL}{made.id}/messages/", {"token": customer.access}


@case("omnisell", f"POST {ALL}{{id}}/mark_read/", "everything")
@case("campus", f"POST {ALL}{{id}}/mark_read/", "everything")
def _() -> tuple[str, Request]:
    customer, _seller, made = _talk(2)
    return f"{ALL}{made.id}/mark_read/", {"token": customer.access}


@case("omnisell", f"POST {ALL}{{id}}/mark_read/", "up to a message, read before")
@case("campus", f"POST {ALL}{{id}}/mark_read/", "up to a message, read before")
def _() -> tuple[str, Request]:
    customer, _seller, made = _talk(2)
    chat().mark_read(customer.principal, made.id)
    return f"{ALL}{made.id}/mark_read/", {"token": customer.access, "json": {"up_to": 2}}


@case("omnisell", f"POST {SEND}", most=3)
@case("campus", f"POST {SEND}", most=3)
def _() -> Request:
    customer, _seller, made = _talk(1)
    return {"token": customer.access, "json": {"conversation": made.id, "content": "Good."}}


@case("omnisell", f"POST {SEND}", "keyed", most=3)
@case("campus", f"POST {SEND}", "keyed", most=3)
def _() -> Request:
    customer, _seller, made = _talk(1)
    return {"token": customer.access, "json": {"conversation": made.id, "content": "Good."}, "headers": KEY}


@case("omnisell", f"POST {SEND}", "its repetition")
@case("campus", f"POST {SEND}", "its repetition")
def _() -> Request:
    customer, _seller, made = _talk(1)
    sent = {"token": customer.access, "json": {"conversation": made.id, "content": "Good."}, "headers": KEY}
    Client("omnisell").post(SEND, **sent)
    return sent


@case("omnisell", "POST /api/ws/ticket/")
def _() -> Request:
    return {"token": a_person().access}


@event("ChatOutbox")
def _() -> Request:
    return sample("dynamodb-chat-stream")
