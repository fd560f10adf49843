"""A filtered page of 20 takes the same AWS calls whether the catalogue holds 200 products or 100,000."""

from benchmarks.list_size import SIZES, calls_with

# What a process fetches once: the manifest and each segment of the index, of which there are few whatever its size.
MAX_SEGMENTS = 16


def test_calls_do_not_grow_with_the_catalogue() -> None:
    measured = {products: calls_with(products) for products in SIZES}
    assert min(SIZES) == 200
    assert max(SIZES) == 100_000
    for first, warm, later in measured.values():
        assert (warm, later) == ([], ["GetObject"])
        assert set(first) == {"GetObject"}
        assert len(first) <= 1 + MAX_SEGMENTS
