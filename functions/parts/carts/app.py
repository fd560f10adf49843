"""The parts client's cart: an anonymous session's, or an account's where a token comes without a session's cart."""

from dataclasses import replace

from commerce.carts.model import OutOfStock
from commerce.carts.service import carts
from parts import session
from parts.carts import shapes
from parts.contract import parts_api
from rest.api import Access, Outcome, Reply, Request
from rest.errors import Wording

handler = parts_api()
_carts = carts()


@handler.post(
    "/api/carts/products/{product_id}/add/",
    access=Access.OPTIONAL,
    returns=shapes.Message,
    is_keyed=True,
    uses_session=True,
    errors={OutOfStock: Wording(shapes.out_of_stock_on_add)},
    checks_caller=False,
)
def add(request: Request) -> Reply:
    """Put one piece of a product into the cart."""
    reply = session.add(request, _carts, request.id("product_id", "Product"))
    return replace(reply, body=reply.body.map(lambda _: shapes.added()))


@handler.get(
    "/api/carts/products/", access=Access.OPTIONAL, returns=shapes.CartBody | shapes.Message, uses_session=True
)
def cart(request: Request) -> shapes.CartBody | shapes.Message:
    """The cart, or a message that it is empty."""
    return shapes.cart(_carts.cart(session.owner(request, _carts)))


@handler.patch(
    "/api/carts/items/{item_id}/quantity/",
    access=Access.OPTIONAL,
    body=shapes.Quantity,
    returns=shapes.Updated,
    is_keyed=True,
    uses_session=True,
    errors={OutOfStock: Wording(shapes.out_of_stock_on_update)},
    checks_caller=False,
)
def change_quantity(request: Request) -> Outcome[shapes.Updated]:
    """One piece more of a line, or exactly `quantity` pieces."""
    owner = session.owner(request, _carts)
    line_id = request.id("item_id", "Cart item")
    return _carts.change_quantity(
        owner, line_id, request.body.quantity, request.keyed, epoch_read=request.epoch_read
    ).map(lambda changed: shapes.updated(changed.line(line_id).quantity))


@handler.delete(
    "/api/carts/items/{item_id}/delete/",
    access=Access.OPTIONAL,
    returns=shapes.Deleted,
    uses_session=True,
    checks_caller=False,
)
def delete_item(request: Request) -> shapes.Deleted:
    """Take a line out of the cart."""
    owner = session.owner(request, _carts)
    line_id = request.id("item_id", "Cart item")
    _carts.remove(owner, line_id, epoch_read=request.epoch_read)
    return shapes.deleted(line_id)
