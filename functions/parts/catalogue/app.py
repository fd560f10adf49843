"""Categories and products of the parts client.

Which products a list shows, the catalogue index says; what they are, the table, so that stock is never an index's age.
Answers may be cached for an hour by the edge and are asked for again with their ETag; no stock decision reads them.
"""

from commerce.catalog.service import catalog
from commerce.kit.errors import NotFound
from commerce.metrics.visits import visits
from commerce.search.model import SearchQuery
from commerce.search.service import search
from parts.catalogue import shapes
from parts.contract import COOKIE, parts_api
from rest.api import Access, Reply, Request
from rest.filters import FILTERS, search_query
from rest.lists import array
from routes.visits import viewed

handler = parts_api()
_catalog = catalog()
_search = search()
_visits = visits()


@handler.get("/api/categories/", access=Access.PUBLIC, returns=list[shapes.CategoryBody], is_cacheable=True)
def categories(_: Request) -> list[shapes.CategoryBody]:
    """All categories."""
    return [shapes.category(category) for category in _catalog.active_categories()]


@handler.get(
    "/api/categories/{cat_slug}/products/",
    access=Access.PUBLIC,
    returns=list[shapes.ProductBody],
    query=FILTERS,
    is_cacheable=True,
)
def products_of_category(request: Request) -> Reply:
    """Active products of a category."""
    category = _catalog.active_category(request.params["cat_slug"])
    return _list(request, search_query(request, category=category.slug))


@handler.get(
    "/api/categories/{cat_slug}/products/{product_slug}/",
    access=Access.PUBLIC,
    returns=shapes.ProductBody,
    is_cacheable=True,
)
def product(request: Request) -> shapes.ProductBody:
    """One product. That it was looked at is counted, unless the edge had it."""
    product_id = _catalog.product_id(request.params["product_slug"])
    found = viewed(_visits, request, product_id, lambda: _catalog.visible_product(product_id, None), COOKIE)
    if found.category_slug != request.params["cat_slug"]:
        raise NotFound("Product")
    return shapes.product(found)


@handler.get("/api/products/", access=Access.PUBLIC, returns=list[shapes.ProductBody], query=FILTERS, is_cacheable=True)
def products(request: Request) -> Reply:
    """Active products of all categories."""
    return _list(request, search_query(request))


def _list(request: Request, wanted: SearchQuery) -> Reply:
    found = _search.find(wanted)
    products = _catalog.active_products([summary.id for summary in found.products])
    return array(request, [shapes.product(product) for product in products], found.count)
