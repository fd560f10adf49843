"""Who hears when a product changes: its seller, who subscribed to it, and whose favourite it is."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from commerce.events.products import ProductEvent
from commerce.favorites.service import Favorites, favorites
from commerce.kit import clock, settings
from commerce.kit.contention import contended
from commerce.kit.errors import Busy, InvalidInput
from commerce.kit.tables import Table
from commerce.realtime.model import SELLER, WATCHER
from commerce.watching.model import AUDIENCE_PAGE, MAX_SUBSCRIPTIONS, Audience
from commerce.watching.store import SubscriptionsChanged, WatchingStore


class Watching:
    """Subscriptions to products, and the audience of what happens to one."""

    def __init__(self, store: WatchingStore, favorites: Favorites) -> None:
        self._store = store
        # In this order; a position names one of them by its place.
        self._watchers = (store.subscribers, favorites.watchers)

    def subscribe(self, user_id: int, product_ids: Sequence[int]) -> list[int]:
        """Tell a user of changes of these products too, for two hours from now; answers all that they subscribe to.

        Of more than MAX_SUBSCRIPTIONS in all, those named longest ago go. Raises InvalidInput for more at once, Busy.
        """
        if len(product_ids) > MAX_SUBSCRIPTIONS:
            raise InvalidInput.of("products", f"Name at most {MAX_SUBSCRIPTIONS} products.")
        for _ in contended():
            before = self._store.subscriptions(user_id)
            after = before.renewed(product_ids, clock.now())
            if not product_ids:
                return list(after.products)
            try:
                self._store.replace(user_id, before, after)
            except SubscriptionsChanged:
                continue
            return list(after.products)
        raise Busy

    def audience(self, event: ProductEvent, position: Any = None) -> Audience:
        """A page of those who hear of an event, from a position on (None: the beginning); somebody may stand on two
        pages. About AUDIENCE_PAGE of them, so that a product with a crowd of watchers is no single invocation."""
        product_id, seller_id = event.payload["product_id"], event.payload["seller_id"]
        recipients = {seller_id: SELLER} if position is None else {}
        place, start = position or (0, None)
        while place < len(self._watchers) and len(recipients) < AUDIENCE_PAGE:
            found, start = self._watchers[place](product_id, start, AUDIENCE_PAGE)
            recipients |= {user_id: WATCHER for user_id in found if user_id != seller_id}
            if start is None:
                place += 1
        return Audience(recipients, [place, start] if place < len(self._watchers) else None)


@cache
def watching() -> Watching:
    """The service over the tables that the environment names."""
    return Watching(WatchingStore(Table(settings.text("REALTIME_TABLE"))), favorites())
