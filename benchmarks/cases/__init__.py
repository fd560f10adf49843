"""One request for every operation, and for the cases of it whose cost differs: what `docs/aws-calls.md` measures.

EVENTS are those of functions that nobody calls by HTTP; `rights.tsv` counts both."""

from benchmarks.cases import (  # noqa: F401 (each registers its cases)
    accounts,
    campus,
    campus_orders,
    carts,
    catalogue,
    chat,
    events,
    fulfilment,
    images,
    marketplace_catalogue,
    orders,
    payments,
    staff,
)
from benchmarks.cases.case import CASES as CASES
from benchmarks.cases.event import EVENTS as EVENTS
