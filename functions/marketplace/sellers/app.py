"""Public pages of sellers."""

from commerce.accounts.service import accounts
from commerce.favorites.service import favorites
from commerce.kit.pages import PageRequest
from commerce.reviews.service import reviews
from commerce.search.model import SearchQuery
from commerce.search.service import search
from marketplace.contract import marketplace_api
from marketplace.sellers import shapes
from rest.api import Access, Request

handler = marketplace_api()
_accounts = accounts()
_favorites = favorites()
_reviews = reviews()
_search = search()
PRODUCTS_SHOWN = 20
REVIEWS_SHOWN = 10


@handler.get("/api/marketplace/sellers/{seller_id}/", access=Access.OPTIONAL, returns=shapes.SellerPage)
def seller(request: Request) -> shapes.SellerPage:
    """A seller with what their products add up to, the newest of them, and the latest reviews."""
    profile = _accounts.seller(request.id("seller_id", "Seller"))
    found = _search.find(SearchQuery(seller_id=profile.id, page=PageRequest(size=PRODUCTS_SHOWN)))
    latest = _reviews.newest_of_seller(profile.id, REVIEWS_SHOWN)
    people = {**_accounts.profiles(review.author_id for review in latest), profile.id: profile}
    liked = _favorites.among(request.principal, [summary.id for summary in found.products])
    figures = _search.seller_figures(profile.id)
    return shapes.page(profile, figures, found.products, latest, people, liked)
