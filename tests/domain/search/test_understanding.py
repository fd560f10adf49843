"""What words are taken to mean: singular and plural, synonyms, parts, misspellings; each only where words fail."""

from pathlib import Path

import pytest

from commerce.search import synonyms, tokenizer, understanding
from commerce.search.model import ExplainedConcept, SearchQuery, Stage
from commerce.search.tantivy_gateway import Engine
from commerce.search.tantivy_matching import ENOUGH
from commerce.search.understanding import Concept
from support.documents import an_entry


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = Engine(tmp_path_factory.mktemp("index"))
    engine.apply(
        [
            an_entry(1, "Headphones Black", description="Quiet on any flight."),
            an_entry(2, "Sofa Corner", description="Seats five."),
            an_entry(3, "Kitchen Knives", description="Sharp."),
            an_entry(4, "Microeconomics", description="Markets."),
            an_entry(5, "Smartwatch", description="Shows the time."),
            an_entry(6, "Insulated Bottle", description="Keeps tea hot for twelve hours."),
            *(an_entry(number, f"Lamp {number}") for number in range(100, 100 + ENOUGH)),
            an_entry(200, "Lampshade"),
            an_entry(201, "Lamb Wool"),
        ],
        (),
    )
    return engine


def found(engine: Engine, text: str) -> tuple[Stage, list[int]]:
    """The stage that answered, and the products in their order."""
    explained = engine.explain(SearchQuery(text=text))
    return explained.stage, [hit.product.id for hit in explained.hits]


def test_words_find_in_stages(engine: Engine) -> None:
    lamps = list(range(99 + ENOUGH, 99, -1))
    cases = {
        # Enough lamps: neither the lampshade nor, by a wrong letter, the lamb.
        "lamp": (Stage.EXACT, lamps),
        "lamps": (Stage.EXACT, lamps),
        # Too few exact ones: parts, synonyms and misspellings are asked for as well, and what is exact stays first.
        "knife": (Stage.WIDER, [3]),
        "headphone": (Stage.WIDER, [1]),
        "hedphones": (Stage.WIDER, [1]),
        "haedphones blck": (Stage.WIDER, [1]),
        "headph": (Stage.WIDER, [1]),
        "couch": (Stage.WIDER, [2]),
        "corner settee": (Stage.WIDER, [2]),
        "watch": (Stage.WIDER, [5]),
        "micro economics": (Stage.WIDER, [4]),
        "lampshade": (Stage.WIDER, [200]),
        "what is the time": (Stage.WIDER, [5]),
        # No product has all the words.
        "sofa microeconomics": (Stage.NEAR, [2, 4]),
    }
    answers = {text: found(engine, text) for text in cases}
    answers["sofa microeconomics"] = (
        answers["sofa microeconomics"][0],
        sorted(answers["sofa microeconomics"][1][:2]),
    )
    assert answers == cases


def test_meaning_finds_what_no_word_does(engine: Engine) -> None:
    stage, products = found(engine, "thermos keeping drinks warm")
    assert (stage, products[0]) == (Stage.NEAR, 6)
    assert found(engine, "qxzzyw") == (Stage.NEAR, [])


def test_the_set_is_the_same_whatever_the_order_and_page(engine: Engine) -> None:
    for text in ("lamp", "hedphones", "sofa microeconomics", "thermos keeping drinks warm"):
        best, cheapest = (engine.find(SearchQuery(text=text, ordering=ordering)) for ordering in (None, "price"))
        assert best.count == cheapest.count
        assert {one.id for one in best.products} == {one.id for one in cheapest.products}


def test_explains_what_was_understood_and_what_counted(engine: Engine) -> None:
    explained = engine.explain(SearchQuery(text="the hedphones"))
    assert explained.words == ("hedphones",)
    assert explained.concepts == (ExplainedConcept("hedphones", (), 2),)
    explained = engine.explain(SearchQuery(text="couch"))
    assert explained.concepts == (ExplainedConcept("couch", ("sofa", "settee", "loveseat"), 0),)
    [hit] = engine.explain(SearchQuery(text="headphones quiet")).hits
    assert (hit.product.id, hit.stage) == (1, Stage.EXACT)
    assert hit.parts["name"] > 0 and hit.parts["body"] > 0 and hit.parts["head"] == 0
    [first, *_] = engine.explain(SearchQuery(text="thermos keeping drinks warm")).hits
    assert first.parts["meaning"] > 0
    assert first.score == pytest.approx(first.parts["words"] + first.parts["meaning"])
    listed = engine.explain(SearchQuery())
    assert (listed.words, listed.count, listed.hits[0].score) == ((), 18, 0.0)


def test_singular_and_plural_have_one_stem() -> None:
    pairs = (
        "phone phones, knife knives, battery batteries, dress dresses, box boxes, watch watches, brush brushes, "
        "woman women, woman womens, glove gloves, bus bus, tennis tennis, glass glasses, shelf shelves, tv tvs"
    )
    stems = {pair: {tokenizer.stem(word) for word in pair.split()} for pair in pairs.split(", ")}
    assert not {pair: found for pair, found in stems.items() if len(found) != (2 if pair == "tv tvs" else 1)}


def test_a_synonym_holds_both_ways_and_an_arrow_one_way() -> None:
    found = synonyms.parse("sofa, couch  # seats\n\nwatch > smartwatch, pocket watches\n")
    assert found == {
        ("sofa",): [("couch",)],
        ("couch",): [("sofa",)],
        ("watch",): [("smartwatch",), ("pocket", "watch")],
    }
    assert ("sofa",) in synonyms.committed()[("couch",)]


def test_the_longest_phrase_is_one_concept_and_only_unknown_words_may_be_misspelled() -> None:
    held = {("cell", "phone"): [("smartphone",)], ("phone",): [("handset",)]}
    cut = understanding.concepts(["cell", "phones", "blak", "blackk2", "ice", "cream"], held, {"icecream"}.__contains__)
    assert cut == [
        Concept(("cell", "phones"), (("smartphone",),)),
        Concept(("blak",), (), 1),
        Concept(("blackk2",), (), 0),
        Concept(("ice", "cream"), (("icecream",),)),
    ]
    assert understanding.meaningful(["a", "lamp", "for", "me"]) == ["lamp"]
    assert understanding.meaningful(["and", "or"]) == ["and", "or"]


def test_vectors_are_written_for_new_texts_only_and_in_few_files(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.apply([an_entry(number, f"Lamp {number}") for number in range(1, 65)], ())

    def files() -> dict[str, int]:
        names = [name for name in engine.snapshot().bundles if name.startswith("vectors")]
        return {name: (tmp_path / f"{name}.vectors").stat().st_size for name in names}

    first = files()
    # What is no text changes no vector.
    engine.apply([an_entry(1, "Lamp 1", stock=3, price_minor=5)], ())
    assert files() == first
    for number in range(100, 125):
        engine.apply([an_entry(number, f"Sofa {number}")], (number - 100,))
    held = files()
    # The first file is not written again for each change, and there are few others.
    assert set(first) <= set(held)
    assert len(held) <= 5
    assert Engine(tmp_path).find(SearchQuery(text="seating furniture couch lounge")).products
    engine.apply([an_entry(50, "Garden Hose", description="Waters plants.")], range(1, 40))
    reopened = Engine(tmp_path)
    assert reopened.find(SearchQuery(text="irrigating garden flowers hosepipes")).products[0].id == 50
