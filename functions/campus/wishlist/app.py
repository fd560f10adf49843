"""The campus client's wishlist: the caller's favourites, the latest first, as far as their products are still shown."""

from campus.contract import campus_api
from campus.wishlist import shapes
from commerce.catalog.service import catalog
from commerce.favorites.service import favorites
from commerce.kit.errors import NotFound
from commerce.kit.pages import MAX_SIZE, PageRequest
from rest import parameters
from rest.api import Access, Reply, Request

handler = campus_api()
_catalog = catalog()
_favorites = favorites()
# The client knows no pages of a wishlist, so the first is as long as one may be.
_PAGE = {
    "page": parameters.PAGE["page"],
    "page_size": parameters.whole("How many items a page has", MAX_SIZE, maximum=MAX_SIZE),
}


@handler.get("/api/wishlist/", access=Access.USER, returns=shapes.WishlistBody, query=_PAGE)
def wishlist(request: Request) -> Reply:
    """The caller's wishlist."""
    return _shown(request, request.page)


@handler.post("/api/wishlist/", access=Access.USER, returns=shapes.WishlistBody, other_statuses=(201,))
def open_wishlist(request: Request) -> Reply:
    """Open a wishlist: 201 while nothing is in the caller's, which everybody has, else 200."""
    return _shown(request, PageRequest(size=MAX_SIZE), empty_status=201)


@handler.get("/api/wishlist/{id}/", access=Access.USER, returns=shapes.WishlistBody, query=_PAGE)
def wishlist_by_id(request: Request) -> Reply:
    """The caller's wishlist."""
    _require_own(request)
    return _shown(request, request.page)


@handler.post("/api/wishlist/{id}/add/", access=Access.USER, body=shapes.AddProduct, returns=shapes.WishlistBody)
def add_product(request: Request) -> Reply:
    """Put a product on the wishlist; one that is there stays where it is."""
    _require_own(request)
    _favorites.add(request.caller, request.body.product_id)
    return _shown(request, PageRequest(size=MAX_SIZE))


@handler.post("/api/wishlist/{id}/remove/", access=Access.USER, body=shapes.RemoveProduct, returns=shapes.WishlistBody)
def remove_product(request: Request) -> Reply:
    """Take a product from the wishlist."""
    _require_own(request)
    _favorites.remove(request.caller, request.body.product())
    return _shown(request, PageRequest(size=MAX_SIZE))


def _shown(request: Request, page: PageRequest, *, empty_status: int = 200) -> Reply:
    found = _favorites.page(request.caller, page)
    products = _catalog.active_products([favorite.product_id for favorite in found.favorites])
    body = shapes.wishlist(request.caller.user_id, found.favorites, products)
    return Reply(body, 200 if found.total else empty_status)


def _require_own(request: Request) -> None:
    if request.id("id", "Wishlist") != request.caller.user_id:
        raise NotFound("Wishlist")
