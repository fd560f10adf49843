"""Bodies that the campus client's review routes accept."""

from typing import Annotated, Any

from pydantic import Field

from commerce.kit.errors import InvalidInput
from commerce.reviews.model import MAX_COMMENT_LENGTH, RATINGS, Opinion
from rest.bodies import Body

Rating = Annotated[int, Field(ge=RATINGS[0], le=RATINGS[-1])]
Comment = Annotated[str, Field(max_length=MAX_COMMENT_LENGTH)]


class WriteReview(Body):
    rating: Rating
    comment: Comment = ""

    def opinion(self) -> Opinion:
        """The use case's input: this client's reviews have no title."""
        return Opinion(self.rating, comment=self.comment)


class ReviseReview(Body):
    rating: Rating | None = None
    comment: Comment | None = None

    def said(self) -> dict[str, Any]:
        """What changes. Raises InvalidInput when nothing does."""
        said = self.model_dump(exclude_none=True)
        if not said:
            raise InvalidInput.of("non_field_errors", "Say rating or comment.")
        return said
