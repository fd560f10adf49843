"""Products of the storefront: the list runs on the catalogue index, the detail reads the product itself."""

from commerce.catalog.listing import listing
from commerce.catalog.service import catalog
from commerce.metrics.visits import visits
from rest.api import Access, Request
from rest.filters import FILTERS, search_query
from routes.visits import viewed
from storefront.contract import storefront_api
from storefront.products import shapes

handler = storefront_api()
_catalog = catalog()
_listing = listing()
_visits = visits()


@handler.get("/api/products/", access=Access.OPTIONAL, returns=shapes.ProductPage, query=FILTERS)
def list_products(request: Request) -> shapes.ProductPage:
    """List products by category, price, stock and text."""
    return shapes.page(request, _listing.find(search_query(request)))


@handler.get("/api/products/{id}/", access=Access.OPTIONAL, returns=shapes.ProductDetail)
def product(request: Request) -> shapes.ProductDetail:
    """One product. That it was looked at is counted."""
    product_id = request.id("id", "Product")
    return viewed(
        _visits, request, product_id, lambda: shapes.detail(_catalog.visible_product(product_id, request.principal))
    )
