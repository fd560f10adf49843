"""What the demo's buyer and a seller say to each other about a product."""

from typing import NamedTuple


class DemoLine(NamedTuple):
    """A message of the seller's or the buyer's."""

    content: str
    is_seller: bool


PRODUCT = "piston"
# The position of its seller among people.SELLERS.
SELLER = 0
SOURCE = "website"
LINES = (
    DemoLine("Hello! Does this piston fit a 1998 engine with the larger bore?", is_seller=False),
    DemoLine("It does, with the rings that come with it. Which displacement is yours?", is_seller=True),
    DemoLine("1.8 litres.", is_seller=False),
    DemoLine("Then it fits. I can put a gasket into the same parcel if you like.", is_seller=True),
)
