"""The campus client's carts: each has an id, and a person one that is open at a time. A line has its product's id.

Whoever asks for a cart by the id of one that was ordered, or of somebody else's, is told that there is none.
"""

from campus.carts import shapes
from campus.contract import campus_api
from commerce.carts.model import Cart
from commerce.carts.service import carts
from commerce.catalog.service import catalog
from rest.api import Access, Outcome, Reply, Request
from routes.carts import own_cart

handler = campus_api()
_carts = carts()
_catalog = catalog()


@handler.get("/api/cart/", access=Access.USER, returns=shapes.CartBody)
def cart(request: Request) -> shapes.CartBody:
    """The caller's cart; before they have put anything into it an empty one, whose id is the one that it will have."""
    return _shown(_carts.cart(own_cart(request)))


@handler.post(
    "/api/cart/",
    access=Access.USER,
    returns=shapes.CartBody,
    other_statuses=(201,),
    is_keyed=True,
    checks_caller=False,
)
def open_cart(request: Request) -> Reply:
    """Open a cart: 201 when none was open, else 200 with the one that is."""
    opened, is_new = _carts.open(own_cart(request), request.keyed, epoch_read=request.epoch_read)
    return Reply(opened.map(_shown), 201 if is_new else 200)


@handler.get("/api/cart/{id}/", access=Access.USER, returns=shapes.CartBody)
def cart_by_id(request: Request) -> shapes.CartBody:
    """The caller's open cart."""
    return _shown(_carts.cart(own_cart(request), _id(request)))


@handler.post(
    "/api/cart/{id}/add/",
    access=Access.USER,
    body=shapes.AddItem,
    returns=shapes.CartBody,
    is_keyed=True,
    checks_caller=False,
)
def add_item(request: Request) -> Outcome[shapes.CartBody]:
    """Put pieces of a product into the cart."""
    wanted = request.body
    return _carts.add(
        own_cart(request),
        wanted.product_id,
        wanted.quantity,
        request.keyed,
        cart_id=_id(request),
        epoch_read=request.epoch_read,
    ).map(_shown)


@handler.post(
    "/api/cart/{id}/remove/",
    access=Access.USER,
    body=shapes.RemoveItem,
    returns=shapes.CartBody,
    is_keyed=True,
    checks_caller=False,
)
def remove_item(request: Request) -> Outcome[shapes.CartBody]:
    """Take a line out of the cart, or some of its pieces."""
    return _carts.remove(
        own_cart(request),
        request.body.line(),
        request.body.quantity,
        request.keyed,
        cart_id=_id(request),
        epoch_read=request.epoch_read,
    ).map(_shown)


@handler.post("/api/cart/{id}/clear/", access=Access.USER, returns=shapes.CartBody, checks_caller=False)
def clear(request: Request) -> shapes.CartBody:
    """Empty the cart."""
    return _shown(_carts.clear(own_cart(request), cart_id=_id(request), epoch_read=request.epoch_read))


def _shown(cart: Cart) -> shapes.CartBody:
    return shapes.cart(cart, _catalog.products([line.product_id for line in cart.lines]))


def _id(request: Request) -> int:
    return request.id("id", "Cart")
