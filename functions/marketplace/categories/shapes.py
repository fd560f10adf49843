"""Bodies of the marketplace's categories."""

from collections.abc import Iterable, Mapping
from typing import TypedDict

from commerce.catalog.tree import CategoryTree


class CategoryBody(TypedDict):
    id: int
    name: str
    slug: str
    description: str
    parent: str | None
    is_active: bool
    product_count: int
    subcategories: "list[CategoryBody]"


def categories(trees: Iterable[CategoryTree], counts: Mapping[str, int]) -> list[CategoryBody]:
    return [category(tree, counts) for tree in trees]


def category(tree: CategoryTree, counts: Mapping[str, int]) -> CategoryBody:
    """A category; `product_count` includes the products of its subcategories."""
    found = tree.category
    return {
        "id": found.id,
        "name": found.name,
        "slug": found.slug,
        "description": found.description,
        "parent": found.path[-1] if found.path else None,
        "is_active": found.is_active,
        "product_count": counts.get(found.slug, 0),
        "subcategories": categories(tree.children, counts),
    }
