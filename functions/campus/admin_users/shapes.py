"""Bodies of the campus contract's accounts as staff sees them."""

from campus.students.shapes import Me, me
from commerce.accounts.model import User
from commerce.kit.errors import InvalidInput
from rest.bodies import Body


class ManageUser(Body):
    is_seller: bool | None = None
    is_active: bool | None = None

    def changes(self) -> dict[str, bool]:
        """What is to change. Raises InvalidInput when nothing is."""
        changes = self.model_dump(exclude_none=True)
        if not changes:
            raise InvalidInput.of("non_field_errors", "Say is_seller or is_active.")
        return changes


class UserBody(Me):
    is_staff: bool
    is_active: bool
    may_sell: bool


def user(user: User) -> UserBody:
    return {**me(user), "is_staff": user.is_staff, "is_active": user.is_active, "may_sell": user.may_sell}
