"""A buyer's own orders, the same in every contract that lists them as an array: the history, and one of them."""

from collections.abc import Callable
from typing import Any

from commerce.orders.model import Order
from commerce.orders.service import Orders
from rest.api import Access, Api, Reply, Request
from rest.lists import array
from rest.parameters import PAGE


def history_routes(api: Api, orders: Orders, path: str, shape: Callable[[Order], Any], name: str = "id") -> None:
    """The list at `path`, and below it the order that the path parameter `name` names; both in the contract's `shape`,
    which is described by its return type."""
    body = shape.__annotations__["return"]

    @api.get(path, access=Access.USER, returns=list[body], query=PAGE)  # type: ignore[valid-type]
    def history(request: Request) -> Reply:
        """The caller's orders, newest first."""
        found = orders.history(request.caller, request.page)
        return array(request, [shape(order) for order in found.orders], found.total)

    @api.get(f"{path}{{{name}}}/", access=Access.USER, returns=body)
    def order(request: Request) -> Any:
        """One of the caller's orders."""
        return shape(orders.order(request.caller, request.id(name, "Order")))
