"""One request for every operation, and for the cases of it whose cost differs: what `docs/aws-calls.md` measures."""

from benchmarks.cases import accounts, carts, catalogue, orders, payments, staff  # noqa: F401 (each registers its cases)
from benchmarks.cases.case import CASES as CASES
