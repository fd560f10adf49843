"""What the demo's buyer thinks of some of its products."""

from typing import NamedTuple


class DemoReview(NamedTuple):
    """A review of the product of that slug."""

    slug: str
    rating: int
    title: str
    comment: str


REVIEWS = [
    DemoReview("piston", 5, "Fits and runs", "Went in without complaint; still silent a thousand miles later."),
    DemoReview("wireless-headphones", 4, "Good sound", "Warm and clear. The case could be smaller."),
]
