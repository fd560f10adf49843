"""Bodies of the marketplace's metrics. Rates are percents with two decimals, and 0 while nobody has looked."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from commerce.catalog.model import Product
from commerce.kit import clock
from commerce.metrics.model import Money, Numbers, Series
from commerce.metrics.service import ProductNumbers
from commerce.orders.model import Order
from marketplace.statuses import OUT
from rest.values import image_url, price


class Clicked(TypedDict):
    clicked: bool


class Counted(TypedDict):
    """`revenue` is the seller's share of what was captured, `refunds` what was taken back of it; `order_value` is what
    was ordered and not cancelled, at its price."""

    views: int
    clicks: int
    favorites: int
    cart_additions: int
    orders: int
    units_sold: int
    currency: str
    order_value: str
    revenue: str
    refunds: str


class Totals(Counted):
    click_through_rate: float
    add_to_cart_rate: float
    conversion_rate: float


class Day(Counted):
    date: str


class Amounts(TypedDict):
    currency: str
    order_value: str
    revenue: str
    refunds: str


class ProductInfo(TypedDict):
    id: int
    name: str
    slug: str
    price: str
    currency: str
    primary_image: str | None
    is_active: bool
    stock_quantity: int


class ProductMetrics(Totals):
    id: int
    product: ProductInfo


class ProductCounts(TypedDict):
    total: int
    active: int
    inactive: int
    out_of_stock: int


class OrderItem(TypedDict):
    product: int
    product_name: str
    quantity: int
    total_price: str


class RecentOrder(TypedDict):
    id: int
    status: str
    payment_status: str
    total_amount: str
    currency: str
    items: list[OrderItem]
    created_at: str


class Dashboard(Totals):
    amounts: list[Amounts]
    product_counts: ProductCounts
    recent_orders: list[RecentOrder]
    daily: list[Day]


class ProductReport(TypedDict):
    product: ProductInfo
    metrics: Totals
    daily: list[Day]
    recent_orders: list[RecentOrder]


def clicked() -> Clicked:
    return {"clicked": True}


def product_numbers(found: ProductNumbers) -> ProductMetrics:
    product = found.product
    return {"id": product.id, "product": _info(product), **_totals(found.numbers, product.currency)}


def dashboard(series: Series, counts: ProductCounts, latest: Sequence[Order]) -> Dashboard:
    return {
        **_totals(series.total, series.currency),
        "amounts": [_amounts(currency, money) for currency, money in series.total.money.items()],
        "product_counts": counts,
        "recent_orders": [_order(order) for order in latest],
        "daily": _daily(series.days, series.currency),
    }


def product_counts(made: int, shown: int, in_stock: int) -> ProductCounts:
    return {"total": made, "active": shown, "inactive": max(0, made - shown), "out_of_stock": max(0, shown - in_stock)}


def report(product: Product, series: Series, latest: Sequence[Order]) -> ProductReport:
    return {
        "product": _info(product),
        "metrics": _totals(series.total, product.currency),
        "daily": _daily(series.days, product.currency),
        "recent_orders": [_order(order) for order in latest],
    }


def _totals(numbers: Numbers, currency: str) -> Totals:
    return {
        **_counted(numbers, currency),
        "click_through_rate": _percent(numbers.clicks, numbers.views),
        "add_to_cart_rate": _percent(numbers.cart_additions, numbers.views),
        "conversion_rate": _percent(numbers.orders, numbers.views),
    }


def _daily(days: Mapping[str, Numbers], currency: str) -> list[Day]:
    return [{"date": day, **_counted(numbers, currency)} for day, numbers in days.items()]


def _counted(numbers: Numbers, currency: str) -> Counted:
    return {
        "views": numbers.views,
        "clicks": numbers.clicks,
        "favorites": numbers.favorites,
        "cart_additions": numbers.cart_additions,
        "orders": numbers.orders,
        "units_sold": numbers.units,
        **_amounts(currency, numbers.money.get(currency, Money())),
    }


def _amounts(currency: str, money: Money) -> Amounts:
    return {
        "currency": currency,
        "order_value": price(money.ordered_minor, currency),
        "revenue": price(money.revenue_minor, currency),
        "refunds": price(money.refunds_minor, currency),
    }


def _percent(part: int, whole: int) -> float:
    return round(part * 100 / whole, 2) if whole > 0 else 0.0


def _info(product: Product) -> ProductInfo:
    return {
        "id": product.id,
        "name": product.name,
        "slug": product.slug,
        "price": price(product.price_minor, product.currency),
        "currency": product.currency,
        "primary_image": image_url(product.images[0]) if product.images else None,
        "is_active": product.is_active,
        "stock_quantity": product.available,
    }


def _order(order: Order) -> RecentOrder:
    return {
        "id": order.id,
        "status": OUT[order.status],
        "payment_status": str(order.payment_status),
        "total_amount": price(order.total_minor, order.currency),
        "currency": order.currency,
        "items": [
            {
                "product": line.product_id,
                "product_name": line.name,
                "quantity": line.quantity,
                "total_price": price(line.total_minor, order.currency),
            }
            for line in order.lines
        ],
        "created_at": clock.iso(order.placed_at),
    }
