"""Staff makes and changes any product. Stock is set here and sold by orders; both only by conditional writes."""

from admin.contract import admin_api
from admin.products import shapes
from commerce.catalog.service import catalog
from edge.api import Access
from edge.lists import replayed
from edge.replies import Reply
from edge.requests import Request

handler = admin_api()
_catalog = catalog()


@handler.post(
    "/admin/api/products/", access=Access.STAFF, body=shapes.CreateProduct, returns=shapes.ProductBody, status=201
)
def create_product(request: Request) -> Reply:
    """Make a product, the caller's own unless `seller_id` names its seller."""
    made, is_replay = _catalog.create(request.caller, request.body.draft(), request.attempt)
    return replayed(Reply(shapes.product(made), 201), is_replay)


@handler.get("/admin/api/products/{id}/", access=Access.STAFF, returns=shapes.ProductBody)
def product(request: Request) -> shapes.ProductBody:
    """One product, active or not."""
    return shapes.product(_catalog.visible_product(request.id("id", "Product"), request.caller))


@handler.patch("/admin/api/products/{id}/", access=Access.STAFF, body=shapes.ChangeProduct, returns=shapes.ProductBody)
def change_product(request: Request) -> shapes.ProductBody:
    """Change some values of a product; `stock` sets the pieces available."""
    return shapes.product(_catalog.change(request.caller, request.id("id", "Product"), request.body.change()))
