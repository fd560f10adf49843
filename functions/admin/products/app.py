"""Staff makes and changes categories and any product. Stock is set here and sold by orders; both only by conditional
writes. Lists of active products run on the catalogue index and show what the table says now."""

from admin.contract import BEFORE, admin_api
from admin.products import shapes
from commerce.catalog.categories import category_editor
from commerce.catalog.service import catalog
from commerce.search.service import search
from rest.api import Access, Outcome, Request
from rest.filters import FILTERS, search_query
from rest.parameters import PAGE_SIZE

handler = admin_api()
_catalog = catalog()
_category_editor = category_editor()
_search = search()


@handler.get("/admin/api/categories/", access=Access.STAFF, returns=list[shapes.CategoryDetail])
def categories(_: Request) -> list[shapes.CategoryDetail]:
    """All categories, by slug."""
    return [shapes.category(category) for category in _catalog.categories()]


@handler.post(
    "/admin/api/categories/", access=Access.STAFF, body=shapes.AddCategory, returns=shapes.CategoryDetail, status=201
)
def add_category(request: Request) -> shapes.CategoryDetail:
    """Make a category, in that of the slug `parent` if given; one that has this name's slug already stays as it is."""
    body = request.body
    return shapes.category(_catalog.add_category(request.caller, body.name, body.description, body.parent))


@handler.patch(
    "/admin/api/categories/{slug}/", access=Access.STAFF, body=shapes.ChangeCategory, returns=shapes.CategoryDetail
)
def change_category(request: Request) -> shapes.CategoryDetail:
    """Rename, describe, hide or show a category. Its slug stays; products carry a new name at once, lists a moment
    later."""
    slug, body = request.params["slug"], request.body
    return shapes.category(_category_editor.change(request.caller, slug, body.name, body.description, body.is_active))


@handler.get("/admin/api/products/", access=Access.STAFF, returns=shapes.ProductPage, query=FILTERS)
def products(request: Request) -> shapes.ProductPage:
    """Active products by text, category, price and stock."""
    found = _search.find(search_query(request))
    return shapes.page(found, _catalog.products([summary.id for summary in found.products]))


@handler.get("/admin/api/search/explain/", access=Access.STAFF, returns=shapes.Explained, query=FILTERS)
def explain(request: Request) -> shapes.Explained:
    """How a search is understood, and what the score of each product of its page is made of."""
    return shapes.explained(_search.explain(search_query(request)))


@handler.get(
    "/admin/api/products/hidden/", access=Access.STAFF, returns=shapes.HiddenList, query={**BEFORE, **PAGE_SIZE}
)
def hidden_products(request: Request) -> shapes.HiddenList:
    """Products that are not active, the latest first; those before the id `before` when given."""
    size = request.query["page_size"]
    return shapes.hidden(_catalog.hidden(request.caller, size, request.query["before"]), size)


@handler.post(
    "/admin/api/products/",
    access=Access.STAFF,
    body=shapes.CreateProduct,
    returns=shapes.ProductBody,
    status=201,
    is_keyed=True,
)
def create_product(request: Request) -> Outcome[shapes.ProductBody]:
    """Make a product, the caller's own unless `seller_id` names its seller."""
    return _catalog.create(request.caller, request.body.draft(), request.keyed).map(shapes.product)


@handler.get("/admin/api/products/{id}/", access=Access.STAFF, returns=shapes.ProductBody)
def product(request: Request) -> shapes.ProductBody:
    """One product, active or not."""
    return shapes.product(_catalog.visible_product(request.id("id", "Product"), request.caller))


@handler.patch(
    "/admin/api/products/{id}/",
    access=Access.STAFF,
    body=shapes.ChangeProduct,
    returns=shapes.ProductBody,
    is_keyed=True,
)
def change_product(request: Request) -> Outcome[shapes.ProductBody]:
    """Change some values of a product. `stock` sets the pieces available, refused with 409 when `stock_seen` is given
    and there are others by now; `stock_change` adds pieces or takes some away, and loses no sale of the meantime."""
    product_id, change = request.id("id", "Product"), request.body.change()
    return _catalog.change(request.caller, product_id, change, request.keyed).map(shapes.product)
