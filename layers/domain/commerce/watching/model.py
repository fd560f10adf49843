"""Watching: who hears when a product changes. Rules only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from commerce.realtime.model import CONNECTION_SECONDS

# So many products a person may subscribe to at a time; one more lets go of the one that they named longest ago.
MAX_SUBSCRIPTIONS = 40
# A subscription outlives the longest connection, so that nothing is missed between two of them; clients repeat it.
SUBSCRIPTION_SECONDS = CONNECTION_SECONDS
# So many people are told by one message of the queue; then the next page waits for its turn behind everybody else's.
AUDIENCE_PAGE = 100


@dataclass(frozen=True)
class Audience:
    """A page of those who hear of an event, each as what; `next` is the position of the following page, None at the
    end. A position is plain JSON."""

    recipients: Mapping[int, str]
    next: Any = None


@dataclass(frozen=True)
class Subscriptions:
    """The products that a person has subscribed to, with the second at which each subscription ends; the one that was
    named longest ago first. Every change makes the next version."""

    products: Mapping[int, int] = field(default_factory=dict)
    version: int = 0

    def renewed(self, product_ids: Iterable[int], now: int) -> "Subscriptions":
        """With those products, from now on; of too many in all, those named longest ago go."""
        named = dict.fromkeys(product_ids, now + SUBSCRIPTION_SECONDS)
        kept = {number: end for number, end in self.products.items() if end > now and number not in named}
        every = list((kept | named).items())
        return Subscriptions(dict(every[-MAX_SUBSCRIPTIONS:]), self.version + 1)
