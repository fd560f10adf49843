"""Sockets and workers: one event for each thing that they do."""

import json
from typing import Any

import boto3
import time_machine

from benchmarks.cases.case import Request, cart_of, paid_attempt, paid_order, refused_refund, shop_product
from benchmarks.cases.event import event
from commerce.books.service import books
from commerce.chat.model import NewConversation
from commerce.chat.service import chat
from commerce.events.products import product_changed
from commerce.favorites.service import favorites
from commerce.indexing.service import indexing
from commerce.kit import clock
from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from commerce.orders.model import Order, OrderTerms, ShippingDetails
from commerce.orders.service import orders
from commerce.payments.service import payments
from commerce.payouts.service import payouts
from commerce.realtime.model import MAX_CONNECTIONS
from commerce.search import store as index
from commerce.sessions.service import sessions
from commerce.watching.model import AUDIENCE_PAGE, MAX_SUBSCRIPTIONS, SUBSCRIPTION_SECONDS
from commerce.watching.service import watching
from support.builders import Person, a_person, a_product, an_order
from support.fake_provider import FakeProvider
from support.paying import begun, earned, sold
from support.realtime import realtime_of
from support.samples import queue_message, sample

HOUR = 3_600
LISTED: Any = {
    "name": "Lamp",
    "slug": "lamp",
    "price_minor": 1,
    "currency": "USD",
    "is_in_stock": True,
    "is_active": True,
}


def at(seconds: float) -> Any:
    """The clock so many seconds from now; it stands still."""
    return time_machine.travel(clock.now() + seconds, tick=False)


def message(**body: Any) -> Request:
    return {"Records": [queue_message(body, "1")]}


# Sockets


def connecting(person: Person, **query: str) -> Request:
    found = sample("websocket-connect")
    path = f"/ws/notifications/{person.id}/"
    found["queryStringParameters"] = {"contract": "storefront", "path": path, **query}
    return found


@event("Sockets")
def _() -> Request:
    person = a_person()
    return connecting(person, token=person.access, since="0")


@event("Sockets")
def _() -> Request:
    person = a_person()
    return connecting(person, ticket=sessions().issue_ticket(person.principal))


@event("Sockets")
def _() -> Request:
    """One socket too many."""
    person = a_person()
    for number in range(MAX_CONNECTIONS):
        realtime_of().connect(Principal(person.id), f"socket-{number}", "storefront")
    return connecting(person, token=person.access)


@event("Sockets")
def _() -> Request:
    ended = sample("websocket-disconnect")
    realtime_of().connect(Principal(a_person().id), ended["requestContext"]["connectionId"], "storefront")
    return ended


def saying(**message: Any) -> Request:
    """A message of somebody whose campus socket is open."""
    said = sample("websocket-default")
    person = a_person()
    realtime_of().connect(person.principal, said["requestContext"]["connectionId"], "campus", numbered=True)
    return {**said, "body": json.dumps(message)}


@event("Sockets")
def _() -> Request:
    return saying(type="subscribe", types=["PRODUCT_UPDATE"], products=[5, 6])


@event("Sockets")
def _() -> Request:
    """One product too many: that named longest ago goes."""
    said = sample("websocket-default")
    person = a_person()
    watching().subscribe(person.id, range(1, MAX_SUBSCRIPTIONS + 1))
    realtime_of().connect(person.principal, said["requestContext"]["connectionId"], "campus", numbered=True)
    return {**said, "body": json.dumps({"type": "subscribe", "products": [100]})}


@event("Sockets")
def _() -> Request:
    """A chat message."""
    seller, customer = a_person(is_seller=True), a_person()
    conversation = chat().start(customer.principal, NewConversation(product_id=a_product(seller).id)).value
    said = sample("websocket-default")
    realtime_of().connect(customer.principal, said["requestContext"]["connectionId"], "campus", numbered=True)
    payload = {"conversation_id": conversation.id, "content": "Hello!"}
    return {**said, "body": json.dumps({"type": "CHAT_MESSAGE", "payload": payload})}


# The way of an event


@event("Outbox")
def _() -> Request:
    return sample("dynamodb-orders-stream")


@event("Outbox")
def _() -> Request:
    return sample("dynamodb-accounts-stream")


@event("Notifications")
def _() -> Request:
    return sample("sqs-two-factor-changed")


@event("Mail")
def _() -> Request:
    boto3.client("sesv2").create_email_identity(EmailIdentity="shop@shop.test")
    envelope = json.loads(sample("sqs-two-factor-changed")["Records"][0]["body"])
    envelope["detail"] |= {"user_id": a_person().id}
    return message(**envelope)


@event("Notifications")
def _() -> Request:
    """A buyer whose socket is open."""
    body = json.loads(sample("sqs-order-placed")["Records"][0]["body"])
    realtime_of().connect(Principal(body["detail"]["buyer_id"]), "socket", "storefront")
    return sample("sqs-order-placed")


@event("Notifications")
def _() -> Request:
    """A socket whose sender died half-way: it is closed and forgotten."""
    body = json.loads(sample("sqs-order-placed")["Records"][0]["body"])
    buyer = body["detail"]["buyer_id"]
    realtime_of().connect(Principal(buyer), "socket", "storefront")
    boto3.client("dynamodb").update_item(
        TableName="Realtime",
        Key={"pk": {"S": f"USER#{buyer}"}, "sk": {"S": "CONNECTION#socket"}},
        UpdateExpression="SET claimed_by = :who, claimed_until = :then",
        ExpressionAttributeValues={":who": {"S": "the dead"}, ":then": {"N": "1"}},
    )
    return sample("sqs-order-placed")


