"""Bodies of the campus contract's accounts as staff sees them."""

from campus.students.shapes import Me, me
from commerce.accounts.model import User


class UserBody(Me):
    is_staff: bool
    is_active: bool
    may_sell: bool


def user(user: User) -> UserBody:
    return {**me(user), "is_staff": user.is_staff, "is_active": user.is_active, "may_sell": user.may_sell}
