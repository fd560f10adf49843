"""The index follows the catalogue: what is true there now is what lists show."""

from decimal import Decimal
from typing import Any

import pytest

from commerce.catalog.changes import ProductChange
from commerce.catalog.model import Product
from commerce.catalog.service import catalog
from commerce.indexing.service import Indexing
from commerce.kit import aws as clients
from commerce.kit.pages import PageRequest
from commerce.search import tantivy_gateway
from commerce.search.model import IndexUnavailable, ProductSummary, SearchPage, SearchQuery
from commerce.search.replicas import IndexReader, IndexWriter
from commerce.search.service import SearchService
from commerce.search.store import MANIFEST_KEY, IndexBucket, PublishConflict
from support.builders import Person, a_person, a_product
from support.documents import an_entry

pytestmark = pytest.mark.usefixtures("aws")
BUCKET = IndexBucket("bazaar-index")


@pytest.fixture
def indexing(tmp_path: Any) -> Indexing:
    return Indexing(catalog(), IndexWriter(BUCKET, tmp_path / "working"))


@pytest.fixture
def seller() -> Person:
    return a_person(is_seller=True)


def listed(**asked: Any) -> list[str]:
    """Names as a fresh reader finds them, by name."""
    return [
        summary.name
        for summary in SearchService(IndexReader(BUCKET)).find(SearchQuery(ordering="name", **asked)).products
    ]


def etag() -> str:
    tag: str = clients.client("s3").head_object(Bucket="bazaar-index", Key=MANIFEST_KEY)["ETag"]
    return tag


def card_of(product: Product) -> ProductSummary:
    return ProductSummary(
        id=product.id,
        name="Smartphone Pro Max",
        slug="smartphone-pro-max",
        short_description="Fast and bright.",
        price_minor=99_999,
        currency="USD",
        stock=50,
        category_id=product.category_id,
        category_slug="electronics",
        category_name="Electronics",
        brand="Acme",
        tags=("5g", "dual sim"),
        seller_id=product.seller_id,
        image="products/a.webp",
        is_featured=True,
        created_at=product.created_at,
        updated_at=product.updated_at,
    )


def test_a_product_is_listed_whole(indexing: Indexing, seller: Person) -> None:
    product = a_product(
        seller,
        description="Fast\nand bright.",
        brand="Acme",
        tags=("5g", "dual sim"),
        images=("products/a.webp", "products/b.webp"),
        is_featured=True,
    )
    assert indexing.update([product.id]).unreadable == set()
    assert SearchService(IndexReader(BUCKET)).find(SearchQuery(text="phone")) == SearchPage(
        1, (card_of(product),), PageRequest()
    )


def test_every_change_is_followed(indexing: Indexing, seller: Person) -> None:
    lamp, mug = a_product(seller, name="Lamp", category="Home"), a_product(seller, name="Mug", stock=0)
    indexing.update([lamp.id, mug.id])
    assert (listed(), listed(in_stock=True), listed(category="home")) == (["Lamp", "Mug"], ["Lamp"], ["Lamp"])
    catalog().change(seller.principal, mug.id, ProductChange(stock=3, price_minor=1))
    catalog().change(seller.principal, lamp.id, ProductChange(name="Lantern"))
    indexing.update([mug.id, lamp.id])
    assert (listed(in_stock=True), listed(price_max=Decimal("0.01")), listed(text="lamp")) == (
        ["Lantern", "Mug"],
        ["Mug"],
        [],
    )


def test_an_inactive_product_is_never_listed(indexing: Indexing, seller: Person) -> None:
    hidden, shown = a_product(seller, name="Hidden", is_active=False), a_product(seller, name="Shown")
    indexing.update([hidden.id, shown.id])
    assert listed() == ["Shown"]
    catalog().change(seller.principal, shown.id, ProductChange(is_active=False))
    catalog().change(seller.principal, hidden.id, ProductChange(is_active=True))
    indexing.update([hidden.id, shown.id])
    assert listed() == ["Hidden"]
    catalog().change(seller.principal, hidden.id, ProductChange(is_active=False))
    indexing.rebuild()
    assert listed() == []


def test_a_removed_product_is_forgotten(indexing: Indexing, seller: Person) -> None:
    product = a_product(seller)
    indexing.update([product.id])
    for sk in ("PRODUCT", "STOCK"):
        clients.client("dynamodb").delete_item(
            TableName="Catalog", Key={"pk": {"S": f"PRODUCT#{product.id}"}, "sk": {"S": sk}}
        )
    indexing.update([product.id])
    assert listed() == []


