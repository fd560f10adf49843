"""Products of the campus contract as staff sees and changes them: anybody's, hidden ones too."""

from campus.admin_products import shapes
from campus.contract import BEFORE, campus_api
from campus.products.shapes import ChangeProduct
from commerce.catalog.service import catalog
from commerce.search.service import search
from rest.api import Access, Outcome, Reply, Request
from rest.filters import FILTERS, search_query
from rest.lists import array
from rest.parameters import PAGE_SIZE

handler = campus_api()
_catalog = catalog()
_search = search()


@handler.get("/api/admin/products/", access=Access.STAFF, returns=list[shapes.StockedProduct], query=FILTERS)
def products(request: Request) -> Reply:
    """Active products by text, category, price and stock."""
    found = _search.find(search_query(request))
    shown = _catalog.products([summary.id for summary in found.products])
    return array(request, [shapes.stocked(one) for one in shown], found.count)


@handler.get(
    "/api/admin/products/hidden/",
    access=Access.STAFF,
    returns=list[shapes.StockedProduct],
    query={**BEFORE, **PAGE_SIZE},
)
def hidden_products(request: Request) -> list[shapes.StockedProduct]:
    """Products that are not active, the latest first; those before the id `before` when given."""
    found = _catalog.hidden(request.caller, request.query["page_size"], request.query["before"])
    return [shapes.stocked(one) for one in found]


@handler.get("/api/admin/products/{id}/", access=Access.STAFF, returns=shapes.StockedProduct)
def one_product(request: Request) -> shapes.StockedProduct:
    """One product, active or not."""
    return shapes.stocked(_catalog.visible_product(request.id("id", "Product"), request.caller))


@handler.patch(
    "/api/admin/products/{id}/",
    access=Access.STAFF,
    body=ChangeProduct,
    returns=shapes.StockedProduct,
    is_keyed=True,
)
def change_product(request: Request) -> Outcome[shapes.StockedProduct]:
    """Change some values of a product."""
    product_id, change = request.id("id", "Product"), request.body.change()
    return _catalog.change(request.caller, product_id, change, request.keyed).map(shapes.stocked)


@handler.delete("/api/admin/products/{id}/", access=Access.STAFF, status=204)
def remove_product(request: Request) -> None:
    """Take a product from the shop; its orders and its stock stay."""
    _catalog.remove(request.caller, request.id("id", "Product"))
