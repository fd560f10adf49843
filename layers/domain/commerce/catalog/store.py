"""Catalog table. Stock is its own small item, so that selling rewrites 100 bytes and not a whole description.

    PRODUCT#<id>   PRODUCT            the product; `shard` and `product_id` are the keys of index by_shard, `seller_id`
                                      and `product_id` those of index by_seller
    PRODUCT#<id>   FIGURES#<shard>    {reviews, rating_sum, favorites, views, clicks}: the product's are their sums
    PRODUCT#<id>   STOCK              {available, sold, price_minor, currency, sellable}
    SLUG#<slug>    SLUG               {product_id}
    CATEGORIES     CATEGORY#<slug>    a category
    HIDDEN         PRODUCT#<id>       {product_id} of each product that is not active, which the index does not list
    SELLER#<id>    PRODUCTS#<shard>   {products}: how many products the seller has made is their sum

The stock item repeats price and visibility: an order's condition on it proves in one write that the piece is there, is
for sale, and costs what the buyer saw. Whoever changes price or visibility changes both items in one transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from itertools import islice
from typing import Any

from commerce.catalog.changes import BesideRefused
from commerce.catalog.model import MAX_STOCK, Category, Figures, NewProduct, Offer, Product, StockChange, is_slug
from commerce.kit import clock
from commerce.kit.attributes import Item
from commerce.kit.errors import NotFound
from commerce.kit.idempotency import IdempotentRequest
from commerce.kit.ids import parse
from commerce.kit.lookups import MAX_KEYS, Lookup, read_many
from commerce.kit.parallel import run_all
from commerce.kit.tables import Table, TransactionRefused, Write, read, transact

_PRODUCT = "PRODUCT#"
SHARDS = 16
# Of figures: each takes what a few people do in a second, all in one transaction with what they did (decision 20).
FIGURE_SHARDS = 8
NAMED_AT_ONCE = 100  # DynamoDB's limit of one transaction.


class SlugTaken(Exception):
    """Another product has the slug."""


class IdTaken(Exception):
    """The id drawn for a new product exists already; draw again."""


class CategoryExists(Exception):
    """A category has this slug already."""


class CatalogStore:
    """Every access to the Catalog table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # Products

    def product(self, product_id: int, *, consistent: bool = False) -> Product | None:
        """A product with its stock, one call."""
        rows = self._table.query(_pk(product_id), between=("FIGURES#", "STOCK"), consistent=consistent)
        items = {item["sk"]: item for item in rows.items}
        figures = [item for item in rows.items if item["sk"].startswith("FIGURES#")]
        return _product(items.get("PRODUCT"), items.get("STOCK"), figures)

    def whole_products(self, product_ids: Sequence[int], *, consistent: bool = True) -> list[Product]:
        """Those of the products that exist, with stock and figures as they are now; one call for each, half the units
        of reading their items one by one."""
        found = run_all(lambda product_id: self.product(product_id, consistent=consistent), product_ids)
        for outcome in found:
            if isinstance(outcome, Exception):
                raise outcome
        return [product for product in found if isinstance(product, Product)]

    def product_lookup(self, product_id: int) -> Lookup[Product | None]:
        """A product with its stock in a read of several things."""
        keys = [(self._table, _pk(product_id), "PRODUCT"), (self._table, _pk(product_id), "STOCK")]
        return Lookup(keys, _product)

    def products(self, product_ids: Sequence[int], *, consistent: bool = True) -> list[Product]:
        """Those of the products that exist, with stock as it is now; one call for each fifty."""
        lookups = [self.product_lookup(product_id) for product_id in product_ids]
        found = read_many(lookups, consistent=consistent)
        return [product for lookup in lookups if (product := found[lookup]) is not None]

    def figures(self, product_ids: Sequence[int]) -> dict[int, Figures]:
        """What people think of the products, by product; one call for each dozen."""
        shards = [f"FIGURES#{shard}" for shard in range(FIGURE_SHARDS)]
        lookups = {
            product_id: Lookup([(self._table, _pk(product_id), shard) for shard in shards], _figures_of)
            for product_id in product_ids
        }
        found = read_many(list(lookups.values()), consistent=False)
        return {product_id: found[lookup] for product_id, lookup in lookups.items()}

    def product_id(self, slug: str) -> int | None:
        """The product that has the slug, or None; also for what has not the form of one and may be too long a key."""
        if not is_slug(slug):
            return None
        found = self._table.get(f"SLUG#{slug}", "SLUG")
        return found["product_id"] if found else None

    def available(self, product_ids: Sequence[int]) -> dict[int, int]:
        """Pieces for sale by product; hidden products have none."""
        return {product_id: offer.for_sale for product_id, offer in self.offers(product_ids).items()}

    def offers(self, product_ids: Sequence[int]) -> dict[int, Offer]:
        """What is offered of each product now; one call for each hundred."""
        return {product_id: _offer(stock) for product_id, stock in self._stocks(product_ids)}

    def sold(self, product_ids: Sequence[int]) -> dict[int, int]:
        """Pieces that each product counts as sold."""
        return {product_id: stock["sold"] for product_id, stock in self._stocks(product_ids)}

    def shown(self, product_ids: Sequence[int]) -> set[int]:
        """Those of the products that are not hidden; a change may show a moment late."""
        return {product_id for product_id, stock in self._stocks(product_ids, consistent=False) if stock["sellable"]}

    def _stocks(self, product_ids: Sequence[int], *, consistent: bool = True) -> Iterator[tuple[int, Item]]:
        """The products' stock items, one call for each hundred."""
        for start in range(0, len(product_ids), MAX_KEYS):
            ids = product_ids[start : start + MAX_KEYS]
            stocks = read([(self._table, _pk(product_id), "STOCK") for product_id in ids], consistent=consistent)
            yield from ((product_id, stock) for product_id, stock in zip(ids, stocks, strict=True) if stock)

    def product_ids(self, shard: int) -> Iterator[int]:
        """Every product of one of the SHARDS shards: how the search index is rebuilt without a scan."""
        for item in self._table.query_all(f"SHARD#{shard}", index=("by_shard", "shard")):
            yield item["product_id"]

    def of_seller(self, seller_id: int, offset: int, limit: int) -> tuple[list[Product], int]:
        """At most `limit` of the seller's products after the `offset` latest, latest first, without their figures; and
        how many there are."""
        index = ("by_seller", "seller_id")
        rows = self._table.query_all(seller_id, index=index, backwards=True, limit=offset + limit)
        shown = [row["product_id"] for row in islice(rows, offset, offset + limit)]
        products = [self.product_lookup(product_id) for product_id in shown]
        shards = [(self._table, _seller_pk(seller_id), f"PRODUCTS#{shard}") for shard in range(FIGURE_SHARDS)]
        count = Lookup(shards, _count_of)
        found = read_many([count, *products], consistent=False)
        return [product for lookup in products if (product := found[lookup]) is not None], found[count]

    def count_of_seller(self, seller_id: int) -> int:
        """How many products the seller has made."""
        counts = self._table.query(_seller_pk(seller_id), prefix="PRODUCTS#")
        return _count_of(*counts.items)

    def made_before(self, user_id: int, draft: NewProduct, request: IdempotentRequest) -> Product | None:
        """The product that a keyed request of the user's made when it came first, as it was then. Raises KeyReused."""
        answer = request.answer(self._table.get(_owner(user_id), request.sk, consistent=True))
        if answer is None:
            return None
        return _product({**answer, "sk": "PRODUCT"}, {**answer, "available": draft.stock})

    def is_done(self, user_id: int, request: IdempotentRequest) -> bool:
        """Whether a keyed request of the user's was carried out before. Raises KeyReused."""
        return request.answer(self._table.get(_owner(user_id), request.sk, consistent=True)) is not None

    def hidden(self, limit: int, before: int) -> list[int]:
        """At most `limit` products with ids below `before` that are not active, the latest first."""
        rows = self._table.query(
            "HIDDEN", between=(_hidden_sk(0), _hidden_sk(before - 1)), backwards=True, limit=limit, consistent=True
        )
        return [item["product_id"] for item in rows.items]

    def all_hidden(self) -> Iterator[int]:
        """Every product that is not active."""
        return (item["product_id"] for item in self._table.query_all("HIDDEN", consistent=True))

    def create(
        self,
        product: Product,
        user_id: int,
        request: IdempotentRequest | None,
        also: Sequence[Write] = (),
        beside: Sequence[Write] = (),
    ) -> None:
        """Store a new product, its stock and its slug, with other writes.

        Raises SlugTaken, IdTaken; TransactionRefused on the receipt, BesideRefused on one of those `beside` it.
        """
        unused = "attribute_not_exists(#pk)"
        stock = {"available": product.available, "sold": 0, "sellable": product.is_active}
        price = {"price_minor": product.price_minor, "currency": product.currency}
        writes = [
            self._table.put(_product_item(product), condition=unused),
            self._table.put({"pk": _pk(product.id), "sk": "STOCK", **stock, **price}, condition=unused),
            self._table.put({"pk": f"SLUG#{product.slug}", "sk": "SLUG", "product_id": product.id}, condition=unused),
        ]
        if request:
            writes.append(request.receipt(self._table, _owner(user_id), {"product_id": product.id, **_facts(product)}))
        if not product.is_active:
            writes.append(self._hide_write(product.id))
        writes.append(self._add_write(_seller_pk(product.seller_id), "PRODUCTS", product.id, {"products": 1}))
        writes += also
        try:
            transact([*writes, *beside])
        except TransactionRefused as refusal:
            if request and 3 in refusal.failures:
                raise
            if min(refusal.failures) >= len(writes):
                raise BesideRefused from None
            raise SlugTaken if 2 in refusal.failures else IdTaken from None

    def change(
        self,
        product_id: int,
        facts: Mapping[str, Any],
        stock: StockChange,
        also: Sequence[Write] = (),
        keyed: tuple[int, IdempotentRequest] | None = None,
        beside: Sequence[Write] = (),
    ) -> bool:
        """Set some attributes of a product and change the pieces available, with other writes and, when `keyed` by a
        user and their key, a receipt; answers False when the receipt is there already, and nothing was changed. What
        stands `beside` is written even if nothing else is changed, and may be refused.

        Changing the stock never touches `sold`, so supplied = available + sold stays true whatever is set. Raises
        NotFound, BesideRefused; StockMoved and InvalidInput when the pieces are not as the change takes them to be.
        """
        mirrored = {name: facts[name] for name in ("price_minor", "currency") if name in facts}
        if "is_active" in facts:
            mirrored["sellable"] = facts["is_active"]
        changes_stock = stock != StockChange()
        writes = [self._stock_write(product_id, mirrored, stock)] if mirrored or changes_stock else []
        if facts:
            writes.append(self._set_write(product_id, "PRODUCT", {**facts, "updated_at": clock.now_ms()}))
        if "is_active" in facts:
            writes.append(self._show_write(product_id) if facts["is_active"] else self._hide_write(product_id))
        if not (writes or beside):
            return True
        writes += also if writes else ()
        receipts = [keyed[1].receipt(self._table, _owner(keyed[0]), {"product_id": product_id})] if keyed else []
        try:
            transact([*writes, *receipts, *beside])
        except TransactionRefused as refusal:
            if receipts and len(writes) in refusal.failures:
                return False
            if max(refusal.failures) >= len(writes) + len(receipts):
                raise BesideRefused from None
            found = refusal.failures.get(0)
            if changes_stock and found is not None:
                raise stock.refusal(found["available"]) from None
            raise NotFound("Product") from None
        return True

    def _stock_write(self, product_id: int, values: Mapping[str, Any], stock: StockChange) -> Write:
        """The write of the stock item: values that repeat the product's, and the pieces available."""
        assignments = [f"#{name} = :{name}" for name in values]
        conditions, values = ["attribute_exists(#pk)"], dict(values)
        if stock.to is not None:
            assignments.append("#available = :available")
            values["available"] = stock.to
        if stock.seen is not None:
            conditions.append("#available = :seen")
            values["seen"] = stock.seen
        if stock.by is not None:
            assignments.append("#available = #available + :by")
            conditions.append("#available BETWEEN :least AND :most")
            values |= {"by": stock.by, "least": max(0, -stock.by), "most": MAX_STOCK - max(0, stock.by)}
        return self._table.update(
            _pk(product_id), "STOCK", "SET " + ", ".join(assignments), condition=" AND ".join(conditions), values=values
        )

    def _hide_write(self, product_id: int) -> Write:
        return self._table.put({"pk": "HIDDEN", "sk": _hidden_sk(product_id), "product_id": product_id})

    def _show_write(self, product_id: int) -> Write:
        return self._table.delete("HIDDEN", _hidden_sk(product_id))

    def _set_write(self, product_id: int, sk: str, values: Mapping[str, Any]) -> Write:
        return self._table.update(
            _pk(product_id),
            sk,
            "SET " + ", ".join(f"#{name} = :{name}" for name in values),
            condition="attribute_exists(#pk)",
            values=dict(values),
        )

    def images_write(self, product_id: int, keys: Sequence[str]) -> Write:
        """The write that sets a product's pictures."""
        return self._set_write(product_id, "PRODUCT", {"images": list(keys), "updated_at": clock.now_ms()})

    def figures_write(self, product_id: int, by: int, change: Figures) -> Write:
        """The write that adds to a product's figures, in the shard of the user `by`."""
        facts = {name: value for name, value in asdict(change).items() if value}
        return self._add_write(_pk(product_id), "FIGURES", by, facts)

    def _add_write(self, pk: str, kind: str, by: int, amounts: Mapping[str, int]) -> Write:
        """The write that adds amounts to sums that are kept in shards; `by` chooses the shard."""
        sums = ", ".join(f"#{name} :{name}" for name in amounts)
        return self._table.update(pk, f"{kind}#{by % FIGURE_SHARDS}", f"ADD {sums}", values=dict(amounts))

    # Stock, as orders take and return it

    def reserve_write(self, product_id: int, quantity: int, price_minor: int, currency: str) -> Write:
        """The write that sells: refused unless the pieces are there, for sale, at this price."""
        return self._table.update(
            _pk(product_id),
            "STOCK",
            "SET #available = #available - :quantity, #sold = #sold + :quantity",
            condition="#available >= :quantity AND #sellable = :true "
            "AND #price_minor = :price AND #currency = :currency",
            values={"quantity": quantity, "true": True, "price": price_minor, "currency": currency},
        )

    @staticmethod
    def refused_offer(refusal: TransactionRefused, position: int) -> Offer | None:
        """What is offered of a product whose `reserve_write` at `position` was refused, None when it does not exist."""
        stock = refusal.failures[position]
        if stock is None:
            return None
        return _offer(stock)

    def release_write(self, product_id: int, quantity: int) -> Write:
        """The write that takes a sale back; it stands beside one that can happen only once."""
        return self._table.update(
            _pk(product_id),
            "STOCK",
            "SET #available = #available + :quantity, #sold = #sold - :quantity",
            condition="#sold >= :quantity",
            values={"quantity": quantity},
        )

    # Categories

    def categories(self) -> list[Category]:
        """All categories, by slug."""
        return [_category(item) for item in self._table.query_all("CATEGORIES", prefix="CATEGORY#")]

    def category(self, slug: str) -> Category | None:
        """The category of that slug, or None; also for what has not the form of one, and may be too long for a key."""
        if not is_slug(slug):
            return None
        found = self._table.get("CATEGORIES", f"CATEGORY#{slug}")
        return _category(found) if found else None

    def create_category(self, category: Category, also: Sequence[Write] = ()) -> None:
        """Store a new category, with other writes. Raises CategoryExists."""
        item = {
            "pk": "CATEGORIES",
            "sk": f"CATEGORY#{category.slug}",
            "id": category.id,
            "name": category.name,
            "slug": category.slug,
            "description": category.description,
            "path": list(category.path),
            "is_active": category.is_active,
        }
        try:
            transact([self._table.put(item, condition="attribute_not_exists(#pk)"), *also])
        except TransactionRefused:
            raise CategoryExists from None

    def are_active(self, slugs: Sequence[str]) -> bool:
        """Whether all of some categories are there and active."""
        if not slugs:
            return True
        items = read([(self._table, "CATEGORIES", f"CATEGORY#{slug}") for slug in slugs])
        return all(item is not None and _category(item).is_active for item in items)

    def change_category(self, slug: str, facts: Mapping[str, Any], also: Sequence[Write]) -> None:
        """Set name, description or visibility of a category, with other writes. Raises NotFound."""
        change = self._table.update(
            "CATEGORIES",
            f"CATEGORY#{slug}",
            "SET " + ", ".join(f"#{name} = :{name}" for name in facts),
            condition="attribute_exists(#pk)",
            values=dict(facts),
        )
        try:
            transact([change, *also])
        except TransactionRefused:
            raise NotFound("Category") from None

    def name_category(self, product_ids: Sequence[int], slug: str, name: str) -> None:
        """Write a category's new name into those of the products that still belong to it, a hundred a transaction."""
        waiting = list(product_ids)
        while waiting:
            batch, waiting = waiting[:NAMED_AT_ONCE], waiting[NAMED_AT_ONCE:]
            writes = [
                self._table.update(
                    _pk(product_id),
                    "PRODUCT",
                    "SET #category_name = :name, #updated_at = :now",
                    condition="#category_slug = :slug",
                    values={"name": name, "slug": slug, "now": clock.now_ms()},
                )
                for product_id in batch
            ]
            try:
                transact(writes)
            except TransactionRefused as refusal:
                # They left the category meanwhile, and carry another's name.
                waiting = [number for index, number in enumerate(batch) if index not in refusal.failures] + waiting


