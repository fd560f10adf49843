"""What the names in queries mean: the same in every contract that understands them."""

from typing import Any

from commerce.kit.pages import DEFAULT_SIZE, MAX_SIZE
from commerce.search.model import SORTABLE

_AMOUNT = {"schema": {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}}
_FLAG = {"schema": {"enum": ["true", "false", "1", "0"]}}
_TEXT = {"schema": {"type": "string", "maxLength": 1000}}

QUERIES: dict[str, dict[str, Any]] = {
    "category": {"description": "Id or slug of a category", **_TEXT},
    "price_min": {"description": "Lowest price", **_AMOUNT},
    "price_max": {"description": "Highest price", **_AMOUNT},
    "min_price": {"description": "The same as price_min", **_AMOUNT},
    "max_price": {"description": "The same as price_max", **_AMOUNT},
    "in_stock": {"description": "Only what is, or is not, in stock", **_FLAG},
    "featured": {"description": "Only what is, or is not, featured", **_FLAG},
    "search": {"description": "Words to look for", **_TEXT},
    "q": {"description": "The same as search", **_TEXT},
    "query": {"description": "The same as search", **_TEXT},
    "ordering": {
        "description": "Best matches first when searching, else newest first, unless said here; - means descending",
        "schema": {"enum": [sign + name for name in SORTABLE for sign in ("", "-")]},
    },
    "page": {"schema": {"type": "integer", "minimum": 1, "default": 1}},
    "page_size": {"schema": {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": DEFAULT_SIZE}},
    "reference": {"description": "Reference of a payment", "required": True, **_TEXT},
    "before": {"description": "The list goes on after the entry of this id", **_TEXT},
    "email": {"description": "Only what belongs to this email", **_TEXT},
    "day": {"description": "A day (UTC), today unless said otherwise", "schema": {"type": "string", "format": "date"}},
    "days": {"description": "How many days, the last one today", "schema": {"type": "integer", "minimum": 1}},
    "after": {"description": "`next` of the page before", **_TEXT},
    "buyer_id": {"description": "Only what belongs to this buyer", "schema": {"type": "integer", "minimum": 1}},
}
