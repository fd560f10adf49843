"""The campus client: carts and reviews by id, wishlists, and what students offer."""

from typing import Any

from benchmarks.cases.case import Request, cart_of, case, shop_product, three_products
from commerce.catalog.service import catalog
from commerce.favorites.service import favorites
from commerce.indexing.service import indexing
from commerce.orders.status import Status
from commerce.payments.service import payments
from commerce.reviews.model import Opinion
from commerce.reviews.service import reviews
from commerce.search.model import SearchQuery
from commerce.search.service import search
from support.builders import Person, a_category, a_person, a_product, an_order
from support.client import Client
from support.teaching import bought, viewed

SHOP = Client("campus")
PRODUCTS = "/products/api/products/"
_KEYED = {"headers": {"Idempotency-Key": "k"}}


def listed(path: str, category: str = "Electronics", **options: Any) -> None:
    """Many products in the index, and a reader of the path that holds it."""
    seller = a_person(is_seller=True)
    for number in range(25):
        a_product(seller, name=f"Thing {number}", description="It works. " * 120, category=category)
    indexing().rebuild()
    search()._index._checked_at = 0
    SHOP.get(path, **options)


# First of all, so that no case before has published anything.
@case("campus", f"GET {PRODUCTS}", "before the first publication", most=1)
@case("campus", "GET /api/search/", "before the first publication", most=1)
@case("campus", "GET /api/admin/products/", "before the first publication", most=1)
@case("campus", "GET /api/recommendations/", "before the first publication", most=2)
def _() -> Request:
    return {"token": a_person(is_staff=True).access}


@case("campus", "GET /api/cart/", "two lines", most=3)
@case("campus", "POST /api/cart/", "the open one of two lines", most=2)
def _() -> Request:
    return {"token": cart_of(*three_products()[:2]).access}


@case("campus", "POST /api/cart/", "a new one", most=2)
def _() -> Request:
    return {"token": a_person().access}


@case("campus", "POST /api/cart/", "a new one, keyed", most=2)
def _() -> Request:
    return {"token": a_person().access, **_KEYED}


@case("campus", "GET /api/cart/{id}/", "two lines", most=3)
def _() -> tuple[str, Request]:
    buyer = cart_of(*three_products()[:2])
    return f"/api/cart/{buyer.id}/", {"token": buyer.access}


@case("campus", "POST /api/cart/{id}/add/", most=3)
def _() -> tuple[str, Request]:
    buyer = a_person()
    return f"/api/cart/{buyer.id}/add/", {"token": buyer.access, "json": {"product_id": shop_product().id}}


@case("campus", "POST /api/cart/{id}/remove/", "one of two pieces", most=3)
def _() -> tuple[str, Request]:
    product = shop_product()
    buyer = cart_of(product)
    return f"/api/cart/{buyer.id}/remove/", {"token": buyer.access, "json": {"item_id": product.id, "quantity": 1}}


@case("campus", "POST /api/cart/{id}/clear/", most=2)
def _() -> tuple[str, Request]:
    buyer = cart_of(shop_product())
    return f"/api/cart/{buyer.id}/clear/", {"token": buyer.access}


def _wishing() -> tuple[Person, int]:
    """Somebody with two favourites, and the later of them."""
    reader = a_person()
    for product in three_products()[:2]:
        favorites().add(reader.principal, product.id)
    return reader, product.id


@case("campus", "GET /api/wishlist/", "two products", most=2)
@case("campus", "POST /api/wishlist/", "of two products", most=3)
def _() -> Request:
    return {"token": _wishing()[0].access}


@case("campus", "GET /api/wishlist/{id}/", "two products", most=2)
def _() -> tuple[str, Request]:
    reader, _ = _wishing()
    return f"/api/wishlist/{reader.id}/", {"token": reader.access}


@case("campus", "POST /api/wishlist/{id}/add/", "the third")
def _() -> tuple[str, Request]:
    reader, _ = _wishing()
    return f"/api/wishlist/{reader.id}/add/", {"token": reader.access, "json": {"product_id": shop_product().id}}


@case("campus", "POST /api/wishlist/{id}/remove/", "one of two")
def _() -> tuple[str, Request]:
    reader, product_id = _wishing()
    return f"/api/wishlist/{reader.id}/remove/", {"token": reader.access, "json": {"product_id": product_id}}


def _reviewed() -> tuple[int, Person, int]:
    """A product with three reviews; one of their authors, and that one's review."""
    product = shop_product()
    for _ in range(3):
        author = a_person()
        opinion = Opinion(4, "", "It does what it says. " * 20)
        review = reviews().add(author.principal, product.id, opinion).value
    return product.id, author, review.id


