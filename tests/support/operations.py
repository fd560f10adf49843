"""Every operation that a contract has registered, found by importing its handlers."""

import importlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rest.api import Api, Operation

FUNCTIONS = Path(__file__).parents[2] / "functions"


@dataclass(frozen=True)
class Registered:
    """An operation and the contract and endpoint group that it belongs to."""

    contract: str
    group: str
    operation: Operation

    @property
    def name(self) -> str:
        """As the tables beside the tests write it: `POST /api/orders/`."""
        return f"{self.operation.method} {self.operation.path}"

    def __str__(self) -> str:
        return f"{self.contract} {self.name}"


def contracts() -> list[str]:
    """Names of the contracts: folders of functions/ that have a contract.py."""
    return sorted(path.parent.name for path in FUNCTIONS.glob("*/contract.py"))


@cache
def apis(contract: str) -> dict[str, Api]:
    """{endpoint group: its Api} of a contract."""
    found = {}
    for path in sorted((FUNCTIONS / contract).glob("*/app.py")):
        handler = importlib.import_module(f"{contract}.{path.parent.name}.app").handler
        if isinstance(handler, Api):
            found[path.parent.name] = handler
    return found


def registered(contract: str) -> list[Registered]:
    """The contract's operations, group by group, in the order in which they are written."""
    return [
        Registered(contract, group, operation) for group, api in apis(contract).items() for operation in api.operations
    ]


def all_operations() -> list[Registered]:
    """The operations of all contracts."""
    return [entry for contract in contracts() for entry in registered(contract)]
