"""The marketplace client's cart: that of the caller's account, and no other. A line has its product's id."""

from commerce.carts.service import carts
from marketplace.carts import shapes
from marketplace.contract import marketplace_api
from rest.api import Access, Outcome, Reply, Request
from routes.carts import own_cart

handler = marketplace_api()
_carts = carts()


@handler.get("/api/marketplace/cart/", access=Access.USER, returns=shapes.CartBody)
def cart(request: Request) -> shapes.CartBody:
    """The caller's cart."""
    return shapes.cart(_carts.cart(own_cart(request)))


@handler.post(
    "/api/marketplace/cart/add_item/",
    access=Access.USER,
    body=shapes.AddItem,
    returns=shapes.Added,
    other_statuses=(201,),
    is_keyed=True,
    checks_caller=False,
)
def add_item(request: Request) -> Reply:
    """Put pieces of a product into the cart: 201 when it was not there before."""
    wanted = request.body
    added = _carts.add(
        own_cart(request), wanted.product_id, wanted.quantity, request.keyed, epoch_read=request.epoch_read
    ).map(lambda changed: shapes.added(changed, wanted))
    return Reply(added, 201 if added.value["was_created"] else 200)


@handler.patch(
    "/api/marketplace/cart/update_item/",
    access=Access.USER,
    body=shapes.UpdateItem,
    returns=shapes.Updated | shapes.Message,
    is_keyed=True,
    checks_caller=False,
)
def update_item(request: Request) -> Outcome[shapes.Updated | shapes.Message]:
    """Set how many pieces of a line are wanted; 0 or less takes it out of the cart."""
    wanted = request.body
    return _carts.set_quantity(
        own_cart(request), wanted.item_id, wanted.quantity, request.keyed, epoch_read=request.epoch_read
    ).map(lambda changed: shapes.updated(changed, wanted))


@handler.delete(
    "/api/marketplace/cart/remove_item/",
    access=Access.USER,
    body=shapes.RemoveItem,
    returns=shapes.Message,
    checks_caller=False,
)
def remove_item(request: Request) -> shapes.Message:
    """Take a line out of the cart."""
    _carts.remove(own_cart(request), request.body.item_id, epoch_read=request.epoch_read)
    return shapes.removed()


@handler.delete("/api/marketplace/cart/clear/", access=Access.USER, returns=shapes.Message, checks_caller=False)
def clear(request: Request) -> shapes.Message:
    """Empty the cart."""
    _carts.clear(own_cart(request), epoch_read=request.epoch_read)
    return shapes.cleared()


@handler.patch(
    "/api/marketplace/cart/update_item_status/",
    access=Access.USER,
    body=shapes.MarkItem,
    returns=shapes.Marked,
    checks_caller=False,
)
def update_item_status(request: Request) -> shapes.Marked:
    """Echo a mark that the client puts on a line for itself; nothing is stored."""
    return shapes.marked(_carts.cart(own_cart(request)).line(request.body.item_id), request.body.status)


@handler.post(
    "/api/marketplace/cart/validate_stock/", access=Access.USER, returns=shapes.StockSummary, checks_caller=False
)
def validate_stock(request: Request) -> shapes.StockSummary:
    """Whether each line could be bought now; nothing is reserved."""
    return shapes.stock(_carts.check_stock(own_cart(request)))
