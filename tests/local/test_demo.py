"""The demo shop: what its stories and documents rely on."""

from commerce.accounts import passwords
from commerce.accounts.model import Registration
from commerce.catalog.model import NewProduct, slug_of
from local.demo import catalogue, people, pictures

GOODS = list(catalogue.goods())


def test_there_are_two_hundred_products_of_ten_categories_and_three_sellers() -> None:
    assert len(GOODS) >= 200
    assert len({good.slug for good in GOODS}) == len({good.name for good in GOODS}) == len(GOODS)
    assert {good.category for good in GOODS} == {slug_of(name) for name in catalogue.CATEGORIES}
    assert len(catalogue.CATEGORIES) == 10
    assert {good.seller for good in GOODS} == set(range(len(people.SELLERS)))


def test_the_documents_products_are_there_at_their_prices() -> None:
    prices = {good.name: (good.category, good.price_minor) for good in GOODS}
    assert prices["Piston"] == ("engine-parts", 250_000)
    assert prices["Wireless Headphones"] == ("electronics", 8_999)
    assert prices["Smartphone Pro Max"] == ("electronics", 99_999)
    assert next(good.slug for good in GOODS if good.name == "Piston") == "piston"


def test_a_search_for_phones_in_a_price_range_finds_some_and_hides_what_is_sold_out() -> None:
    phones = [good for good in GOODS if "phone" in good.tags and 5_000 <= good.price_minor <= 50_000]
    assert len([phone for phone in phones if phone.stock]) >= 5
    assert [phone for phone in phones if not phone.stock]


def test_the_services_would_take_all_of_it() -> None:
    for good in GOODS:
        draft = NewProduct(good.name, good.price_minor, good.stock, good.category, good.description, slug=good.slug)
        draft.checked("USD")
    for person in (people.BUYER, people.ADMIN, *people.SELLERS):
        Registration(**person._asdict()).checked(passwords.is_guessable)


def test_a_picture_is_small_and_always_the_same() -> None:
    piston = next(good for good in GOODS if good.slug == "piston")
    picture = pictures.picture(piston)
    assert picture[:4] == b"RIFF"
    assert picture[8:12] == b"WEBP"
    assert len(picture) < 10_000
    assert pictures.picture(piston) == picture
