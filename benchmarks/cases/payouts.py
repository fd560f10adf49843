"""Payouts: what sellers and staff ask of them."""

from benchmarks.cases.case import Request, case
from benchmarks.cases.staff import as_staff
from support.builders import Person, a_person
from support.paying import begun, earned, with_recipient

_RECIPIENT = {"provider": "paystack", "kind": "bank", "account": "0690000034", "bank": "044"}
_PAYOUTS = "/api/marketplace/payouts"
_STAFF = "/admin/api/payouts"


def _seller() -> Person:
    return a_person(is_seller=True)


def _as_earner(**said: object) -> Request:
    seller = _seller()
    earned(seller)
    return {"token": seller.access, **said}


@case("marketplace", f"GET {_PAYOUTS}/balance/", most=1)
def _() -> Request:
    return _as_earner()


@case("marketplace", f"GET {_PAYOUTS}/recipients/", most=1)
def _() -> Request:
    return _as_earner()


@case("marketplace", f"PUT {_PAYOUTS}/recipients/{{currency}}/")
def _() -> tuple[str, Request]:
    return f"{_PAYOUTS}/recipients/usd/", _as_earner(json=_RECIPIENT)


@case("marketplace", f"DELETE {_PAYOUTS}/recipients/{{currency}}/")
def _() -> tuple[str, Request]:
    seller = _seller()
    with_recipient(seller)
    return f"{_PAYOUTS}/recipients/usd/", {"token": seller.access}


@case("marketplace", f"GET {_PAYOUTS}/statement/", most=2)
def _() -> Request:
    return _as_earner()


@case("marketplace", f"GET {_PAYOUTS}/", most=1)
def _() -> Request:
    seller = _seller()
    begun(seller)
    return {"token": seller.access}


@case("marketplace", f"GET {_PAYOUTS}/{{payout_id}}/", most=1)
def _() -> tuple[str, Request]:
    seller = _seller()
    return f"{_PAYOUTS}/{begun(seller).id}/", {"token": seller.access}


@case("admin", f"GET {_STAFF}/")
def _() -> Request:
    begun(_seller())
    return as_staff()


@case("admin", f"GET {_STAFF}/balances/")
def _() -> Request:
    earned(_seller())
    return as_staff()


@case("admin", f"POST {_STAFF}/run/")
def _() -> Request:
    return as_staff()


@case("admin", f"GET {_STAFF}/sellers/{{seller_id}}/")
def _() -> tuple[str, Request]:
    seller = _seller()
    earned(seller)
    return f"{_STAFF}/sellers/{seller.id}/", as_staff()


@case("admin", f"POST {_STAFF}/sellers/{{seller_id}}/run/")
def _() -> tuple[str, Request]:
    seller = _seller()
    earned(seller)
    return f"{_STAFF}/sellers/{seller.id}/run/", as_staff(json={"currency": "USD"})


@case("admin", f"GET {_STAFF}/sellers/{{seller_id}}/statement/")
def _() -> tuple[str, Request]:
    seller = _seller()
    earned(seller)
    return f"{_STAFF}/sellers/{seller.id}/statement/", as_staff()


@case("admin", f"GET {_STAFF}/{{reference}}/")
def _() -> tuple[str, Request]:
    return f"{_STAFF}/{begun(_seller()).reference}/", as_staff()


@case("admin", f"POST {_STAFF}/{{reference}}/check/", "sends it")
def _() -> tuple[str, Request]:
    return f"{_STAFF}/{begun(_seller()).reference}/check/", as_staff()


@case("admin", f"POST {_STAFF}/{{reference}}/fail/")
def _() -> tuple[str, Request]:
    return f"{_STAFF}/{begun(_seller()).reference}/fail/", as_staff(json={"reason": "wrong bank"})
