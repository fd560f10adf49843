"""Use cases of reviews. A product's figures change in the transaction that changes the review, by the difference."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from commerce.catalog.model import Figures, Product
from commerce.catalog.service import Catalog, catalog
from commerce.kit import clock, ids, settings
from commerce.kit.contention import contended
from commerce.kit.errors import Busy, Forbidden, NotFound
from commerce.kit.idempotency import IdempotentRequest, Outcome
from commerce.kit.pages import PageRequest
from commerce.kit.principal import Principal
from commerce.kit.tables import Table, TransactionRefused
from commerce.orders.service import Orders, orders
from commerce.reviews.model import Opinion, OwnProduct, Review, ReviewPage
from commerce.reviews.store import IdTaken, ReviewChanged, ReviewStore

# A product's id, or its slug.
ProductName = int | str


class Reviews:
    """Reviews of products: one for each author and product."""

    def __init__(self, store: ReviewStore, catalog: Catalog, orders: Orders) -> None:
        self._store = store
        self._catalog = catalog
        self._orders = orders

    def add(
        self, caller: Principal, product_name: ProductName, opinion: Opinion, request: IdempotentRequest | None = None
    ) -> Outcome[Review]:
        """The caller's review of a product. Raises NotFound, OwnProduct, InvalidInput, ReviewedBefore, KeyReused."""
        product = self._visible(product_name, caller)
        if request and (earlier := self._store.written_before(caller.user_id, product.id, request)):
            return Outcome(earlier, replayed=True)
        if product.seller_id == caller.user_id:
            raise OwnProduct
        opinion = opinion.checked()
        is_verified = self._orders.has_received(caller, product.id)
        counted = self._catalog.figures_write(product.id, caller.user_id, Figures(reviews=1, rating_sum=opinion.rating))
        while True:
            now = clock.now_ms()
            review = Review(
                id=ids.new_id(),
                product_id=product.id,
                seller_id=product.seller_id,
                author_id=caller.user_id,
                opinion=opinion,
                is_verified=is_verified,
                created_at=now,
                updated_at=now,
            )
            try:
                self._store.create(review, counted, request)
            except IdTaken:
                continue
            except TransactionRefused:
                # A twin of this request wrote the receipt between our look and our write.
                return self.add(caller, product_name, opinion, request)
            return Outcome(review)

    def revise(self, caller: Principal, product_name: ProductName, review_id: int, said: Mapping[str, Any]) -> Review:
        """The caller's review with what they say by now: `said` has the fields of an Opinion that change.

        It becomes verified when the product was delivered meanwhile. Raises NotFound, Forbidden (somebody else's),
        InvalidInput, Busy.
        """
        product = self._visible(product_name, caller)
        for _ in contended():
            before = self._found(product.id, review_id)
            if before.author_id != caller.user_id:
                raise Forbidden
            is_verified = before.is_verified or self._orders.has_received(caller, product.id)
            after = before.revised(said, is_verified=is_verified, now=clock.now_ms())
            difference = after.opinion.rating - before.opinion.rating
            counted = (
                self._catalog.figures_write(product.id, caller.user_id, Figures(rating_sum=difference))
                if difference
                else None
            )
            try:
                self._store.replace(before, after, counted)
            except ReviewChanged:
                continue
            return after
        raise Busy

    def remove(self, caller: Principal, product_name: ProductName, review_id: int) -> None:
        """Remove a review: its author or staff. Raises NotFound, Forbidden, Busy."""
        product = self._visible(product_name, caller)
        for _ in contended():
            review = self._found(product.id, review_id)
            if review.author_id != caller.user_id:
                caller.require_staff()
            taken = Figures(reviews=-1, rating_sum=-review.opinion.rating)
            try:
                self._store.remove(review, self._catalog.figures_write(product.id, review.author_id, taken))
            except ReviewChanged:
                continue
            return
        raise Busy

    def review(self, caller: Principal | None, product_name: ProductName, review_id: int) -> Review:
        """A review of a product that the caller may see. Raises NotFound."""
        product = self._visible(product_name, caller)
        return self._found(product.id, review_id)

    def page(self, caller: Principal | None, product_name: ProductName, page: PageRequest) -> ReviewPage:
        """A page of the reviews of a product that the caller may see, the latest first. Raises NotFound."""
        product = self._visible(product_name, caller)
        found = self._store.newest(product.id, page.offset, page.size)
        return ReviewPage(tuple(found), product.figures.reviews)

    def newest(self, product: Product, limit: int) -> list[Review]:
        """The latest reviews of a product."""
        return self._store.newest(product.id, 0, limit) if product.figures.reviews else []

    def newest_of_seller(self, seller_id: int, limit: int) -> list[Review]:
        """The latest reviews of a seller's products."""
        return self._store.newest_of_seller(seller_id, limit)

    def product_of(self, review_id: int) -> int:
        """The product that a review is of. Raises NotFound."""
        product_id = self._store.product_of(review_id)
        if product_id is None:
            raise NotFound("Review")
        return product_id

    def _visible(self, name: ProductName, caller: Principal | None) -> Product:
        if isinstance(name, int):
            return self._catalog.visible_product(name, caller)
        return self._catalog.visible_product_by_slug(name, caller)

    def _found(self, product_id: int, review_id: int) -> Review:
        review = self._store.review(product_id, review_id, consistent=True)
        if review is None:
            raise NotFound("Review")
        return review


@cache
def reviews() -> Reviews:
    """The service over the tables that the environment names."""
    return Reviews(ReviewStore(Table(settings.text("CATALOG_TABLE"))), catalog(), orders())
