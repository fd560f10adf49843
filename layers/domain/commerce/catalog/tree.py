"""Categories in one another, as far as they are shown. Rules only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from commerce.catalog.model import Category


@dataclass(frozen=True)
class CategoryTree:
    """An active category with the active ones that stand in it, by slug."""

    category: Category
    children: "tuple[CategoryTree, ...]" = ()


def active_trees(categories: Iterable[Category], below: tuple[str, ...] = ()) -> tuple[CategoryTree, ...]:
    """The active categories that stand in the one of the path `below`, in the order given; what stands in a category
    that is not active is not shown either."""
    known = list(categories)
    return tuple(
        CategoryTree(one, active_trees(known, (*below, one.slug)))
        for one in known
        if one.is_active and one.path == below
    )


def all_trees(trees: Iterable[CategoryTree]) -> Iterator[CategoryTree]:
    """The trees and all that stand in them."""
    for tree in trees:
        yield tree
        yield from all_trees(tree.children)
