"""Reviews of a product, for who has a token: their authors write and change them, and staff may remove them. A review
is named by its id alone."""

from campus.bodies import ReviewBody, review
from campus.contract import campus_api
from campus.reviews import shapes
from commerce.accounts.service import accounts
from commerce.reviews.model import Review
from commerce.reviews.service import reviews
from rest.api import Access, Outcome, Reply, Request
from rest.lists import array
from rest.parameters import PAGE

handler = campus_api()
_accounts = accounts()
_reviews = reviews()
_OF_PRODUCT = "/products/api/products/{id}/reviews/"
_ONE = "/api/reviews/{id}/"


@handler.get(_OF_PRODUCT, access=Access.USER, returns=list[ReviewBody], query=PAGE)
def product_reviews(request: Request) -> Reply:
    """Reviews of a product, the latest first."""
    page = _reviews.page(request.caller, request.id("id", "Product"), request.page)
    people = _accounts.profiles(one.author_id for one in page.reviews)
    return array(request, [review(one, people) for one in page.reviews], page.total)


@handler.post(_OF_PRODUCT, access=Access.USER, body=shapes.WriteReview, returns=ReviewBody, status=201, is_keyed=True)
def write_review(request: Request) -> Outcome[ReviewBody]:
    """Review a product: once, and not one's own."""
    product_id = request.id("id", "Product")
    return _reviews.add(request.caller, product_id, request.body.opinion(), request.keyed).map(_shown)


@handler.get(_ONE, access=Access.USER, returns=ReviewBody)
def one_review(request: Request) -> ReviewBody:
    """One review."""
    return _shown(_reviews.review(request.caller, *_named(request)))


@handler.put(_ONE, access=Access.USER, body=shapes.ReviseReview, returns=ReviewBody)
def change_review(request: Request) -> ReviewBody:
    """Change one's own review; what is left out stays."""
    return _shown(_reviews.revise(request.caller, *_named(request), request.body.said()))


@handler.delete(_ONE, access=Access.USER, status=204)
def remove_review(request: Request) -> None:
    """Remove one's own review; staff removes any."""
    _reviews.remove(request.caller, *_named(request))


def _named(request: Request) -> tuple[int, int]:
    """The product and the id of the review that the path names. Raises NotFound."""
    review_id = request.id("id", "Review")
    return _reviews.product_of(review_id), review_id


def _shown(found: Review) -> ReviewBody:
    return review(found, _accounts.profiles([found.author_id]))
