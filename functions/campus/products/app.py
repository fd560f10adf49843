"""Products of the campus client, and their categories. Everybody who has an account may offer something: a first
product makes them a seller, and what their token says of that is not asked."""

from campus.bodies import ProductBody, product
from campus.contract import campus_api
from campus.listing import listed
from campus.products import shapes
from commerce.catalog.service import catalog
from commerce.metrics.visits import visits
from commerce.search.service import search
from commerce.selling.service import selling
from rest.api import Access, Outcome, Reply, Request
from rest.filters import FILTERS, search_query
from rest.lists import array
from rest.parameters import PAGE
from routes.visits import viewed

handler = campus_api()
_catalog = catalog()
_search = search()
_selling = selling()
_visits = visits()
_ALL = "/products/api/products/"
_ONE = "/products/api/products/{id}/"


@handler.get("/products/api/categories/", access=Access.PUBLIC, returns=list[shapes.CategoryBody], query=PAGE)
def categories(request: Request) -> Reply:
    """Active categories, by slug."""
    found, page = _catalog.active_categories(), request.page
    rows = [shapes.category(one) for one in found[page.offset : page.offset + page.size]]
    return array(request, rows, len(found))


@handler.get(_ALL, access=Access.OPTIONAL, returns=list[ProductBody], query=FILTERS)
def products(request: Request) -> Reply:
    """Active products, filtered and ordered; the newest first unless said."""
    found = _search.find(search_query(request))
    return array(request, listed(found), found.count)


@handler.post(_ALL, access=Access.USER, body=shapes.CreateProduct, returns=ProductBody, status=201, is_keyed=True)
def create_product(request: Request) -> Outcome[ProductBody]:
    """Offer something; a first product makes the caller a seller."""
    return _selling.offer(request.caller, request.body.draft(), request.keyed).map(product)


@handler.get(_ONE, access=Access.OPTIONAL, returns=ProductBody)
def one_product(request: Request) -> ProductBody:
    """One product. That it was looked at is counted."""
    product_id = request.id("id", "Product")
    return viewed(
        _visits, request, product_id, lambda: product(_catalog.visible_product(product_id, request.principal))
    )


def _changed(request: Request) -> Outcome[ProductBody]:
    product_id, change = request.id("id", "Product"), request.body.change()
    return _selling.change(request.caller, product_id, change, request.keyed).map(product)


@handler.put(_ONE, access=Access.USER, body=shapes.ChangeProduct, returns=ProductBody, is_keyed=True)
def replace_product(request: Request) -> Outcome[ProductBody]:
    """Change a product of the caller's; what is left out stays."""
    return _changed(request)


@handler.patch(_ONE, access=Access.USER, body=shapes.ChangeProduct, returns=ProductBody, is_keyed=True)
def change_product(request: Request) -> Outcome[ProductBody]:
    """The same under its other method."""
    return _changed(request)


@handler.delete(_ONE, access=Access.USER, status=204)
def remove_product(request: Request) -> None:
    """Take a product of the caller's from the shop; its orders and its stock stay."""
    _selling.remove(request.caller, request.id("id", "Product"))
