"""Who is party to an order: as whom they move it, and what they see of it. Rules only."""

from dataclasses import dataclass, replace

from commerce.kit.errors import Forbidden, InvalidInput, NotFound
from commerce.kit.principal import Principal
from commerce.orders.model import Order, ShippingDetails
from commerce.orders.status import ALLOWED, Actor, Status

_HIDDEN = ShippingDetails({})
# Where sellers can bring a part at all. Whoever buys from themselves goes there as the seller, elsewhere as the buyer.
_BY_SELLERS = frozenset().union(*ALLOWED[Actor.SELLER].values())


@dataclass(frozen=True)
class Role:
    """As whom somebody acts on an order, and on the parts of which sellers."""

    actor: Actor
    sellers: tuple[int, ...]

    @property
    def only_seller(self) -> int:
        """The one seller whose part it is. Raises InvalidInput when there are several and none was named."""
        if len(self.sellers) != 1:
            raise InvalidInput.of("seller_id", "Say whose part of the order is meant.")
        return self.sellers[0]


def mover(order: Order, caller: Principal, target: Status, seller_id: int | None = None) -> Role:
    """As whom the caller moves the order to `target`: sellers their own part, staff and the buyer all parts that are
    not cancelled, or that of `seller_id`.

    Raises NotFound for everybody else, and for a seller's part that the caller cannot see.
    """
    is_buyer, has_part = caller.user_id == order.buyer_id, caller.user_id in order.parts
    if not caller.is_staff and has_part and (not is_buyer or (target in _BY_SELLERS and seller_id is None)):
        return fulfiller(order, caller, seller_id)
    if not caller.is_staff and not is_buyer:
        raise NotFound("Order")
    return Role(Actor.STAFF if caller.is_staff else Actor.BUYER, _chosen(order, seller_id))


def fulfiller(order: Order, caller: Principal, seller_id: int | None = None) -> Role:
    """As whom the caller fulfils the order: sellers their own part, staff any.

    Raises Forbidden for its buyer, NotFound for everybody else and for a part that the caller cannot see.
    """
    if caller.is_staff:
        return Role(Actor.STAFF, _chosen(order, seller_id))
    if caller.user_id in order.parts:
        if seller_id not in (None, caller.user_id):
            raise NotFound("Part")
        return Role(Actor.SELLER, (caller.user_id,))
    if caller.user_id == order.buyer_id:
        raise Forbidden
    raise NotFound("Order")


def seen_by(order: Order, caller: Principal) -> Order:
    """What the caller sees of the order: its buyer and staff all, a seller their own part. Raises NotFound."""
    if caller.is_staff or caller.user_id == order.buyer_id:
        return order
    if caller.user_id not in order.parts:
        raise NotFound("Order")
    return part_of(order, caller.user_id)


def part_of(order: Order, seller_id: int) -> Order:
    """The order as a seller sees it: their lines and money alone, and the delivery only when their part is paid.

    How the buyer pays, and what others did, is not theirs to know.
    """
    part = order.parts[seller_id]
    is_paid = order.is_paid and (part.is_live or part.captured_minor > 0)
    return replace(
        order,
        lines=tuple(line for line in order.lines if line.seller_id == seller_id),
        parts={seller_id: part},
        placed_delivery=order.placed_delivery if is_paid else _HIDDEN,
        changed_delivery=order.changed_delivery if is_paid else None,
        history=tuple({**step, "parts": [seller_id]} for step in order.history if seller_id in step["parts"]),
        paid_by=order.paid_by if is_paid else "",
        attempts=(),
        refunds=(),
        disputes=(),
        notices=(),
        journal=(),
    )


def _chosen(order: Order, seller_id: int | None) -> tuple[int, ...]:
    if seller_id is None:
        return tuple(part.seller_id for part in order.live_parts) or tuple(order.parts)
    if seller_id not in order.parts:
        raise NotFound("Part")
    return (seller_id,)
