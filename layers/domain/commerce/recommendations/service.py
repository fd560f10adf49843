"""What is recommended: to a shopper, or to who looks at a product. Two or three reads, whatever there is to know; the
rest is the index in memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from commerce.catalog.model import Product
from commerce.catalog.service import Catalog, catalog
from commerce.kit import clock, settings
from commerce.kit.errors import NotFound
from commerce.kit.lookups import read_lookups
from commerce.kit.pages import PageRequest
from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from commerce.recommendations import ranking
from commerce.recommendations.model import Encounter, History, Kind, Partners, Recent
from commerce.recommendations.ranking import Described, Mix, Shown
from commerce.recommendations.store import Place, RecommendationStore
from commerce.search.model import ProductSummary, SearchQuery
from commerce.search.service import SearchService, search

MAX_RECOMMENDED = 100
# Of what the shopper met last, so many are asked about.
_BOUGHT, _VIEWED, _LIKENESSES, _CATEGORIES = 5, 8, 3, 3
_CANDIDATES = 30


@dataclass(frozen=True)
class RecommendedPage:
    """A page of recommendations, the best first; `total` counts those of all pages."""

    products: tuple[Product, ...]
    total: int


class Recommendations:
    """What is learned and what the catalogue says, put together for somebody."""

    def __init__(self, store: RecommendationStore, catalog: Catalog, search: SearchService) -> None:
        self._store = store
        self._catalog = catalog
        self._search = search

    def for_shopper(self, caller: Principal, page: PageRequest) -> RecommendedPage:
        """Products for the caller. Raises IndexUnavailable."""
        shopper = self._store.shopper(caller.user_id)
        mix = Mix()
        self._add_learned(mix, shopper.recent)
        recent_ids = [one.product_id for one in shopper.recent.of(Kind.VIEWED)[:_LIKENESSES]]
        for place, one in enumerate(self._search.by_ids(recent_ids)):
            self._add_like(mix, ranking.LIKE * ranking.FADING**place, one)
        for category, share in _categories(shopper.recent).items():
            self._add_popular(mix, ranking.CATEGORY * share, category)
        self._add_popular(mix, ranking.POPULAR)
        return self._page(mix, Shown(caller.user_id, shopper.bought), page)

    def related(self, caller: Principal, product_id: int, page: PageRequest) -> RecommendedPage:
        """Products that go with one, for the caller. Raises NotFound for one that they may not see, and
        IndexUnavailable."""
        shopper = self._store.shopper(caller.user_id)
        places: list[Place] = [(product_id, kind) for kind in Kind]
        partners, wanted = self._store.partners_lookup(places), self._catalog.product_lookup(product_id)
        found = read_lookups([partners, wanted], consistent=False)
        product = found[wanted]
        if product is None or not (product.is_active or caller.is_staff or caller.user_id == product.seller_id):
            raise NotFound("Product")
        mix, now = Mix(), clock.now_ms()
        mix.add(ranking.BOUGHT_WITH_BOUGHT, found[partners][product_id, Kind.BOUGHT].shares(now))
        mix.add(ranking.VIEWED_WITH_VIEWED, found[partners][product_id, Kind.VIEWED].shares(now))
        self._add_like(mix, ranking.LIKE, product)
        return self._page(mix, Shown(caller.user_id, shopper.bought, besides=product_id), page)

    def _add_learned(self, mix: Mix, recent: Recent) -> None:
        """What other people did who met the same products."""
        bought, viewed = recent.of(Kind.BOUGHT)[:_BOUGHT], recent.of(Kind.VIEWED)[:_VIEWED]
        places: list[Place] = [(one.product_id, Kind.BOUGHT) for one in (*bought, *viewed)]
        places += [(one.product_id, Kind.VIEWED) for one in viewed]
        if not places:
            return
        lookup = self._store.partners_lookup(list(dict.fromkeys(places)))
        partners, now = read_lookups([lookup], consistent=False)[lookup], clock.now_ms()
        for strength, history, kind in (
            (ranking.BOUGHT_WITH_BOUGHT, bought, Kind.BOUGHT),
            (ranking.BOUGHT_WITH_VIEWED, viewed, Kind.BOUGHT),
            (ranking.VIEWED_WITH_VIEWED, viewed, Kind.VIEWED),
        ):
            _add_partners(mix, strength, history, kind, partners, now)

    def _add_like(self, mix: Mix, strength: float, product: Described) -> None:
        """What is like a product: what means nearly the same, the newest of its category, and whatever shares its
        brand or tags."""
        queries = [SearchQuery(category=product.category_slug, in_stock=True, page=_FIRST)]
        queries += [SearchQuery(brands=(product.brand,), in_stock=True, page=_FIRST)] if product.brand else []
        queries += [SearchQuery(tags=product.tags, in_stock=True, page=_FIRST)] if product.tags else []
        found = {one.id: one for query in queries for one in self._search.find(query).products}
        near = self._search.like(product.id, _CANDIDATES)
        found |= {one.id: one for one in self._search.by_ids(list(near))}
        found.pop(product.id, None)
        alike = {one.id: ranking.likeness(product, one, near.get(one.id, 0.0)) for one in found.values()}
        mix.know(found.values())
        mix.add(strength, {product_id: amount for product_id, amount in alike.items() if amount})

    def _add_popular(self, mix: Mix, strength: float, category: str | None = None) -> None:
        """What people look at and like, in the shop or in a category."""
        size = PageRequest(1, _CANDIDATES if category else MAX_RECOMMENDED)
        found: dict[int, ProductSummary] = {}
        for ordering in ("-view_count", "-favorite_count", "-created_at"):
            query = SearchQuery(category=category, in_stock=True, ordering=ordering, page=size)
            found |= {one.id: one for one in self._search.find(query).products}
        mix.know(found.values())
        mix.add(strength, ranking.by_place(found.values()))

    def _page(self, mix: Mix, is_shown: Shown, page: PageRequest) -> RecommendedPage:
        """A page of what may be shown. The index may be a second behind, so the products are read."""
        ranked = mix.ranked(self._search.by_ids, is_shown)[:MAX_RECOMMENDED]
        wanted: Sequence[int] = ranked[page.offset : page.offset + page.size]
        return RecommendedPage(tuple(self._catalog.active_products(wanted)), len(ranked))


_FIRST = PageRequest(1, _CANDIDATES)


def _add_partners(
    mix: Mix, strength: float, history: History, kind: Kind, partners: Mapping[Place, Partners], now: int
) -> None:
    for place, one in enumerate(history):
        mix.add(strength * ranking.FADING**place, partners[one.product_id, kind].shares(now))


def _categories(recent: Recent) -> dict[str, float]:
    """The categories in which somebody was most lately, and how much of that each was."""
    weights: dict[str, float] = {}
    met: Iterable[tuple[int, Encounter]] = (pair for kind in Kind for pair in enumerate(recent.of(kind)))
    for place, one in met:
        weights[one.category] = weights.get(one.category, 0.0) + ranking.FADING**place
    first = sorted(weights, key=lambda one: (-weights[one], one))[:_CATEGORIES]
    total = sum(weights.values())
    return {one: weights[one] / total for one in first}


@cache
def recommendations() -> Recommendations:
    """The service over the table and the index that the environment names."""
    return Recommendations(RecommendationStore(Table(settings.text("RECOMMENDATIONS_TABLE"))), catalog(), search())
