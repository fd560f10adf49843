"""Clicks, and what sellers see of their own: views, clicks, favourites, carts, orders and money, as counters have them.

A dashboard is read in one query of the seller's counters, and what stands beside it by reads that do not grow."""

from commerce.catalog.service import catalog
from commerce.kit.pages import PageRequest
from commerce.metrics.service import DEFAULT_DAYS, MAX_DAYS, metrics
from commerce.metrics.visits import visits
from commerce.orders.service import orders
from commerce.search.model import SearchQuery
from commerce.search.service import search
from marketplace.contract import marketplace_api
from marketplace.metrics import shapes
from rest import parameters
from rest.api import Access, Reply, Request
from rest.lists import array
from rest.parameters import PAGE
from routes.visits import clicked

handler = marketplace_api()
_catalog = catalog()
_metrics = metrics()
_orders = orders()
_search = search()
_visits = visits()

ORDERS_SHOWN = 5
_PATH = "/api/marketplace/metrics/"
_DAYS = {"days": parameters.whole("How many days the series has, today (UTC) included", DEFAULT_DAYS, maximum=MAX_DAYS)}


@handler.post("/api/marketplace/products/{slug}/click/", access=Access.OPTIONAL, returns=shapes.Clicked)
def click(request: Request) -> shapes.Clicked:
    """Count a click of a product, once for each visitor and hour."""
    product_id = _catalog.product_id(request.params["slug"])
    clicked(_visits, request, product_id, lambda: _catalog.visible_product(product_id, request.principal))
    return shapes.clicked()


@handler.get(_PATH, access=Access.SELLER, returns=list[shapes.ProductMetrics], query=PAGE)
def product_metrics(request: Request) -> Reply:
    """What was counted of each of the caller's products, the latest first."""
    found, total = _metrics.of_products(request.caller, request.page)
    return array(request, [shapes.product_numbers(one) for one in found], total)


@handler.get(f"{_PATH}dashboard_metrics/", access=Access.SELLER, returns=shapes.Dashboard, query=_DAYS)
def dashboard(request: Request) -> shapes.Dashboard:
    """The caller's numbers: ever and day by day, their products, and the latest orders."""
    seller_id = request.caller.user_id
    series = _metrics.of_seller(request.caller, request.query["days"])
    made = _catalog.count_of_seller(seller_id)
    shown, in_stock = (
        _search.find(SearchQuery(seller_id=seller_id, in_stock=only, page=PageRequest(size=1))).count
        for only in (None, True)
    )
    latest = _orders.of_seller(request.caller, PageRequest(size=ORDERS_SHOWN)).orders
    return shapes.dashboard(series, shapes.product_counts(made, shown, in_stock), latest)


@handler.get(
    f"{_PATH}product_metrics/{{product_slug}}/", access=Access.SELLER, returns=shapes.ProductReport, query=_DAYS
)
def product_report(request: Request) -> shapes.ProductReport:
    """One of the caller's products: what was counted of it, ever and day by day, and its latest orders."""
    product_id = _catalog.product_id(request.params["product_slug"])
    product, series = _metrics.of_product(request.caller, product_id, request.query["days"])
    latest = _orders.parts_of_seller(product.seller_id, _metrics.latest_orders(product, ORDERS_SHOWN))
    return shapes.report(product, series, latest)


@handler.get(f"{_PATH}{{id}}/", access=Access.SELLER, returns=shapes.ProductMetrics)
def product_metrics_record(request: Request) -> shapes.ProductMetrics:
    """What was counted of one of the caller's products, by the product's id."""
    return shapes.product_numbers(_metrics.of_record(request.caller, request.id("id", "Product")))
