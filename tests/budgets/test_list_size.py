"""A filtered page of 20 takes the same AWS calls whether the catalogue holds 200 products or 100,000."""

from benchmarks.list_size import MARKETPLACE_SIZES, SIZES, calls_with, marketplace_cost_with

# What a process fetches once: the manifest and each segment of the index, of which there are few whatever its size.
MAX_SEGMENTS = 16


def test_calls_do_not_grow_with_the_catalogue() -> None:
    measured = {products: calls_with(products) for products in SIZES}
    assert min(SIZES) == 200
    assert max(SIZES) == 100_000
    for first, warm, later in measured.values():
        # Of what was searched for, the page's items are looked up in the table.
        assert (warm, later) == (["BatchGetItem"], ["GetObject", "BatchGetItem"])
        assert (set(first[:-1]), first[-1]) == ({"GetObject"}, "BatchGetItem")
        assert len(first) <= 2 + MAX_SEGMENTS


def test_pages_of_the_marketplace_cost_the_same_in_a_shop_of_any_size() -> None:
    """Calls and units: who sells is read beside a page, and which of it the reader likes."""
    small, large = map(marketplace_cost_with, MARKETPLACE_SIZES)
    assert MARKETPLACE_SIZES == (1_000, 100_000)
    assert small == large
    shown = people = liked = "BatchGetItem"
    assert [calls for calls, _ in large] == [
        [people],
        # A search, of which the page's items are looked up in the table.
        [shown, people, liked],
        [people, liked],
        ["GetItem", people, liked],
        ["Query"],
        # The seller, the latest reviews of their products, and which of the page the reader likes.
        ["GetItem", "Query", liked],
    ]
