"""Products of the marketplace: lists from the catalogue index, everything else from the table.

Sellers make, change and take away their own; what is taken away is hidden, so that open orders of it can still end.
"""

from collections.abc import Sequence

from commerce.accounts.service import accounts
from commerce.catalog.listing import listing
from commerce.catalog.model import Product
from commerce.catalog.service import catalog
from commerce.favorites.service import favorites
from commerce.media.model import Image, TooManyImages
from commerce.media.products import illustrated_products
from commerce.metrics.visits import visits
from commerce.reviews.service import reviews
from commerce.search.service import search
from marketplace.bodies import ProductRow
from marketplace.contract import marketplace_api
from marketplace.listing import product_array
from marketplace.products import shapes
from rest.api import Access, Outcome, Reply, Request
from rest.filters import FILTERS, search_query
from rest.lists import array
from rest.parameters import PAGE
from routes.visits import viewed

handler = marketplace_api()
_accounts = accounts()
_catalog = catalog()
_favorites = favorites()
_illustrated = illustrated_products()
_listing = listing()
_reviews = reviews()
_search = search()
_visits = visits()
REVIEWS_SHOWN = 10


@handler.get("/api/marketplace/products/", access=Access.OPTIONAL, returns=list[ProductRow], query=FILTERS)
def products(request: Request) -> Reply:
    """Active products, filtered and ordered; the newest first unless said."""
    return product_array(request, _listing.find(search_query(request)))


@handler.post(
    "/api/marketplace/products/",
    access=Access.SELLER,
    body=shapes.CreateProduct,
    returns=shapes.ProductDetail,
    status=201,
    is_keyed=True,
    takes_form=True,
    takes_files=shapes.IMAGE_FIELDS,
    raises=(TooManyImages,),
)
def create_product(request: Request) -> Outcome[shapes.ProductDetail]:
    """Make a product, from JSON or from a form, which may bring its pictures; they are shown once they were checked."""
    made = _illustrated.create(request.caller, request.body.draft(), shapes.files(request), request.keyed)
    return made.map(lambda found: _detail(request, *found))


@handler.get("/api/marketplace/products/favorites/", access=Access.USER, returns=list[shapes.FavoriteBody], query=PAGE)
def favorite_products(request: Request) -> Reply:
    """The caller's favourites that are still shown, the latest first."""
    page = _favorites.page(request.caller, request.page)
    found = _search.by_ids([favorite.product_id for favorite in page.favorites])
    people = _accounts.profiles(summary.seller_id for summary in found)
    return array(request, shapes.favorites(page.favorites, found, people), page.total)


@handler.get("/api/marketplace/products/my_products/", access=Access.SELLER, returns=list[ProductRow], query=PAGE)
def my_products(request: Request) -> Reply:
    """The caller's own products, hidden ones among them, the latest first."""
    found, total = _catalog.of_seller(request.caller, request.page)
    # What is listed has its figures in the index, which costs no call.
    listed = _search.by_ids([product.id for product in found])
    figures = _catalog.figures(shapes.not_among(found, listed))
    liked = _favorites.among(request.caller, [product.id for product in found])
    people = _accounts.profiles([request.caller.user_id])
    return array(request, shapes.own_rows(found, listed, figures, people, liked), total)


@handler.get("/api/marketplace/products/{slug}/", access=Access.OPTIONAL, returns=shapes.ProductDetail)
def product(request: Request) -> shapes.ProductDetail:
    """One product with its latest reviews. That it was looked at is counted."""
    product_id = _catalog.product_id(request.params["slug"])
    return viewed(
        _visits,
        request,
        product_id,
        lambda: _detail(request, _catalog.visible_product(product_id, request.principal)),
    )


@handler.patch(
    "/api/marketplace/products/{slug}/",
    access=Access.SELLER,
    body=shapes.ChangeProduct,
    returns=shapes.ProductDetail,
    is_keyed=True,
    takes_form=True,
    takes_files=shapes.IMAGE_FIELDS,
    raises=(TooManyImages,),
)
def change_product(request: Request) -> Outcome[shapes.ProductDetail]:
    """Change some values of a product of the caller's, from JSON or from a form, which may bring more pictures."""
    product_id, files = _catalog.product_id(request.params["slug"]), shapes.files(request)
    changed = _illustrated.change(request.caller, product_id, request.body.change(), files, request.keyed)
    return changed.map(lambda found: _detail(request, *found))


@handler.delete("/api/marketplace/products/{slug}/", access=Access.SELLER, status=204)
def remove_product(request: Request) -> Reply:
    """Take a product of the caller's from the shop; its orders and its stock stay."""
    _catalog.remove(request.caller, _catalog.product_id(request.params["slug"]))
    return Reply(None, 204)


@handler.post("/api/marketplace/products/{slug}/favorite/", access=Access.USER, returns=shapes.Favorited, is_keyed=True)
def toggle_favorite(request: Request) -> Outcome[shapes.Favorited]:
    """Make a product the caller's favourite, or no longer."""
    return _favorites.toggle(request.caller, request.params["slug"], request.keyed).map(shapes.favorited)


def _detail(request: Request, product: Product, waiting: Sequence[Image] = ()) -> shapes.ProductDetail:
    latest = _reviews.newest(product, REVIEWS_SHOWN)
    people = _accounts.profiles([product.seller_id, *(review.author_id for review in latest)])
    return shapes.detail(product, latest, people, _favorites.among(request.principal, [product.id]), waiting)
