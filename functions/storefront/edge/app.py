"""What no endpoint group of the storefront answers: unknown paths, and the contract's own description."""

from pathlib import Path

from edge.api import Access
from edge.documentation import page
from edge.replies import Reply
from edge.requests import Request
from storefront.contract import STOREFRONT, storefront_api

handler = storefront_api()
_OPENAPI = Path(__file__).parents[1] / "openapi.json"


@handler.get("/openapi.json", access=Access.PUBLIC)
def openapi(_: Request) -> Reply:
    """OpenAPI 3.1 of this contract."""
    return Reply(_OPENAPI.read_text(), headers={"Content-Type": "application/json"})


@handler.get("/docs", access=Access.PUBLIC)
def docs(_: Request) -> Reply:
    """The description as a page that can call this API."""
    return Reply(page(STOREFRONT.title), headers={"Content-Type": "text/html; charset=utf-8"})
