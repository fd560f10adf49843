"""How the marketplace lists products: what they are, the catalogue index says; who sells them and whether the reader
likes them, one read of each, whatever the size of the shop."""

from commerce.accounts.service import accounts
from commerce.favorites.service import favorites
from commerce.search.model import SearchPage
from marketplace.bodies import product_rows
from rest.api import Reply, Request
from rest.lists import array

_accounts = accounts()
_favorites = favorites()


def product_array(request: Request, found: SearchPage) -> Reply:
    """A page of the index as an array of products."""
    people = _accounts.profiles(summary.seller_id for summary in found.products)
    liked = _favorites.among(request.principal, [summary.id for summary in found.products])
    return array(request, product_rows(found.products, people, liked), found.count)
