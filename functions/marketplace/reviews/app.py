"""Reviews of a product: everybody reads them, their authors write and change them, and staff may remove them."""

from commerce.accounts.service import accounts
from commerce.reviews.service import reviews
from marketplace.bodies import ReviewBody, review_body
from marketplace.contract import marketplace_api
from marketplace.reviews import shapes
from rest.api import Access, Outcome, Reply, Request
from rest.lists import array
from rest.parameters import PAGE

handler = marketplace_api()
_accounts = accounts()
_reviews = reviews()
_ALL = "/api/marketplace/products/{slug}/reviews/"
_ONE = "/api/marketplace/products/{slug}/reviews/{id}/"


@handler.get(_ALL, access=Access.OPTIONAL, returns=list[ReviewBody], query=PAGE)
def product_reviews(request: Request) -> Reply:
    """Reviews of a product, the latest first."""
    page = _reviews.page(request.principal, request.params["slug"], request.page)
    people = _accounts.profiles(review.author_id for review in page.reviews)
    return array(request, [review_body(review, people) for review in page.reviews], page.total)


def _write(request: Request) -> Outcome[ReviewBody]:
    written = _reviews.add(request.caller, request.params["slug"], request.body.opinion(), request.keyed)
    return written.map(lambda review: review_body(review, _accounts.profiles([review.author_id])))


@handler.post(_ALL, access=Access.USER, body=shapes.WriteReview, returns=ReviewBody, status=201, is_keyed=True)
def write_review(request: Request) -> Outcome[ReviewBody]:
    """Review a product: once, and not one's own."""
    return _write(request)


@handler.post(
    "/api/marketplace/products/{slug}/add_review/",
    access=Access.USER,
    body=shapes.WriteReview,
    returns=ReviewBody,
    status=201,
    is_keyed=True,
)
def add_review(request: Request) -> Outcome[ReviewBody]:
    """The same under its other name."""
    return _write(request)


@handler.get(_ONE, access=Access.OPTIONAL, returns=ReviewBody)
def review(request: Request) -> ReviewBody:
    """One review."""
    found = _reviews.review(request.principal, request.params["slug"], request.id("id", "Review"))
    return review_body(found, _accounts.profiles([found.author_id]))


def _revise(request: Request) -> ReviewBody:
    review_id = request.id("id", "Review")
    found = _reviews.revise(request.caller, request.params["slug"], review_id, request.body.said())
    return review_body(found, _accounts.profiles([found.author_id]))


@handler.put(_ONE, access=Access.USER, body=shapes.WriteReview, returns=ReviewBody)
def replace_review(request: Request) -> ReviewBody:
    """Write one's own review anew."""
    return _revise(request)


@handler.patch(_ONE, access=Access.USER, body=shapes.ReviseReview, returns=ReviewBody)
def change_review(request: Request) -> ReviewBody:
    """Change something of one's own review."""
    return _revise(request)


@handler.delete(_ONE, access=Access.USER, status=204)
def remove_review(request: Request) -> Reply:
    """Remove one's own review; staff removes any."""
    _reviews.remove(request.caller, request.params["slug"], request.id("id", "Review"))
    return Reply(None, 204)
