"""What staff reads of the shop as a whole: the check of the books, sales, and who did what."""

from admin.contract import admin_api
from admin.reports import shapes
from commerce.audit.service import audit
from commerce.books.service import books
from commerce.sales.service import sales
from rest.api import Access
from rest.requests import Request

handler = admin_api()
_audit = audit()
_books = books()
_sales = sales()


@handler.get("/admin/api/books/", access=Access.STAFF, returns=shapes.BooksBody, query=("days",))
def check_books(request: Request) -> shapes.BooksBody:
    """Whether the money of the last days adds up, 7 days and at most 31; and every account's balance in them."""
    first, last = shapes.span(request.query, 7)
    return shapes.books(first, last, _books.report(first, last))


@handler.get("/admin/api/sales/", access=Access.STAFF, returns=shapes.SalesBody, query=("days",))
def sold(request: Request) -> shapes.SalesBody:
    """Orders, pieces, revenue and refunds of the last days by day and by seller, 30 days and at most 92."""
    return shapes.sales(_sales.last(request.caller, shapes.days(request.query, 30)))


@handler.get("/admin/api/audit/", access=Access.STAFF, returns=shapes.AuditBody, query=("before", "page_size"))
def trail(request: Request) -> shapes.AuditBody:
    """What staff did, the latest first; what was before the action of id `before` when given."""
    size = request.page.size
    return shapes.trail(_audit.newest(request.caller, size, request.query.get("before")), size)
