"""Search of the campus client: products, how many there are, and what they could be narrowed to."""

from campus.contract import campus_api
from campus.listing import listed
from campus.search import shapes
from commerce.search.service import search
from rest.api import Access, Reply, Request
from rest.filters import FILTERS, search_query
from rest.lists import array

handler = campus_api()
_search = search()


@handler.get("/api/search/", access=Access.OPTIONAL, returns=shapes.Found, query=FILTERS)
def find(request: Request) -> Reply:
    """Active products that have the words of `query`, by the same filters and orderings as lists. A facet counts what
    the search would find with each of its values."""
    query = search_query(request)
    found = _search.find(query)
    body = shapes.found(found.count, listed(found), _search.facets(query))
    return Reply(body, headers=array(request, [], found.count).headers)