@case("campus", "GET /products/api/products/{id}/reviews/", "three of them", most=3)
def _() -> tuple[str, Request]:
    product_id, author, _ = _reviewed()
    return f"{PRODUCTS}{product_id}/reviews/", {"token": author.access}


@case("campus", "POST /products/api/products/{id}/reviews/")
def _() -> tuple[str, Request]:
    return f"{PRODUCTS}{shop_product().id}/reviews/", {"token": a_person().access, "json": {"rating": 5}}


@case("campus", "POST /products/api/products/{id}/reviews/", "by a buyer, keyed")
def _() -> tuple[str, Request]:
    buyer, product = a_person(), shop_product()
    order = an_order(buyer, (product, 1))
    payments().move(a_person(is_staff=True).principal, order.id, Status.DELIVERED, None)
    return f"{PRODUCTS}{product.id}/reviews/", {"token": buyer.access, "json": {"rating": 5}, **_KEYED}


@case("campus", "GET /api/reviews/{id}/", most=4)
def _() -> tuple[str, Request]:
    _, author, review_id = _reviewed()
    return f"/api/reviews/{review_id}/", {"token": author.access}


@case("campus", "PUT /api/reviews/{id}/")
def _() -> tuple[str, Request]:
    _, author, review_id = _reviewed()
    return f"/api/reviews/{review_id}/", {"token": author.access, "json": {"rating": 1}}


@case("campus", "DELETE /api/reviews/{id}/")
def _() -> tuple[str, Request]:
    _, author, review_id = _reviewed()
    return f"/api/reviews/{review_id}/", {"token": author.access}


@case("campus", "GET /products/api/categories/", most=1)
def _() -> Request:
    for name in ("Textbooks", "Bikes", "Lamps"):
        a_category(name)
    return {}


@case("campus", f"GET {PRODUCTS}", "a page of 20", most=2)
def _() -> Request:
    listed(PRODUCTS)
    return {}


@case("campus", "GET /api/search/", "a page of 20 with its facets", most=2)
def _() -> Request:
    listed("/api/search/")
    return {"query": "query=thing"}


def _shopper() -> tuple[Person, int]:
    """Somebody who looked at three of 25 products and bought a fourth, which others did as well; and one of these."""
    listed("/api/recommendations/", token=a_person().access)
    found = [one.id for one in search().find(SearchQuery()).products][:6]
    products = catalog().products(found)
    shopper = a_person()
    for person in (shopper, a_person()):
        viewed(person, *products[:3])
        bought(person, products[3])
    bought(a_person(), *products[3:])
    return shopper, products[0].id


@case("campus", "GET /api/recommendations/", "a page of 20, by what was learned", most=3)
def _() -> Request:
    return {"token": _shopper()[0].access}


@case("campus", "GET /api/recommendations/", "a page of 20, for a newcomer", most=2)
def _() -> Request:
    listed("/api/recommendations/", token=a_person().access)
    return {"token": a_person().access}


@case("campus", "GET /api/recommendations/", "of a product", most=3)
def _() -> Request:
    shopper, product_id = _shopper()
    return {"token": shopper.access, "query": f"product={product_id}"}


def _offer() -> dict[str, Any]:
    a_category()
    return {"title": "Radio", "price": 5, "category": "electronics", "description": "It works. " * 120}


@case("campus", f"POST {PRODUCTS}", "a first one")
def _() -> Request:
    return {"token": a_person().access, "json": _offer()}


@case("campus", f"POST {PRODUCTS}", "by a seller, keyed")
def _() -> Request:
    return {"token": a_person(is_seller=True).access, "json": _offer(), **_KEYED}


@case("campus", f"GET {PRODUCTS}{{id}}/", most=2)
def _() -> tuple[str, Request]:
    return f"{PRODUCTS}{shop_product().id}/", {}


@case("campus", f"PUT {PRODUCTS}{{id}}/", "price")
def _() -> tuple[str, Request]:
    seller = a_person(is_seller=True)
    return f"{PRODUCTS}{a_product(seller).id}/", {"token": seller.access, "json": {"price": 7}}


@case("campus", f"PATCH {PRODUCTS}{{id}}/", "shown again, by staff")
def _() -> tuple[str, Request]:
    return f"{PRODUCTS}{a_product(is_active=False).id}/", {
        "token": a_person(is_staff=True).access,
        "json": {"is_active": True},
    }


@case("campus", f"DELETE {PRODUCTS}{{id}}/")
def _() -> tuple[str, Request]:
    seller = a_person(is_seller=True)
    return f"{PRODUCTS}{a_product(seller).id}/", {"token": seller.access}
