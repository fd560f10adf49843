"""What may be asked, and what a page says of its neighbours."""

import pytest

from commerce.kit.errors import InvalidInput
from commerce.kit.pages import PageRequest
from commerce.search.model import SearchPage, SearchQuery, shortened
from commerce.search.service import SearchService


@pytest.mark.parametrize("ordering", ["stock", "-", "--price", "price,-name", "Price", "", "relevance", "x" * 10_000])
def test_refuses_an_unknown_ordering(ordering: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        SearchQuery(ordering=ordering)
    assert refusal.value.fields == {
        "ordering": [
            "Choose one of created_at, price, name, view_count, favorite_count, average_rating, "
            "with - before it for descending."
        ]
    }


@pytest.mark.parametrize("ordering", ["created_at", "-created_at", "price", "-price", "name", "-name", None])
def test_accepts_the_known_ones(ordering: str | None) -> None:
    assert SearchQuery(ordering=ordering).ordering == ordering


class Shelf:
    """An index of `count` products that remembers what it was asked."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked: list[PageRequest] = []

    def find(self, query: SearchQuery) -> SearchPage:
        self.asked.append(query.page)
        return SearchPage(self.count, (), query.page)


def test_pages_below_the_deepest_position_are_refused_only_where_there_are_any() -> None:
    deep = SearchQuery(page=PageRequest(501, 20))
    small, large = Shelf(10_000), Shelf(10_001)
    assert SearchService(small).find(deep) == SearchPage(10_000, (), deep.page)
    with pytest.raises(InvalidInput) as refusal:
        SearchService(large).find(deep)
    assert refusal.value.fields == {"page": ["Only the first 10000 results can be paged through."]}
    # The engine is never asked for what lies so deep.
    assert small.asked == large.asked == [PageRequest(1, 1)]


@pytest.mark.parametrize(
    ("count", "page", "has_next"),
    [
        (0, PageRequest(1, 20), False),
        (20, PageRequest(1, 20), False),
        (21, PageRequest(1, 20), True),
        (21, PageRequest(2, 20), False),
        (50_000, PageRequest(499, 20), True),
        (50_000, PageRequest(500, 20), False),
    ],
)
def test_a_page_knows_whether_another_follows(count: int, page: PageRequest, has_next: bool) -> None:
    assert SearchPage(count, (), page).has_next is has_next


def test_shortens_descriptions_between_words() -> None:
    assert shortened("  two\n lines ") == "two lines"
    assert shortened("four " * 100) == " ".join(["four"] * 31) + "…"
    assert shortened("x" * 300) == "x" * 159 + "…"
