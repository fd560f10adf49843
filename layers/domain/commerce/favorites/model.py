"""Favourites: the products that somebody wants to find again. Rules only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Favorite:
    """A product that somebody likes, and since when (milliseconds, UTC)."""

    product_id: int
    added_at: int


@dataclass(frozen=True)
class FavoritePage:
    """A page of somebody's favourites, latest first; `total` counts those of all pages. Whether their products are
    still shown, the catalogue says."""

    favorites: tuple[Favorite, ...]
    total: int
