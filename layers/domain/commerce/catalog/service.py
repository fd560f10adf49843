"""The catalogue's use cases: what a caller may see of it, and how it changes."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from commerce.audit.service import Audit, audit
from commerce.catalog.changes import ProductChange
from commerce.catalog.model import (
    MAX_CATEGORY_DEPTH,
    Category,
    Figures,
    NewProduct,
    Offer,
    Product,
    StockChange,
    may_edit,
    slug_of,
)
from commerce.catalog.store import (
    SHARDS,
    CatalogStore,
    CategoryExists,
    IdTaken,
    SlugTaken,
)
from commerce.catalog.tree import CategoryTree, active_trees, all_trees
from commerce.kit import clock, ids, money, settings
from commerce.kit.errors import Forbidden, InvalidInput, NotFound
from commerce.kit.idempotency import IdempotentRequest, Outcome
from commerce.kit.lookups import Lookup
from commerce.kit.pages import PageRequest
from commerce.kit.principal import Principal
from commerce.kit.tables import Table, TransactionRefused, Write


class Catalog:
    """Products and categories."""

    def __init__(self, store: CatalogStore, audit: Audit, default_currency: str) -> None:
        self._store = store
        self._audit = audit
        self._default_currency = default_currency

    def visible_product(self, product_id: int, caller: Principal | None) -> Product:
        """A product that this caller may see: an active one, or their own, or any for staff. Raises NotFound."""
        product = self._store.product(product_id)
        if product is None or not (product.is_active or _owns(caller, product)):
            raise NotFound("Product")
        return product

    def products(self, product_ids: Sequence[int]) -> list[Product]:
        """Those of the products that exist, active or not, as they are now."""
        return self._store.products(product_ids)

    def active_products(self, product_ids: Sequence[int]) -> list[Product]:
        """Those of the products that everybody may see, in the order asked for; a change may show a moment late."""
        products = self._store.products(product_ids, consistent=False)
        found = {product.id: product for product in products if product.is_active}
        return [found[product_id] for product_id in product_ids if product_id in found]

    def whole_products(self, product_ids: Sequence[int]) -> list[Product]:
        """Those of the products that exist, active or not, as they are now, with their figures."""
        return self._store.whole_products(product_ids)

    def of_seller(self, caller: Principal, page: PageRequest) -> tuple[list[Product], int]:
        """A page of the caller's own products, active or not, the latest first, without their figures; and how many
        there are. Raises Forbidden for who does not sell."""
        if not (caller.is_seller or caller.is_staff):
            raise Forbidden
        return self._store.of_seller(caller.user_id, page.offset, page.size)

    def count_of_seller(self, seller_id: int) -> int:
        """How many products somebody has made, active or not."""
        return self._store.count_of_seller(seller_id)

    def figures(self, product_ids: Sequence[int]) -> dict[int, Figures]:
        """What people think of at most a hundred products, by product; a change may show a moment late."""
        return self._store.figures(product_ids)

    def remove(self, caller: Principal, product_id: int) -> None:
        """Take a product from the shop. It is hidden and not deleted, since orders name it and have its stock: they
        can still be cancelled. Raises NotFound, Forbidden (somebody else's product)."""
        self.change(caller, product_id, ProductChange(is_active=False))

    # What people think of a product

    def figures_write(self, product_id: int, by: int, change: Figures) -> Write:
        """The write that adds to a product's figures what somebody, the user `by`, did; it is never refused. It
        stands beside the write that can happen only once."""
        return self._store.figures_write(product_id, by, change)

    def images_write(self, product_id: int, keys: Sequence[str]) -> Write:
        """The write that gives a product the pictures under these keys of the media bucket, in this order."""
        return self._store.images_write(product_id, keys)

    # What carts and orders need of a product

    def product_lookup(self, product_id: int) -> Lookup[Product | None]:
        """A product, active or not, in a read of several things."""
        return self._store.product_lookup(product_id)

    def available(self, product_ids: Sequence[int]) -> dict[int, int]:
        """How many pieces can be bought now, by product: 0 for hidden ones, nothing for those that do not exist."""
        return self._store.available(product_ids)

    def offers(self, product_ids: Sequence[int]) -> dict[int, Offer]:
        """What is offered of each product now, nothing for those that do not exist."""
        return self._store.offers(product_ids)

    def sold(self, product_ids: Sequence[int]) -> dict[int, int]:
        """How many pieces each product counts as sold."""
        return self._store.sold(product_ids)

    def reserve_write(self, product_id: int, quantity: int, price_minor: int, currency: str) -> Write:
        """The write that sells pieces: refused unless they are there, for sale, at this price."""
        return self._store.reserve_write(product_id, quantity, price_minor, currency)

    def refused_offer(self, refusal: TransactionRefused, position: int) -> Offer | None:
        """What is offered of a product whose `reserve_write` at `position` of a transaction was refused, None when it
        does not exist."""
        return self._store.refused_offer(refusal, position)

    def release_write(self, product_id: int, quantity: int) -> Write:
        """The write that takes a sale back."""
        return self._store.release_write(product_id, quantity)

    def all_product_ids(self) -> Iterator[int]:
        """Every product there is, shard by shard; for rebuilding the search index."""
        for shard in range(SHARDS):
            yield from self._store.product_ids(shard)

    def hidden(self, caller: Principal, limit: int, before: int = ids.LARGEST) -> list[Product]:
        """At most `limit` products with ids below `before` that are not active, the latest first, for staff.

        Raises Forbidden.
        """
        caller.require_staff()
        return self._store.products(self._store.hidden(limit, before))

    def create(
        self,
        caller: Principal,
        draft: NewProduct,
        request: IdempotentRequest | None = None,
        beside: Callable[[Product], Sequence[Write]] = lambda _: (),
    ) -> Outcome[Product]:
        """A new product of the caller (of `draft.seller_id` when staff says so), made in one transaction with what
        stands `beside` it.

        Raises InvalidInput, Forbidden (not a seller), KeyReused; BesideRefused when what stands beside it was, and
        nothing was made.
        """
        if not (caller.is_seller or caller.is_staff) or (draft.seller_id is not None and not caller.is_staff):
            raise Forbidden
        draft = draft.checked(self._default_currency)
        if request and (earlier := self._store.made_before(caller.user_id, draft, request)):
            return Outcome(earlier, replayed=True)
        category = self._category(draft.category_slug)
        slug = draft.slug or slug_of(draft.name)
        while True:
            product = self._drafted(caller, draft, category, slug)
            try:
                also = self._audit.record_writes(caller, "product.added", product.id, draft.given)
                self._store.create(product, caller.user_id, request, also, beside(product))
            except SlugTaken:
                slug = f"{slug_of(draft.slug or draft.name)}-{product.id % 36**5:x}"
            except IdTaken:
                continue
            except TransactionRefused:
                # A twin of this request wrote the receipt between our look and our write.
                return self.create(caller, draft, request, beside)
            else:
                return Outcome(product)

    def change(
        self,
        caller: Principal,
        product_id: int,
        change: ProductChange,
        request: IdempotentRequest | None = None,
        beside: Sequence[Write] = (),
    ) -> Outcome[Product]:
        """The product after the change, which is one transaction with what stands `beside` it.

        A keyed change is made once; its repetition answers the product as it is by then. Raises InvalidInput (too few
        pieces to take away among it), NotFound, Forbidden (somebody else's product), StockMoved, KeyReused;
        BesideRefused when what stands beside it was, and nothing was changed.
        """
        product = self._found(product_id)
        if not (product.is_active or _owns(caller, product)):
            raise NotFound("Product")
        may_edit(caller, product.seller_id)
        facts = change.facts(product.currency)
        if request and self._store.is_done(caller.user_id, request):
            return Outcome(product, replayed=True)
        if change.category_slug is not None:
            category = self._category(change.category_slug)
            facts |= {"category_id": category.id, "category_slug": category.slug, "category_name": category.name}
            facts["category_path"] = category.path
        stock = StockChange(change.stock, change.stock_seen, change.stock_change)
        also = self._audit.record_writes(caller, "product.changed", product_id, change.given())
        keyed = (caller.user_id, request) if request else None
        is_made = self._store.change(product_id, facts, stock, also, keyed, beside)
        return Outcome(self._found(product_id), replayed=not is_made)

    def _found(self, product_id: int) -> Product:
        product = self._store.product(product_id, consistent=True)
        if product is None:
            raise NotFound("Product")
        return product

    def category(self, slug: str) -> Category:
        """The category of that slug, active or not. Raises NotFound."""
        category = self._store.category(slug)
        if category is None:
            raise NotFound("Category")
        return category

    def active_category(self, slug: str) -> Category:
        """The category of that slug, when it and all that it stands in are active. Raises NotFound."""
        category = self.category(slug)
        if not category.is_active or not self._store.are_active(category.path):
            raise NotFound("Category")
        return category

    def category_tree(self, slug: str) -> CategoryTree:
        """An active category with those that stand in it. Raises NotFound."""
        found = next((tree for tree in all_trees(self.category_trees()) if tree.category.slug == slug), None)
        if found is None:
            raise NotFound("Category")
        return found

    def category_trees(self, text: str = "") -> list[CategoryTree]:
        """The active categories that stand in no other, with those that stand in them. With a `text`, those anywhere
        whose name or description has it."""
        trees = active_trees(self._store.categories())
        if not text.strip():
            return list(trees)
        wanted = text.strip().casefold()
        return [
            tree
            for tree in all_trees(trees)
            if wanted in tree.category.name.casefold() or wanted in tree.category.description.casefold()
        ]

    def active_categories(self) -> list[Category]:
        """All categories that are active, as all that they stand in are, by slug."""
        return sorted((tree.category for tree in all_trees(self.category_trees())), key=lambda one: one.slug)

    def visible_product_by_slug(self, slug: str, caller: Principal | None) -> Product:
        """As `visible_product`, by slug. Raises NotFound."""
        return self.visible_product(self.product_id(slug), caller)

    def product_id(self, slug: str) -> int:
        """The id of the product that has the slug. Raises NotFound."""
        product_id = self._store.product_id(slug)
        if product_id is None:
            raise NotFound("Product")
        return product_id

    def categories(self) -> list[Category]:
        """All categories, by slug."""
        return self._store.categories()

    def add_category(
        self, caller: Principal | None, name: str, description: str = "", parent: str | None = None
    ) -> Category:
        """A new category, in the one of the slug `parent` when given, or the category that has this name's slug
        already: so that repeating it is harmless. Categories are made by staff, and by the operator's own commands,
        which have no caller. Raises Forbidden, InvalidInput for a parent that is not there or stands too deep.
        """
        if caller is not None:
            caller.require_staff()
        path: tuple[str, ...] = ()
        if parent is not None:
            above = self._store.category(parent)
            if above is None:
                raise InvalidInput.of("parent", "There is no such category.")
            path = (*above.path, above.slug)
            if len(path) >= MAX_CATEGORY_DEPTH:
                raise InvalidInput.of("parent", f"Categories stand at most {MAX_CATEGORY_DEPTH} deep.")
        category = Category(ids.new_id(), name, slug_of(name), description, path)
        also: list[Write] = []
        if caller is not None:
            values = {"name": name, "description": description, **({"parent": parent} if parent else {})}
            also = self._audit.record_writes(caller, "category.added", category.id, values)
        try:
            self._store.create_category(category, also)
        except CategoryExists:
            return self.category(category.slug)
        return category

    def _category(self, slug: str) -> Category:
        category = self._store.category(slug) if slug else None
        if category is None and (number := ids.parse(slug)):
            category = next((one for one in self._store.categories() if one.id == number), None)
        if category is None or not category.is_active:
            raise InvalidInput.of("category", "There is no such category.")
        return category

    def _drafted(self, caller: Principal, draft: NewProduct, category: Category, slug: str) -> Product:
        now, currency = clock.now_ms(), draft.currency or self._default_currency
        return Product(
            id=ids.new_id(),
            slug=slug,
            name=draft.name,
            description=draft.description,
            category_id=category.id,
            category_slug=category.slug,
            category_name=category.name,
            seller_id=draft.seller_id if draft.seller_id is not None else caller.user_id,
            price_minor=money.minor_of(draft.price_minor, currency, "price"),
            currency=currency,
            available=draft.stock,
            is_active=draft.is_active,
            is_featured=draft.is_featured,
            brand=draft.brand,
            tags=draft.tags,
            images=draft.images,
            created_at=now,
            updated_at=now,
            category_path=category.path,
            original_price_minor=money.minor_of(draft.original_price_minor, currency, "original_price"),
            condition=draft.condition,
            model=draft.model,
            weight=draft.weight,
            dimensions=draft.dimensions,
            colors=draft.colors,
            materials=draft.materials,
            is_digital=draft.is_digital,
        )


def _owns(caller: Principal | None, product: Product) -> bool:
    return caller is not None and (caller.is_staff or caller.user_id == product.seller_id)


@cache
def catalog() -> Catalog:
    """The service over the table that the environment names."""
    store = CatalogStore(Table(settings.text("CATALOG_TABLE")))
    return Catalog(store, audit(), settings.text("DEFAULT_CURRENCY"))
