"""Staff sees what sellers are owed, has them paid, and takes care of payouts that do not arrive."""

from typing import Any

from admin.contract import BEFORE, admin_api
from admin.payouts import shapes
from commerce.payouts.model import PayoutRefused, State
from commerce.payouts.service import payouts
from rest import parameters
from rest.api import Access, Outcome, Request
from rest.parameters import PAGE_SIZE, Parameters
from routes.payouts import PERIOD, StatementBody, currency_of, statement_reply

handler = admin_api()
_payouts = payouts()
_STATES = tuple(map(str, State))
_STATE: Parameters = {
    "state": parameters.one_of("Where they stand; `created` when left out", _STATES, "There is no such state.")
}


@handler.get(
    "/admin/api/payouts/", access=Access.STAFF, returns=shapes.PayoutsBody, query={**_STATE, **BEFORE, **PAGE_SIZE}
)
def in_state(request: Request) -> shapes.PayoutsBody:
    """Payouts that stand somewhere, the latest first; those with an id below `before` when given."""
    asked = request.query
    state = State(asked["state"] or State.CREATED)
    return shapes.payouts(_payouts.in_state(request.caller, state, asked["page_size"], asked["before"]))


@handler.get("/admin/api/payouts/balances/", access=Access.STAFF, returns=shapes.BalancesBody, query=PAGE_SIZE)
def balances(request: Request) -> shapes.BalancesBody:
    """What sellers are owed, those first of which most is available."""
    return shapes.balances(_payouts.largest_balances(request.caller, request.query["page_size"]))


@handler.post("/admin/api/payouts/run/", access=Access.STAFF, returns=shapes.RunBody, status=202)
def run(request: Request) -> shapes.RunBody:
    """Begin a run now: everybody is paid who has enough. A run after a run finds nothing left to pay."""
    _payouts.run_for_all(request.caller)
    return shapes.run()


@handler.get("/admin/api/payouts/sellers/{seller_id}/", access=Access.STAFF, returns=shapes.BalancesBody)
def balances_of(request: Request) -> shapes.BalancesBody:
    """What a seller is owed, by currency."""
    return shapes.balances(_payouts.balances_of(request.caller, request.id("seller_id", "Seller")))


@handler.post(
    "/admin/api/payouts/sellers/{seller_id}/run/",
    access=Access.STAFF,
    body=shapes.RunForSeller,
    returns=shapes.StaffPayoutBody,
    status=201,
    is_keyed=True,
    raises=(PayoutRefused,),
)
def run_for(request: Request) -> Outcome[shapes.StaffPayoutBody]:
    """Pay a seller all that is available, however little it is."""
    seller_id, currency = request.id("seller_id", "Seller"), request.body.currency.upper()
    return _payouts.run_for(request.caller, seller_id, currency, request.keyed).map(shapes.payout)


@handler.get(
    "/admin/api/payouts/sellers/{seller_id}/statement/", access=Access.STAFF, returns=StatementBody, query=PERIOD
)
def statement(request: Request) -> Any:
    """A seller's movements of some days, 93 at most; with `format=csv` as a table."""
    seller_id, asked = request.id("seller_id", "Seller"), request.query
    found = _payouts.statement_of(request.caller, seller_id, currency_of(asked), asked["from"], asked["to"])
    return statement_reply(found, asked)


@handler.get("/admin/api/payouts/{reference}/", access=Access.STAFF, returns=shapes.StaffPayoutBody)
def payout(request: Request) -> shapes.StaffPayoutBody:
    """One payout."""
    return shapes.payout(_payouts.any_payout(request.caller, request.params["reference"]))


@handler.post("/admin/api/payouts/{reference}/check/", access=Access.STAFF, returns=shapes.StaffPayoutBody)
def check(request: Request) -> shapes.StaffPayoutBody:
    """Ask the provider what became of a payout; one that is due to be sent is tried again."""
    return shapes.payout(_payouts.transfers.check(request.caller, request.params["reference"]))


@handler.post(
    "/admin/api/payouts/{reference}/fail/",
    access=Access.STAFF,
    body=shapes.GiveUp,
    returns=shapes.StaffPayoutBody,
    raises=(PayoutRefused,),
)
def fail(request: Request) -> shapes.StaffPayoutBody:
    """Give up a payout that its provider knows nothing of: its money is available to the seller again."""
    return shapes.payout(_payouts.transfers.give_up(request.caller, request.params["reference"], request.body.reason))
