"""Events as they arrive, of every kind that people are told of: one row for each name."""

from collections.abc import Callable, Mapping
from typing import Any

from commerce.events.model import (
    ORDER_MONEY_MOVED,
    ORDER_PART_MOVED,
    ORDER_PLACED,
    ORDER_STATUS_CHANGED,
    TWO_FACTOR_CHANGED,
    Event,
    UnknownEvent,
    read_account_event,
    read_order_event,
)
from commerce.events.notices import USER_NOTIFIED, read_user_notice
from commerce.events.products import PRODUCT_CHANGED, read_product_event


def read_event(name: str, payload: Mapping[str, Any]) -> Event:
    """The event behind a delivered name and payload. Raises UnknownEvent, so that what nobody understands is kept."""
    if name not in _READERS:
        raise UnknownEvent(f"{name} version {payload.get('version')}")
    return _READERS[name](name, payload)


_READERS: Mapping[str, Callable[[str, Mapping[str, Any]], Event]] = {
    ORDER_PLACED: read_order_event,
    ORDER_STATUS_CHANGED: read_order_event,
    ORDER_PART_MOVED: read_order_event,
    ORDER_MONEY_MOVED: read_order_event,
    PRODUCT_CHANGED: read_product_event,
    TWO_FACTOR_CHANGED: read_account_event,
    USER_NOTIFIED: read_user_notice,
}
