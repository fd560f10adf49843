"""Whom an event concerns, of the kinds that say so themselves: one row for each kind. Rules only."""

from collections.abc import Callable, Mapping
from typing import Any

from commerce.events.model import AccountEvent, Event, OrderEvent
from commerce.events.notices import UserNotice
from commerce.realtime.model import BUYER, OWNER, SELLER, Addressed


def addressed(event: Event) -> Addressed:
    """The event with those whom it names. Raises KeyError for a kind that names nobody."""
    return Addressed(event, _RECIPIENTS[type(event)](event))


def _of_order(event: OrderEvent) -> dict[int, str]:
    """Its parties: who buys from themselves is told as the buyer. Of a part that took its order with it nobody is told
    twice."""
    if event.takes_order:
        return {}
    fact = event.payload
    return {fact["buyer_id"]: BUYER} | {
        seller_id: SELLER for seller_id in fact["seller_ids"] if seller_id != fact["buyer_id"]
    }


def _of_owner(event: AccountEvent | UserNotice) -> dict[int, str]:
    return {event.payload["user_id"]: OWNER}


_RECIPIENTS: Mapping[type, Callable[[Any], Mapping[int, str]]] = {
    OrderEvent: _of_order,
    AccountEvent: _of_owner,
    UserNotice: _of_owner,
}
