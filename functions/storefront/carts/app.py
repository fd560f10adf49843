"""The storefront's cart: that of the caller's account, and no other."""

from commerce.carts.service import carts
from rest.api import Access, Outcome, Request
from routes.carts import own_cart
from storefront.carts import shapes
from storefront.contract import storefront_api

handler = storefront_api()
_carts = carts()


@handler.get("/api/cart/", access=Access.USER, returns=shapes.CartBody)
def cart(request: Request) -> shapes.CartBody:
    """The caller's cart."""
    return shapes.cart(_carts.cart(own_cart(request)))


@handler.post(
    "/api/cart/items/",
    access=Access.USER,
    body=shapes.AddItem,
    returns=shapes.CartBody,
    status=201,
    is_keyed=True,
    checks_caller=False,
)
def add_item(request: Request) -> Outcome[shapes.CartBody]:
    """Put pieces of a product into the cart."""
    wanted = request.body
    return _carts.add(
        own_cart(request), wanted.product_id, wanted.quantity, request.keyed, epoch_read=request.epoch_read
    ).map(shapes.cart)


@handler.patch(
    "/api/cart/items/{id}/",
    access=Access.USER,
    body=shapes.SetQuantity,
    returns=shapes.CartBody,
    is_keyed=True,
    checks_caller=False,
)
def set_quantity(request: Request) -> Outcome[shapes.CartBody]:
    """Set how many pieces of a line are wanted."""
    line_id = request.id("id", "Cart item")
    return _carts.change_quantity(
        own_cart(request), line_id, request.body.quantity, request.keyed, epoch_read=request.epoch_read
    ).map(shapes.cart)


@handler.delete("/api/cart/items/{id}/", access=Access.USER, returns=shapes.CartBody, checks_caller=False)
def remove_item(request: Request) -> shapes.CartBody:
    """Take a line out of the cart."""
    line_id = request.id("id", "Cart item")
    return shapes.cart(_carts.remove(own_cart(request), line_id, epoch_read=request.epoch_read).value)
