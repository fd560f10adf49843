"""Reviews: what people who know a product say of it. Rules only."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from commerce.kit.errors import InvalidInput, Refused

RATINGS = range(1, 6)
MAX_TITLE_LENGTH = 200
MAX_COMMENT_LENGTH = 5_000


@dataclass(frozen=True)
class Opinion:
    """What somebody says of a product."""

    rating: int
    title: str = ""
    comment: str = ""

    def checked(self) -> "Opinion":
        """The same, trimmed. Raises InvalidInput naming every field that breaks a rule."""
        opinion = replace(self, title=self.title.strip(), comment=self.comment.strip())
        problems: dict[str, list[str]] = {}
        if opinion.rating not in RATINGS:
            problems["rating"] = ["A whole number from 1 to 5 is required."]
        for name, most in (("title", MAX_TITLE_LENGTH), ("comment", MAX_COMMENT_LENGTH)):
            if len(getattr(opinion, name)) > most:
                problems[name] = [f"Ensure this field has no more than {most} characters."]
        if problems:
            raise InvalidInput(problems)
        return opinion


@dataclass(frozen=True)
class Review:
    """An opinion of a product, its author's only one. `is_verified` when the product was delivered to them. Times in
    milliseconds, UTC; `version` grows with every change."""

    id: int
    product_id: int
    seller_id: int
    author_id: int
    opinion: Opinion
    is_verified: bool
    created_at: int
    updated_at: int
    version: int = 1

    def revised(self, said: Mapping[str, Any], *, is_verified: bool, now: int) -> "Review":
        """With what its author says by now; what `said` leaves out stays. Raises InvalidInput."""
        opinion = replace(self.opinion, **said).checked()
        return replace(self, opinion=opinion, is_verified=is_verified, updated_at=now, version=self.version + 1)


@dataclass(frozen=True)
class ReviewPage:
    """A page of a product's reviews, latest first; `total` counts those of all pages."""

    reviews: tuple[Review, ...]
    total: int


class ReviewedBefore(Refused):
    code = "reviewed_before"

    def __init__(self) -> None:
        super().__init__("You have already reviewed this product.")


class OwnProduct(Refused):
    code = "own_product"

    def __init__(self) -> None:
        super().__init__("You cannot review your own product.")
