"""Bodies of the campus client's students."""

from campus.bodies import StudentBody, student
from commerce.accounts.model import User


class Me(StudentBody):
    email: str


def me(user: User) -> Me:
    """A student as they see themselves."""
    return {**student(user.profile()), "email": user.email}
