"""Entries of the catalogue index, made without a catalogue."""

from typing import Any

from commerce.search.model import IndexDocument, ProductSummary

CREATED = 1_760_000_000_000


def an_entry(number: int, name: str = "Smartphone Pro Max", *, description: str = "", **said: Any) -> IndexDocument:
    """An entry at 999.99 USD with 50 pieces, made `number` seconds after the first, unless said otherwise."""
    card: dict[str, Any] = {
        "id": number,
        "name": name,
        "slug": f"product-{number}",
        "short_description": description,
        "price_minor": 99_999,
        "currency": "USD",
        "stock": 50,
        "category_id": 1,
        "category_slug": "electronics",
        "category_name": "Electronics",
        "brand": "",
        "tags": (),
        "seller_id": 7,
        "image": "",
        "is_featured": False,
        "created_at": CREATED + number * 1000,
        "updated_at": CREATED + number * 1000,
    }
    return IndexDocument(ProductSummary(**card | said), description)
