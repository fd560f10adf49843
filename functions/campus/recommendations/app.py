"""What the campus client recommends: to who asks, or to who looks at a product."""

from campus.bodies import ProductBody, products
from campus.contract import campus_api
from commerce.recommendations.service import recommendations
from rest import parameters
from rest.api import Access, Reply, Request
from rest.lists import array

handler = campus_api()
_recommendations = recommendations()
_QUERY = {"product": parameters.identifier("Only what goes with this product"), **parameters.PAGE}


@handler.get("/api/recommendations/", access=Access.USER, returns=list[ProductBody], query=_QUERY)
def recommended(request: Request) -> Reply:
    """Active products for the caller, the best first; none of their own, and none that they have bought."""
    if product_id := request.query["product"]:
        found = _recommendations.related(request.caller, product_id, request.page)
    else:
        found = _recommendations.for_shopper(request.caller, request.page)
    return array(request, products(found.products), found.total)