def test_repeating_changes_nothing(indexing: Indexing, seller: Person) -> None:
    products = [a_product(seller, name=name).id for name in ("Lamp", "Mug")]
    indexing.update(products)
    before = etag()
    assert indexing.update([*reversed(products), *products, 404]).unreadable == set()
    assert etag() == before


def test_the_index_is_built_from_the_whole_catalogue_where_there_is_none(indexing: Indexing, seller: Person) -> None:
    products = [a_product(seller, name=f"P{number:02d}") for number in range(60)]
    assert indexing.update([products[0].id]).unreadable == set()
    assert listed(page=PageRequest(1, 100)) == [product.name for product in products]


def test_an_index_of_another_schema_is_built_again(
    indexing: Indexing, seller: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    lamp, mug = a_product(seller, name="Lamp"), a_product(seller, name="Mug")
    indexing.update([lamp.id])
    monkeypatch.setattr(tantivy_gateway, "SCHEMA", tantivy_gateway.SCHEMA + 1)
    with pytest.raises(IndexUnavailable):
        listed()
    assert indexing.update([mug.id]).unreadable == set()
    assert listed() == ["Lamp", "Mug"]


def test_a_rebuild_drops_what_the_catalogue_does_not_have(indexing: Indexing, seller: Person, tmp_path: Any) -> None:
    a_product(seller, name="Lamp")
    IndexWriter(BUCKET, tmp_path / "other").replace([an_entry(1, "Stray")])
    assert indexing.rebuild() == 1
    assert listed() == ["Lamp"]


def test_a_product_that_cannot_be_read_does_not_stop_the_others(indexing: Indexing, seller: Person) -> None:
    broken, lamp, mug = (a_product(seller, name=name) for name in ("Broken", "Lamp", "Mug"))
    indexing.rebuild()
    clients.client("dynamodb").update_item(
        TableName="Catalog",
        Key={"pk": {"S": f"PRODUCT#{broken.id}"}, "sk": {"S": "PRODUCT"}},
        UpdateExpression="REMOVE #n",
        ExpressionAttributeNames={"#n": "name"},
    )
    catalog().change(seller.principal, mug.id, ProductChange(name="Jug"))
    assert indexing.update([lamp.id, broken.id, mug.id]).unreadable == {broken.id}
    assert listed() == ["Broken", "Jug", "Lamp"]
    assert indexing.rebuild() == 2
    assert listed() == ["Jug", "Lamp"]


def test_facts_older_than_another_publication_are_not_written(
    indexing: Indexing, seller: Person, tmp_path: Any
) -> None:
    """Between our read of the catalogue and our publication somebody else publishes newer facts."""
    product = a_product(seller, name="Old")
    indexing.rebuild()
    catalog().change(seller.principal, product.id, ProductChange(name="Older"))
    other = Indexing(catalog(), IndexWriter(BUCKET, tmp_path / "other"))
    rivals = iter([other])

    def overtake(**_: Any) -> None:
        if rival := next(rivals, None):
            catalog().change(seller.principal, product.id, ProductChange(name="Newest"))
            rival.update([product.id])

    clients.client("dynamodb").meta.events.register("after-call.dynamodb.Query", overtake)
    with pytest.raises(PublishConflict):
        indexing.update([product.id])
    assert listed() == ["Newest"]
    assert indexing.update([product.id]).unreadable == set()
    assert listed() == ["Newest"]


def test_calls_do_not_grow_with_the_catalogue(indexing: Indexing, seller: Person) -> None:
    made: list[str] = []
    for service in ("dynamodb", "s3"):
        clients.client(service).meta.events.register(
            f"before-call.{service}", lambda model, **_: made.append(model.name)
        )
    products = [a_product(seller, name=f"P{number}").id for number in range(51)]
    made.clear()
    indexing.rebuild()
    # Each shard of the list of products, and each product with its figures.
    assert (made.count("Query"), made.count("BatchGetItem"), made.count("Scan")) == (16 + 51, 0, 0)
    catalog().change(seller.principal, products[0], ProductChange(stock=1))
    made.clear()
    indexing.update(products[:1])
    # The manifest; the facts; the new segment, what is deleted in the old one, the new manifest.
    assert made == ["GetObject", "Query", "PutObject", "PutObject", "PutObject"]
