"""What staff reads of the shop as a whole: the check of the books, sales, and who did what."""

from admin.contract import admin_api
from admin.reports import shapes
from commerce.audit.service import audit
from commerce.books.service import books
from commerce.sales.service import MAX_DAYS, sales
from rest import parameters
from rest.api import Access, Request
from rest.parameters import PAGE_SIZE, Parameters

handler = admin_api()
_audit = audit()
_books = books()
_sales = sales()


def _days(default: int, maximum: int) -> Parameters:
    return {"days": parameters.whole("How many days, the last one today", default, maximum=maximum)}


@handler.get(
    "/admin/api/books/", access=Access.STAFF, returns=shapes.BooksBody, query=_days(7, shapes.MAX_DAYS_OF_BOOKS)
)
def check_books(request: Request) -> shapes.BooksBody:
    """Whether the money of the last days adds up, 7 days and at most 31; and every account's balance in them."""
    first, last = shapes.span(request.query["days"])
    return shapes.books(first, last, _books.report(first, last))


@handler.get("/admin/api/sales/", access=Access.STAFF, returns=shapes.SalesBody, query=_days(30, MAX_DAYS))
def sold(request: Request) -> shapes.SalesBody:
    """Orders, pieces, revenue and refunds of the last days by day and by seller, 30 days and at most 92."""
    return shapes.sales(_sales.last(request.caller, request.query["days"]))


@handler.get(
    "/admin/api/audit/",
    access=Access.STAFF,
    returns=shapes.AuditBody,
    query={"before": parameters.text("The id of the action before the first"), **PAGE_SIZE},
)
def trail(request: Request) -> shapes.AuditBody:
    """What staff did, the latest first; what was before the action of id `before` when given."""
    size = request.query["page_size"]
    return shapes.trail(_audit.newest(request.caller, size, request.query["before"]), size)
