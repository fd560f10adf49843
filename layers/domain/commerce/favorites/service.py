"""Use cases of favourites. Every change counts in the product's figures, in the transaction that makes it."""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache

from commerce.catalog.model import Figures
from commerce.catalog.service import Catalog, catalog
from commerce.favorites.model import Favorite, FavoritePage
from commerce.favorites.store import FavoriteMoved, FavoriteStore, ToggledBefore
from commerce.kit import clock, settings
from commerce.kit.contention import contended
from commerce.kit.errors import Busy, NotFound
from commerce.kit.idempotency import IdempotentRequest, Outcome
from commerce.kit.pages import PageRequest
from commerce.kit.principal import Principal
from commerce.kit.tables import Position, Table


class Favorites:
    """Everybody's own favourites."""

    def __init__(self, store: FavoriteStore, catalog: Catalog) -> None:
        self._store = store
        self._catalog = catalog

    def toggle(self, caller: Principal, slug: str, request: IdempotentRequest | None = None) -> Outcome[bool]:
        """Make a product the caller's favourite, or no longer; whether it is one now.

        A keyed request is carried out once, so that sending it again does not undo it. What is hidden meanwhile can
        still be taken away. Raises NotFound, KeyReused, Busy.
        """
        product_id = self._catalog.product_id(slug)
        for _ in contended():
            try:
                is_favorite = not self._store.state(caller.user_id, product_id, request)
            except ToggledBefore as earlier:
                return Outcome(earlier.is_favorite, replayed=True)
            if is_favorite:
                self._catalog.visible_product(product_id, caller)
            try:
                self._move(caller, product_id, is_favorite=is_favorite, request=request)
            except FavoriteMoved:
                continue
            return Outcome(is_favorite)
        raise Busy

    def add(self, caller: Principal, product_id: int) -> None:
        """Make a product the caller's favourite; a no-op when it is one. Raises NotFound."""
        self._catalog.visible_product(product_id, caller)
        if not self._store.state(caller.user_id, product_id, None):
            with suppress(FavoriteMoved):
                self._move(caller, product_id, is_favorite=True)

    def remove(self, caller: Principal, product_id: int) -> None:
        """Make a product no longer the caller's favourite. Raises NotFound when it is none."""
        try:
            self._move(caller, product_id, is_favorite=False)
        except FavoriteMoved:
            raise NotFound("Favorite") from None

    def page(self, caller: Principal, page: PageRequest) -> FavoritePage:
        """A page of the caller's favourites, the latest first."""
        found = self._store.of(caller.user_id)
        return FavoritePage(tuple(found[page.offset : page.offset + page.size]), len(found))

    def among(self, caller: Principal | None, product_ids: Sequence[int]) -> set[int]:
        """Which of at most a hundred products are the caller's favourites; none for nobody."""
        return self._store.among(caller.user_id, product_ids) if caller else set()

    def watchers(self, product_id: int, start: Position, limit: int) -> tuple[list[int], Position]:
        """At most `limit` of the users whose favourite the product is, from a position on (None: the beginning), and
        the position behind them, None at the end."""
        return self._store.watchers(product_id, start, limit)

    def _move(
        self, caller: Principal, product_id: int, *, is_favorite: bool, request: IdempotentRequest | None = None
    ) -> None:
        """Add it or take it away. Raises FavoriteMoved when it is there, or gone, already."""
        counted = self._catalog.figures_write(product_id, caller.user_id, Figures(favorites=1 if is_favorite else -1))
        favorite = Favorite(product_id, clock.now_ms())
        self._store.move(caller.user_id, favorite, is_favorite=is_favorite, request=request, counted=counted)


@cache
def favorites() -> Favorites:
    """The service over the table that the environment names."""
    return Favorites(FavoriteStore(Table(settings.text("CATALOG_TABLE"))), catalog())
