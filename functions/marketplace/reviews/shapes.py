"""Bodies that the marketplace's review routes accept."""

from typing import Annotated, Any

from pydantic import Field

from commerce.reviews.model import MAX_COMMENT_LENGTH, MAX_TITLE_LENGTH, RATINGS, Opinion
from rest.bodies import Body

Rating = Annotated[int, Field(ge=RATINGS[0], le=RATINGS[-1])]
Title = Annotated[str, Field(max_length=MAX_TITLE_LENGTH)]
Comment = Annotated[str, Field(max_length=MAX_COMMENT_LENGTH)]


class WriteReview(Body):
    rating: Rating
    title: Title = ""
    comment: Comment = ""

    def opinion(self) -> Opinion:
        """The use case's input."""
        return Opinion(self.rating, self.title, self.comment)

    def said(self) -> dict[str, Any]:
        """All of it, for a review that is written anew."""
        return self.model_dump()


class ReviseReview(Body):
    rating: Rating | None = None
    title: Title | None = None
    comment: Comment | None = None

    def said(self) -> dict[str, Any]:
        """What changes."""
        return self.model_dump(exclude_none=True)
