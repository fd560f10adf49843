"""Products of the campus contract as staff sees them."""

from campus.bodies import ProductBody, product
from commerce.catalog.model import Product


class StockedProduct(ProductBody):
    stock: int
    is_active: bool


def stocked(found: Product) -> StockedProduct:
    return {**product(found), "stock": found.available, "is_active": found.is_active}