def product_of_key(pk: str) -> int | None:
    """The product one of whose items has that partition key, None for the table's other items: for readers of its
    stream. Raises ValueError when it names no product."""
    if not pk.startswith(_PRODUCT):
        return None
    number = parse(pk.removeprefix(_PRODUCT))
    if number is None:
        raise ValueError("the key names no product")
    return number


def _owner(user_id: int) -> str:
    return f"USER#{user_id}"


def _pk(product_id: int) -> str:
    return f"{_PRODUCT}{product_id}"


def _seller_pk(seller_id: int) -> str:
    return f"SELLER#{seller_id}"


def _hidden_sk(product_id: int) -> str:
    return f"{_PRODUCT}{product_id:016d}"


_TABLE_FACTS = tuple(field.name for field in fields(Product) if field.name not in ("id", "available", "figures"))
_LISTS = ("category_path", "colors", "images", "tags")


def _facts(product: Product) -> Item:
    return {name: getattr(product, name) for name in _TABLE_FACTS}


def _product_item(product: Product) -> Item:
    keys = {"pk": _pk(product.id), "sk": "PRODUCT", "product_id": product.id, "shard": f"SHARD#{product.id % SHARDS}"}
    return {**keys, **_facts(product)}


def _product(product: Item | None, stock: Item | None, figures: Sequence[Item] = ()) -> Product | None:
    if product is None or stock is None:
        return None
    # Products from before there were some of the facts have not got them.
    facts = {name: product[name] for name in _TABLE_FACTS if name in product}
    facts |= {name: tuple(facts[name]) for name in _LISTS if name in facts}
    facts |= {"price_minor": stock["price_minor"], "currency": stock["currency"], "available": stock["available"]}
    return Product(id=product["product_id"], figures=_figures(figures), **facts)


def _offer(stock: Item) -> Offer:
    return Offer(stock["available"], stock["price_minor"], stock["currency"], stock["sellable"])


def _figures(shards: Sequence[Item]) -> Figures:
    names = [field.name for field in fields(Figures)]
    return Figures(**{name: sum(shard.get(name, 0) for shard in shards) for name in names})


def _figures_of(*shards: Item | None) -> Figures:
    return _figures([shard for shard in shards if shard])


def _count_of(*shards: Item | None) -> int:
    return sum(shard["products"] for shard in shards if shard)


def _category(item: Item) -> Category:
    path = tuple(item.get("path", ()))
    return Category(
        item["id"], item["name"], item["slug"], item["description"], path, is_active=item.get("is_active", True)
    )
