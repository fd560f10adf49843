"""How an answer's products spread, counted by the engine over all of its pages."""

from dataclasses import replace
from pathlib import Path

from commerce.kit.pages import PageRequest
from commerce.search.model import Bucket, Facets, SearchQuery
from commerce.search.tantivy_gateway import Engine
from support.documents import an_entry


def test_facets_count_the_whole_answer(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    kitchen = {"category_slug": "kitchen", "category_name": "Kitchen"}
    engine.apply(
        [
            an_entry(1, "Phone Élan", brand="Élan", price_minor=2_499),
            an_entry(2, "Phone Nova", brand="Nova", price_minor=2_500, condition="good", stock=0),
            an_entry(3, "Phone Nova Max", brand="Nova", price_minor=100_000),
            replace(an_entry(4, "Phone Stand", price_minor=99_999, **kitchen), category_path=("home",)),
            an_entry(5, "Lamp", brand="Lumo"),
        ],
        (),
    )
    asked = SearchQuery(text="phone", with_facets=True, page=PageRequest(2, 1))
    page = engine.find(asked)
    assert (page.count, len(page.products)) == (4, 1)
    assert page.facets == Facets(
        categories=(Bucket("electronics", 3), Bucket("home", 1), Bucket("kitchen", 1)),
        brands=(Bucket("Nova", 2), Bucket("Élan", 1)),
        conditions=(Bucket("new", 3), Bucket("good", 1)),
        prices=(Bucket("0-25", 1), Bucket("25-50", 1), Bucket("500-1000", 1), Bucket("1000-", 1)),
        in_stock=3,
    )
    filtered = engine.find(replace(asked, brands=("nova",), text="phne"))
    assert filtered.facets == Facets(
        (Bucket("electronics", 2),),
        (Bucket("Nova", 2),),
        (Bucket("good", 1), Bucket("new", 1)),
        (Bucket("25-50", 1), Bucket("1000-", 1)),
        1,
    )
    assert engine.find(SearchQuery(text="phone")).facets is None
    assert engine.find(SearchQuery(text="zzzzqx", with_facets=True)).facets == Facets((), (), (), (), 0)
