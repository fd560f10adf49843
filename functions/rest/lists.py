"""Lists over HTTP: totals, links to the neighbouring pages, absolute URLs."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from commerce.kit import settings
from commerce.kit.errors import NotFound
from commerce.kit.pages import PageRequest
from rest.requests import Request
from rest.responses import Reply


def page_url(request: Request, number: int) -> str:
    """This request's absolute URL with another page; the first page has no number."""
    query = {name: value for name, value in request.written_query.items() if name != "page"}
    if number > 1:
        query["page"] = str(number)
    path = request.path if request.path.endswith("/") else f"{request.path}/"
    return f"{settings.text('BASE_URL')}{path}" + (f"?{urlencode(query)}" if query else "")


def neighbours(request: Request, page: PageRequest, total: int) -> tuple[str | None, str | None]:
    """(next, previous) as absolute URLs; None where there is no such page."""
    following = page_url(request, page.number + 1) if page.offset + page.size < total else None
    last = max(1, -(-total // page.size))
    return following, page_url(request, min(page.number - 1, last)) if page.number > 1 else None


def require_page(page: PageRequest, total: int) -> None:
    """Nothing for the first page and those that have rows. Raises NotFound: a page beyond the end does not exist."""
    if page.number > 1 and page.offset >= total:
        raise NotFound("Page")


def uncounted_array(request: Request, rows: list[Any], *, has_next: bool) -> Reply:
    """The request's page of a list that nobody counts as a bare array, with links (docs/contracts: lists)."""
    page = request.page
    following = page_url(request, page.number + 1) if has_next else None
    previous = page_url(request, page.number - 1) if page.number > 1 else None
    return Reply(rows, headers=_links(following, previous))


def array(request: Request, rows: list[Any], total: int) -> Reply:
    """The request's page of a list of `total` rows as a bare array, with totals and links (docs/contracts: lists)."""
    following, previous = neighbours(request, request.page, total)
    return Reply(rows, headers={"X-Total-Count": str(total), **_links(following, previous)})


def _links(following: str | None, previous: str | None) -> Mapping[str, str]:
    links = [f'<{url}>; rel="{name}"' for name, url in (("next", following), ("prev", previous)) if url]
    return {"Link": ", ".join(links)} if links else {}
