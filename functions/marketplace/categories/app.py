"""Categories of the marketplace, which stand in one another; how many products each holds, the catalogue index says."""

from commerce.catalog.listing import listing
from commerce.catalog.service import catalog
from commerce.search.service import search
from marketplace.bodies import ProductRow
from marketplace.categories import shapes
from marketplace.contract import marketplace_api
from marketplace.listing import product_array
from rest import parameters
from rest.api import Access, Reply, Request
from rest.filters import FILTERS, search_query
from rest.lists import array

handler = marketplace_api()
_catalog = catalog()
_listing = listing()
_search = search()


@handler.get(
    "/api/marketplace/categories/",
    access=Access.PUBLIC,
    returns=list[shapes.CategoryBody],
    query={"search": parameters.text("Words in name or description"), **parameters.PAGE},
)
def categories(request: Request) -> Reply:
    """Active categories with those that stand in them; with `search`, those anywhere that have the words."""
    found = _catalog.category_trees(request.query["search"] or "")
    page = found[request.page.offset : request.page.offset + request.page.size]
    return array(request, shapes.categories(page, _search.category_counts()), len(found))


@handler.get("/api/marketplace/categories/{slug}/", access=Access.PUBLIC, returns=shapes.CategoryBody)
def category(request: Request) -> shapes.CategoryBody:
    """One category with those that stand in it."""
    return shapes.category(_catalog.category_tree(request.params["slug"]), _search.category_counts())


@handler.get(
    "/api/marketplace/categories/{slug}/products/", access=Access.OPTIONAL, returns=list[ProductRow], query=FILTERS
)
def products_of_category(request: Request) -> Reply:
    """Active products of a category and of those that stand in it."""
    category = _catalog.active_category(request.params["slug"])
    return product_array(request, _listing.find(search_query(request, category=category.slug)))
