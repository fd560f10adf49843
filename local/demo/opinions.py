"""What the demo's buyer thinks of some of its products, and which of them people look at."""

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

# What the demo's other people look at together; its buyer knows the first of each.
LOOKED_AT_TOGETHER = (
    ("wireless-headphones", "earbuds-studio", "speaker-brick", "charger-65-w"),
    ("piston", "piston-ring-set-82-mm", "spark-plug-iridium", "oil-filter-standard"),
)

# Products that some people have looked at, and clicked on.
LOOKED_AT = (
    "spark-plug-iridium",
    "brake-pads-ceramic",
    "smartphone-pro",
    "earbuds-sport",
    "laptop-11",
    "speaker-tower",
)
