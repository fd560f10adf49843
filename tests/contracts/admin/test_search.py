"""Why search finds what it finds, as staff sees it."""

import pytest

from support.builders import a_person, a_product, listed
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")

staff_api = Client("admin")
EXPLAIN = "/admin/api/search/explain/"


def test_a_search_is_explained() -> None:
    sofa = a_product(name="Corner Sofa", description="Seats five.")
    lamp = a_product(name="Lamp", description="Light.")
    listed(sofa, lamp)
    token = a_person(is_staff=True).access
    answer = staff_api.get(EXPLAIN, query={"search": "the couch"}, token=token)
    [hit] = answer.body["hits"]
    assert hit["score"] > 0
    assert (answer.status, answer.body) == (
        200,
        {
            "stage": "wider",
            "count": 1,
            "words": ["couch"],
            "concepts": [{"written": "couch", "synonyms": ["sofa", "settee", "loveseat"], "mistakes": 0}],
            "hits": [
                {
                    "id": sofa.id,
                    "name": "Corner Sofa",
                    "stage": "wider",
                    "score": hit["score"],
                    "parts": {"name": 0.0, "head": 0.0, "body": 0.0},
                }
            ],
        },
    )
    exact = staff_api.get(EXPLAIN, query={"q": "lamps", "max_price": "2000"}, token=token).body
    assert (exact["hits"][0]["stage"], exact["hits"][0]["parts"]["name"] > 0) == ("exact", True)
    assert staff_api.get(EXPLAIN, query={"q": "lamp", "max_price": "1"}, token=token).body["count"] == 0


def test_nothing_is_explained_before_the_first_publication_nor_far_down() -> None:
    token = a_person(is_staff=True).access
    empty = {"stage": "exact", "count": 0, "words": [], "concepts": [], "hits": []}
    assert staff_api.get(EXPLAIN, query={"search": "lamp"}, token=token).body == empty
    answer = staff_api.get(EXPLAIN, query={"search": "lamp", "page": 10_001}, token=token)
    assert answer.status == 400
