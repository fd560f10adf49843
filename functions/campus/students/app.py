"""Students of the campus client: what they show of themselves."""

from campus.bodies import StudentBody, student
from campus.contract import campus_api
from campus.students import shapes
from commerce.accounts.service import accounts
from rest.api import Access, Request

handler = campus_api()
_accounts = accounts()


@handler.get("/api/students/me/", access=Access.USER, returns=shapes.Me)
def me(request: Request) -> shapes.Me:
    """The caller."""
    return shapes.me(_accounts.user(request.caller.user_id))


@handler.get("/api/students/{id}/", access=Access.USER, returns=StudentBody)
def one_student(request: Request) -> StudentBody:
    """A student, whether they sell or not."""
    return student(_accounts.profile(request.id("id", "Student")))
