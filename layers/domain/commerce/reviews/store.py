"""Reviews, in the Catalog table, whose figures add them up in the same transaction.

    REVIEWS#<product id>   REVIEW#<review id>   the review; `reviewed_seller` and `review_id` are the keys of the index
                                                by_reviewed_seller
    REVIEWS#<product id>   AUTHOR#<user id>     {review_id}: that the user has reviewed the product
    REVIEW#<review id>     REVIEW               {product_id}: where the review of that id lies

Ids carry their time, so that a query of a product's reviews has them by age. The second item is what makes a review
its author's only one: product and author are its key. The third makes its id nobody else's, and is how it is found by
that alone; reviews from before there was one are found by their product only.
"""

from collections.abc import Sequence
from dataclasses import asdict, fields
from itertools import islice

from commerce.kit.attributes import Item
from commerce.kit.idempotency import IdempotentRequest
from commerce.kit.tables import Table, TransactionRefused, Write, read, transact
from commerce.reviews.model import Opinion, Review, ReviewedBefore


class IdTaken(Exception):
    """The id drawn for a new review exists already; draw again."""


class ReviewChanged(Exception):
    """Somebody changed or removed the review between our read and our write."""


class ReviewStore:
    """Every access to reviews."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def written_before(self, author_id: int, product_id: int, request: IdempotentRequest) -> Review | None:
        """The review that a keyed request wrote when it came first, as it was then, None if it did not. Raises
        KeyReused."""
        answer = request.answer(self._table.get(_author_pk(author_id), request.sk, consistent=True))
        return _review(answer) if answer else None

    def create(self, review: Review, counted: Write, request: IdempotentRequest | None) -> None:
        """Store a new review with the write that counts it.

        Raises ReviewedBefore, IdTaken; TransactionRefused when a twin of the request wrote the receipt.
        """
        pk, unused = _pk(review.product_id), "attribute_not_exists(#pk)"
        author = {"pk": pk, "sk": _author_sk(review.author_id), "review_id": review.id}
        pointer = {"pk": _own_pk(review.id), "sk": "REVIEW", "product_id": review.product_id}
        writes = [
            self._table.put(_item(review), condition=unused),
            self._table.put(author, condition=unused),
            self._table.put(pointer, condition=unused),
            counted,
        ]
        if request:
            writes.append(request.receipt(self._table, _author_pk(review.author_id), _facts(review)))
        try:
            transact(writes)
        except TransactionRefused as refusal:
            if request and 4 in refusal.failures:
                raise
            raise ReviewedBefore if 1 in refusal.failures else IdTaken from None

    def replace(self, before: Review, after: Review, counted: Write | None) -> None:
        """Store a review's next version, with the write that counts the difference. Raises ReviewChanged."""
        write = self._table.put(_item(after), condition="#version = :before", values={"before": before.version})
        self._transact([write, counted] if counted else [write])

    def remove(self, review: Review, counted: Write) -> None:
        """Remove a review with the write that takes it out of the sums. Raises ReviewChanged."""
        pk = _pk(review.product_id)
        gone = self._table.delete(pk, _sk(review.id), condition="#version = :before", values={"before": review.version})
        author = self._table.delete(pk, _author_sk(review.author_id))
        self._transact([gone, author, self._table.delete(_own_pk(review.id), "REVIEW"), counted])

    def _transact(self, writes: Sequence[Write]) -> None:
        try:
            transact(writes)
        except TransactionRefused:
            raise ReviewChanged from None

    def product_of(self, review_id: int) -> int | None:
        """The product that the review of that id is of, or None."""
        found = self._table.get(_own_pk(review_id), "REVIEW", consistent=True)
        return found["product_id"] if found else None

    def review(self, product_id: int, review_id: int, *, consistent: bool = False) -> Review | None:
        """A review of a product, or None."""
        found = self._table.get(_pk(product_id), _sk(review_id), consistent=consistent)
        return _review(found) if found else None

    def newest(self, product_id: int, offset: int, limit: int) -> list[Review]:
        """At most `limit` reviews of a product after the `offset` latest, latest first."""
        rows = self._table.query_all(_pk(product_id), prefix="REVIEW#", backwards=True, limit=offset + limit)
        return [_review(item) for item in islice(rows, offset, offset + limit)]

    def newest_of_seller(self, seller_id: int, limit: int) -> list[Review]:
        """At most `limit` of the latest reviews of a seller's products, latest first; two calls."""
        rows = self._table.query(
            seller_id, index=("by_reviewed_seller", "reviewed_seller"), backwards=True, limit=limit
        )
        items = read([(self._table, row["pk"], row["sk"]) for row in rows.items]) if rows.items else []
        return [_review(item) for item in items if item]


_NAMES = [field.name for field in fields(Review) if field.name not in ("id", "opinion")]
_SAID = [field.name for field in fields(Opinion)]


def _pk(product_id: int) -> str:
    return f"REVIEWS#{product_id}"


def _own_pk(review_id: int) -> str:
    return f"REVIEW#{review_id}"


def _sk(review_id: int) -> str:
    return f"REVIEW#{review_id:016d}"


def _author_pk(author_id: int) -> str:
    return f"USER#{author_id}"


def _author_sk(author_id: int) -> str:
    return f"AUTHOR#{author_id}"


def _facts(review: Review) -> Item:
    return {"review_id": review.id, **{name: getattr(review, name) for name in _NAMES}, **asdict(review.opinion)}


def _item(review: Review) -> Item:
    # `seller_id` is the key of another index, that of products.
    facts = _facts(review)
    seller = facts.pop("seller_id")
    return {"pk": _pk(review.product_id), "sk": _sk(review.id), "reviewed_seller": seller, **facts}


def _review(item: Item) -> Review:
    seller = item["reviewed_seller"] if "reviewed_seller" in item else item["seller_id"]
    opinion = Opinion(**{name: item[name] for name in _SAID})
    facts = {name: item[name] for name in _NAMES if name != "seller_id"}
    return Review(id=item["review_id"], seller_id=seller, opinion=opinion, **facts)
