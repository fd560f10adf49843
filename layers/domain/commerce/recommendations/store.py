"""What recommendations are made of, in a table of its own.

    SHOPPER#<user id>      RECENT                          {viewed, bought, version, expires_at}: latest of each kind
    SHOPPER#<user id>      BOUGHT#<product id>#<order id>  {ordered_at, is_cancelled}
    PRODUCT#<product id>   VIEWED, BOUGHT                  {weights, inherited, period, version}: its partners

That something was bought, or that its order was cancelled, are attributes of one item which are only ever set: in
whatever order, and however often, they are written, the item comes out the same. The rest is read, and written by its
version.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from commerce.kit import clock
from commerce.kit.attributes import Item
from commerce.kit.lookups import Lookup
from commerce.kit.tables import Table, Write, read
from commerce.recommendations.model import Encounter, Kind, Partners, Purchase, Recent, Shopper

# Longer than anything that tells of a meeting can wait to be heard again.
RECENT_SECONDS = 200 * 86_400
_RECENT, _BOUGHT = "RECENT", "BOUGHT#"

# A product and a kind of partners.
Place = tuple[int, Kind]


class RecommendationStore:
    """Every access to the Recommendations table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # Reading

    def shopper(self, user_id: int) -> Shopper:
        """What is known of somebody; one query, as long as they have bought fewer than ten thousand things."""
        recent, bought = Recent(), set()
        for row in self._table.query_all(_shopper_pk(user_id)):
            if row["sk"] == _RECENT:
                recent = _recent(row)
            elif "ordered_at" in row and not row.get("is_cancelled"):
                bought.add(int(row["sk"].split("#")[1]))
        return Shopper(recent, frozenset(bought))

    def recents(self, user_ids: Collection[int]) -> dict[int, Recent]:
        """What at most a hundred people met last, as it is now."""
        ordered = list(user_ids)
        items = read([(self._table, _shopper_pk(one), _RECENT) for one in ordered], consistent=True)
        return {one: _recent(item) for one, item in zip(ordered, items, strict=True)}

    def partners(self, places: Collection[Place]) -> dict[Place, Partners]:
        """The partners of at most a hundred products and kinds, as they are now."""
        ordered = list(places)
        if not ordered:
            return {}
        items = read([(self._table, _product_pk(one), kind) for one, kind in ordered], consistent=True)
        return {place: _partners(item) for place, item in zip(ordered, items, strict=True)}

    def partners_lookup(self, places: Sequence[Place]) -> Lookup[dict[Place, Partners]]:
        """The partners of some products and kinds, in a read of several things."""
        keys = [(self._table, _product_pk(one), str(kind)) for one, kind in places]
        return Lookup(keys, lambda *items: dict(zip(places, map(_partners, items), strict=True)))

    # Writing

    def recent_write(self, user_id: int, recent: Recent) -> Write:
        """The write of what somebody met last; refused when it changed since it was read."""
        histories = {_ATTRIBUTES[kind]: [_entry(one) for one in recent.of(kind)] for kind in Kind}
        expires_at = clock.now() + RECENT_SECONDS
        return self._versioned(_shopper_pk(user_id), _RECENT, {**histories, "expires_at": expires_at}, recent.version)

    def partners_write(self, place: Place, partners: Partners) -> Write:
        """The write of a product's partners; refused when they changed since they were read."""
        product_id, kind = place
        said = {
            "weights": _named(partners.weights),
            "inherited": _named(partners.inherited),
            "period": partners.period,
        }
        return self._versioned(_product_pk(product_id), kind, said, partners.version)

    def purchase_writes(self, purchases: Iterable[Purchase]) -> list[Write]:
        """The writes that say what was ordered, and what was cancelled of it; never refused, one for each item."""
        said: dict[tuple[str, str], dict[str, Any]] = {}
        for one in purchases:
            values = {"is_cancelled": True} if one.is_cancelled else {"ordered_at": clock.now_ms()}
            key = _shopper_pk(one.user_id), f"{_BOUGHT}{one.product_id}#{one.order_id}"
            said.setdefault(key, {}).update(values)
        return [
            self._table.update(*key, "SET " + ", ".join(f"#{name} = :{name}" for name in values), values=values)
            for key, values in said.items()
        ]

    def _versioned(self, pk: str, sk: str, said: Mapping[str, Any], version: int) -> Write:
        item: Item = {"pk": pk, "sk": str(sk), **said, "version": version + 1}
        if not version:
            return self._table.put(item, condition="attribute_not_exists(#pk)")
        return self._table.put(item, condition="#version = :version", values={"version": version})


_ATTRIBUTES = {Kind.VIEWED: "viewed", Kind.BOUGHT: "bought"}


def _shopper_pk(user_id: int) -> str:
    return f"SHOPPER#{user_id}"


def _product_pk(product_id: int) -> str:
    return f"PRODUCT#{product_id}"


def _entry(one: Encounter) -> list[Any]:
    return [one.product_id, one.category, one.at]


def _named(weights: Mapping[int, int]) -> dict[str, int]:
    return {str(one): weight for one, weight in weights.items()}


def _recent(item: Item | None) -> Recent:
    if item is None:
        return Recent()
    histories = {kind: tuple(Encounter(*entry) for entry in item[name]) for kind, name in _ATTRIBUTES.items()}
    return Recent(histories, item["version"])


def _partners(item: Item | None) -> Partners:
    if item is None:
        return Partners()
    weights, inherited = ({int(one): weight for one, weight in item[name].items()} for name in ("weights", "inherited"))
    return Partners(weights, inherited, item["period"], item["version"])
