"""What people do that recommendations are learned from, as the counting worker would hear of it."""

from itertools import count

from commerce.catalog.model import Product
from commerce.events.model import ORDER_MONEY_MOVED, ORDER_PLACED, OrderEvent
from commerce.kit import clock
from commerce.metrics.activity import VIEW, Visit
from commerce.recommendations.learning import learning
from support.builders import Person

_orders = count(1)


def viewed(person: Person, *products: Product) -> None:
    """Somebody looked at products, one after the other."""
    now = clock.now_ms()
    visits = [Visit(VIEW, one.id, now + number, user_id=person.id) for number, one in enumerate(products)]
    assert learning().learn_messages({"views": visits}) == set()


def bought(person: Person, *products: Product, is_paid: bool = True) -> None:
    """Somebody ordered products together, and paid for them."""
    said = {"order_id": next(_orders), "buyer_id": person.id, "lines": [{"product_id": one.id} for one in products]}
    events = [OrderEvent(ORDER_PLACED, said)]
    if is_paid:
        entries = [{"kind": "capture", "at": clock.now_ms()}]
        events.append(OrderEvent(ORDER_MONEY_MOVED, {**said, "entries": entries}))
    assert learning().learn_messages({"orders": events}) == set()
