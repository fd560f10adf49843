"""The campus client's socket /ws/marketplace/: every message is `{"type", "payload", "seq"}`.

PRODUCT_UPDATE tells of products that the user sells, has on their wishlist or subscribed to, ORDER_UPDATE of orders
that they placed or have a part in, CHAT_MESSAGE of their conversations (their own messages too, for their other
devices), NOTIFICATION of everything else that is told to them. What a client may say, and how
it goes on after a cut: docs/contracts/campus.md#socket.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from campus.statuses import OUT
from commerce.events.chat import CHAT_MESSAGE_SENT
from commerce.events.model import ORDER_PART_MOVED, ORDER_PLACED, ORDER_STATUS_CHANGED, TWO_FACTOR_CHANGED
from commerce.events.notices import USER_NOTIFIED
from commerce.events.products import PRODUCT_CHANGED
from commerce.kit import clock, money
from commerce.kit.errors import CommerceError, InvalidInput
from commerce.kit.principal import Principal
from commerce.realtime.model import Connection, UserEvent
from commerce.realtime.service import realtime
from commerce.watching.model import MAX_SUBSCRIPTIONS
from commerce.watching.service import watching
from rest.frames import Action, Said, a_text, an_id, an_object, some_ids, some_words

PATH = r"/ws/marketplace"
TYPES = frozenset(["PRODUCT_UPDATE", "ORDER_UPDATE", "NOTIFICATION", "CHAT_MESSAGE"])


class Message(TypedDict):
    type: str
    payload: Mapping[str, Any]


def admit(principal: Principal, values: Mapping[str, str]) -> None:
    """Everybody who is logged in has one of their own."""


def message(event: UserEvent) -> Message | None:
    """The message of an event; None for what this client does not know."""
    told = _MESSAGES.get(event.name)
    return told(event) if told else None


def refusal(error: CommerceError) -> Message:
    """What a client is answered whose message was refused, in the form of its contract's errors."""
    details = {"details": error.fields} if isinstance(error, InvalidInput) else {}
    return {"type": "ERROR", "payload": {"error": error.message, "code": error.code, **details}}


def subscribe(connection: Connection, said: Said) -> Message:
    """Choose which types of messages come on this connection, all unless said, and name products to hear of. The answer
    repeats what holds now; `since` is where the connection began, for who has not seen a number yet."""
    types = some_words(said, "types", TYPES)
    products = watching().subscribe(connection.user_id, some_ids(said, "products", MAX_SUBSCRIPTIONS))
    realtime().choose_types(connection, types)
    payload = {"types": types or sorted(TYPES), "products": products, "since": connection.began}
    return {"type": "SUBSCRIBED", "payload": payload}


def say(connection: Connection, said: Said) -> None:
    """A message into one of the user's conversations. It comes back as everybody has it, with its number."""
    from commerce.chat.service import chat  # Who only sends does not load it.

    payload = an_object(said, "payload")
    chat().send(connection.caller, an_id(payload, "conversation_id"), a_text(payload, "content"))


ACCEPT: Mapping[str, Action] = {"subscribe": subscribe, "CHAT_MESSAGE": say}


def _order_placed(event: UserEvent) -> Message:
    return _order(event, {"total": money.number(event.payload["total_minor"], event.payload["currency"])})


def _order_moved(event: UserEvent) -> Message:
    return _order(event, _move(event))


def _part_moved(event: UserEvent) -> Message:
    return _order(event, {"seller_id": event.payload["seller_id"], **_move(event)})


def _move(event: UserEvent) -> Mapping[str, Any]:
    return {"old_status": OUT[event.payload["old_status"]], "new_status": OUT[event.payload["new_status"]]}


def _order(event: UserEvent, facts: Mapping[str, Any]) -> Message:
    fact = event.payload
    payload = {"order_id": fact["order_id"], "role": event.role, "status": OUT[fact["status"]], **facts}
    return {"type": "ORDER_UPDATE", "payload": {**payload, "updated_at": clock.iso(fact["occurred_at"])}}


def _product(event: UserEvent) -> Message:
    """The product as it is listed now, and what was different before."""
    fact = event.payload
    product = fact["product"]
    currency = product["currency"]
    before = {_WORDS.get(name, name): change["old"] for name, change in fact["changes"].items()}
    if "price" in before:
        before["price"] = money.number(before["price"], currency)
    payload = {
        "id": fact["product_id"],
        "title": product["name"],
        "slug": product["slug"],
        "price": money.number(product["price_minor"], currency),
        "currency": currency,
        "student": fact["seller_id"],
        "is_in_stock": product["is_in_stock"],
        "is_active": product["is_active"],
        "before": before,
        "updated_at": clock.iso(fact["occurred_at"]),
    }
    return {"type": "PRODUCT_UPDATE", "payload": payload}


def _notification(event: UserEvent) -> Message:
    fact = event.payload
    payload = {"kind": fact["kind"], "title": fact["title"], "message": fact["text"]}
    return {"type": "NOTIFICATION", "payload": {**payload, "created_at": clock.iso(fact["occurred_at"])}}


def _second_factor(event: UserEvent) -> Message:
    fact = event.payload
    title, text = _SECOND_FACTOR[fact["change"]]
    payload = {"kind": f"two_factor_{fact['change']}", "title": title, "message": text}
    return {"type": "NOTIFICATION", "payload": {**payload, "created_at": clock.iso(fact["occurred_at"])}}


def _chat(event: UserEvent) -> Message:
    fact = event.payload
    payload = {name: fact[name] for name in ("conversation_id", "message_id", "number", "sender_id", "content")}
    return {"type": "CHAT_MESSAGE", "payload": {**payload, "created_at": clock.iso(fact["occurred_at"])}}


_SECOND_FACTOR = {
    "enabled": ("Two-factor authentication is on", "From now on, logging in takes a code of your app."),
    "disabled": ("Two-factor authentication is off", "From now on, your password alone logs in."),
    "backup_codes_regenerated": ("You have new backup codes", "Those of before are worth nothing any more."),
    "backup_code_used": ("A backup code was used", "If it was not you, change your password at once."),
}
# The client's names for what changed.
_WORDS = {"price_minor": "price", "name": "title"}
_MESSAGES: Mapping[str, Callable[[UserEvent], Message]] = {
    ORDER_PLACED: _order_placed,
    ORDER_STATUS_CHANGED: _order_moved,
    ORDER_PART_MOVED: _part_moved,
    PRODUCT_CHANGED: _product,
    USER_NOTIFIED: _notification,
    TWO_FACTOR_CHANGED: _second_factor,
    CHAT_MESSAGE_SENT: _chat,
}
