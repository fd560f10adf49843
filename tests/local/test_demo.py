"""The demo shop: what its stories and documents rely on."""

from commerce.accounts import passwords
from commerce.accounts.model import Registration
from commerce.catalog.model import NewProduct, slug_of
from commerce.chat.model import SOURCES, checked_content
from commerce.reviews.model import Opinion
from local.demo import catalogue, opinions, people, pictures, talk

PRODUCTS = list(catalogue.products())


def test_there_are_two_hundred_products_of_ten_categories_and_three_sellers() -> None:
    assert len(PRODUCTS) >= 200
    assert len({product.slug for product in PRODUCTS}) == len({product.name for product in PRODUCTS}) == len(PRODUCTS)
    assert {product.category for product in PRODUCTS} == {slug_of(name) for name in catalogue.CATEGORIES}
    assert len(catalogue.CATEGORIES) == 10
    assert {product.seller for product in PRODUCTS} == set(range(len(people.SELLERS)))


def test_the_documents_products_are_there_at_their_prices() -> None:
    prices = {product.name: (product.category, product.price_minor) for product in PRODUCTS}
    assert prices["Piston"] == ("engine-parts", 250_000)
    assert prices["Wireless Headphones"] == ("electronics", 8_999)
    assert prices["Smartphone Pro Max"] == ("electronics", 99_999)
    assert next(product.slug for product in PRODUCTS if product.name == "Piston") == "piston"


def test_a_search_for_phones_in_a_price_range_finds_some_and_hides_what_is_sold_out() -> None:
    phones = [product for product in PRODUCTS if "phone" in product.tags and 5_000 <= product.price_minor <= 50_000]
    assert len([phone for phone in phones if phone.stock]) >= 5
    assert [phone for phone in phones if not phone.stock]


def test_the_services_would_take_all_of_it() -> None:
    for product in PRODUCTS:
        NewProduct(
            product.name, product.price_minor, product.stock, product.category, product.description, slug=product.slug
        ).checked("USD")
    for person in (people.BUYER, people.ADMIN, *people.SELLERS):
        Registration(**person._asdict()).checked(passwords.is_guessable)


def test_what_is_reviewed_is_there() -> None:
    assert {*opinions.LOOKED_AT, *(review.slug for review in opinions.REVIEWS)} <= {
        product.slug for product in PRODUCTS
    }
    assert {slug for slugs in opinions.LOOKED_AT_TOGETHER for slug in slugs} <= {
        product.slug for product in PRODUCTS if product.stock
    }
    for review in opinions.REVIEWS:
        Opinion(review.rating, review.title, review.comment).checked()


def test_the_talk_is_about_a_product_of_its_seller() -> None:
    [product] = [product for product in PRODUCTS if product.slug == talk.PRODUCT]
    assert (product.seller, talk.SOURCE in SOURCES) == (talk.SELLER, True)
    assert {line.is_seller for line in talk.LINES} == {True, False}
    assert all(checked_content(line.content) == line.content for line in talk.LINES)


def test_a_picture_is_small_and_always_the_same() -> None:
    piston = next(product for product in PRODUCTS if product.slug == "piston")
    picture = pictures.picture(piston)
    assert picture[:4] == b"RIFF"
    assert picture[8:12] == b"WEBP"
    assert len(picture) < 10_000
    assert pictures.picture(piston) == picture