@event("Notifications")
def _() -> Request:
    """A product that more people watch than one message tells."""
    told = product_changed("product:1", clock.now_ms(), 5, 11, {}, LISTED)
    for watcher in range(21, 21 + AUDIENCE_PAGE + 1):
        table = Table("Realtime")
        ends = clock.now() + SUBSCRIPTION_SECONDS
        row = {"pk": "SUBSCRIBERS#5", "sk": f"USER#{watcher}", "user_id": watcher, "expires_at": ends}
        table.write(table.put(row))
    return message(**{"detail-type": told.name, "detail": told.payload})


@event("Notifications")
def _() -> Request:
    """The end of such a crowd: those whose favourite it is."""
    product = shop_product()
    favorites().toggle(a_person().principal, product.slug)
    told = product_changed("product:1", clock.now_ms(), product.id, 11, {}, LISTED)
    return message(**{"detail-type": told.name, "detail": told.payload})


# The index


def changed(product_id: int) -> Request:
    found = sample("dynamodb-catalog-stream")
    found["Records"][0]["dynamodb"]["Keys"] = {"pk": {"S": f"PRODUCT#{product_id}"}, "sk": {"S": "PRODUCT"}}
    return found


@event("Indexer")
def _() -> Request:
    """A price changed, which is told."""
    product = shop_product("Lamp")
    indexing().rebuild()
    found = changed(product.id)
    images = found["Records"][0]["dynamodb"]
    images["OldImage"]["price_minor"] = {"N": "1"}
    return found


@event("Indexer")
def _() -> Request:
    """Nothing is published yet."""
    return changed(shop_product().id)


@event("Indexer")
def _() -> Request:
    shop_product("Lamp")
    indexing().rebuild()
    return changed(shop_product("Mug").id)


@event("Indexer")
def _() -> Request:
    """What an earlier publication left behind goes, its grace being over."""
    with at(-2 * index.GRACE_MS / 1000):
        for name in ("Lamp", "Mug"):
            shop_product(name)
            indexing().rebuild()
    return changed(shop_product("Cup").id)


# Money


@event("Settlement")
def _() -> Request:
    _, order, reference = paid_order(is_settled=False)
    return message(order_id=order.id, reference=reference)


@event("Settlement")
def _() -> Request:
    notice = {"provider": "paystack", "event_id": "1", "kind": "transfer.success", "received_at": clock.now_ms()}
    return message(subject="transfer", subject_id="7", reference="", order_id=None, notice=notice)


@event("Reconciler")
def _() -> Request:
    """An order that needs a person, one that something is due about, and one that is new."""
    refused_refund()
    with at(-2 * 24 * HOUR):
        an_order(a_person(), (shop_product(), 1))
    with at(-10 * 60):
        an_order(a_person(), (shop_product(), 1))
    return sample("schedule")


def visited(order: Order) -> Request:
    return message(order_id=order.id)


@event("Visits")
def _() -> Request:
    """A payment that nobody told of."""
    FakeProvider().install()
    with at(-10 * 60):
        buyer = a_person()
        order = an_order(buyer, (shop_product(), 1))
        paid_attempt(buyer, order.id, is_paid=True)
    return visited(order)


@event("Visits")
def _() -> Request:
    """A hold that has ended."""
    with at(-4 * 24 * HOUR):
        buyer = cart_of(shop_product())
        shipping, terms = ShippingDetails({"text": "1 Main St"}, "+1234567"), OrderTerms(hold_minutes=30)
        order = orders().place(buyer.principal, "parts", shipping, terms).value
    return visited(order)


@event("Visits")
def _() -> Request:
    """A refund that was not answered."""
    with at(-HOUR):
        _, order, _ = paid_order(is_settled=True)
        FakeProvider(slow_refunds=1).install()
        payments().refunds.refund(a_person(is_staff=True).principal, order.id, None, "broken")
    return visited(order)


@event("Settlement")
def _() -> Request:
    """A webhook that names a payout of ours."""
    notice = {"provider": "paystack", "event_id": "1", "kind": "transfer.success", "received_at": clock.now_ms()}
    reference = begun(a_person(is_seller=True)).reference
    return message(subject="transfer", subject_id=reference, reference="", order_id=None, notice=notice)


@event("PayoutWorker")
def _() -> Request:
    """An order whose part was delivered long enough ago: its seller has earned something."""
    return message(**{"detail-type": "OrderMoneyMoved", "detail": {"order_id": sold(a_person(is_seller=True)).id}})


@event("PayoutWorker")
def _() -> Request:
    """A message that comes again."""
    return message(order_id=earned(a_person(is_seller=True)).id)


@event("PayoutWorker")
def _() -> Request:
    """A seller's part of a run: begun, sent and paid."""
    seller = a_person(is_seller=True)
    earned(seller)
    return message(seller_id=seller.id, currency="USD")


@event("PayoutWorker")
def _() -> Request:
    """A run of all sellers."""
    earned(a_person(is_seller=True))
    return message(run=True)


@event("PayoutClock")
def _() -> Request:
    """A payout that is due, and a run."""
    begun(a_person(is_seller=True))
    return sample("schedule")


# The books


@event("Books")
def _() -> Request:
    with at(-5 * HOUR):
        _, order, _ = paid_order(is_settled=True)
        payouts().projection.bring(order.id)
    return sample("schedule")


@event("Books")
def _() -> Request:
    """What was wrong with a product is right again."""
    with at(-5 * HOUR):
        _, order, _ = paid_order(is_settled=True)
        payouts().projection.bring(order.id)
    books()._store.save_finding("PRODUCT", order.lines[0].product_id, ["It was one short."])
    return sample("schedule")
