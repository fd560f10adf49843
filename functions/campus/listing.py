"""How the campus contract lists products: which of them, the catalogue index says; what they are, the table, since this
client's lists show whole products."""

from campus.bodies import ProductBody, products
from commerce.catalog.service import catalog
from commerce.search.model import SearchPage

_catalog = catalog()


def listed(found: SearchPage) -> list[ProductBody]:
    """A page of the index."""
    return products(_catalog.active_products([summary.id for summary in found.products]))
