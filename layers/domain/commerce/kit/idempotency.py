"""Idempotency receipts: the proof that a keyed request was carried out, written in the same transaction as its effect.

A request that comes again finds the receipt and is given the first answer; so does the loser of two that ran at the
same time, since only one of their transactions could write it (docs/contracts: retries).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from commerce.kit import clock
from commerce.kit.attributes import Item
from commerce.kit.errors import KeyReused
from commerce.kit.tables import Table, Write

KEPT_SECONDS = 86_400

Value = TypeVar("Value")
Other = TypeVar("Other")


@dataclass(frozen=True)
class Outcome(Generic[Value]):
    """What a request that may carry a key came to; `replayed` when it repeats the first answer and changed nothing."""

    value: Value
    replayed: bool = False

    def map(self, function: Callable[[Value], Other]) -> "Outcome[Other]":
        """The same outcome with another value, such as the body that shows it."""
        return Outcome(function(self.value), self.replayed)


@dataclass(frozen=True)
class IdempotentRequest:
    """One sending of a request: the client's key, the operation it belongs to, and a digest of what was asked."""

    operation: str
    key: str
    fingerprint: str

    @property
    def digest(self) -> str:
        """What tells it from other requests; the client's text is hashed, so its length never matters."""
        return hashlib.sha256(f"{self.operation}\n{self.key}".encode()).hexdigest()[:40]

    @property
    def sk(self) -> str:
        """The receipt's sort key under its owner; for stores."""
        return f"RECEIPT#{self.digest}"

    def receipt(self, table: Table, owner: str, answer: Item) -> Write:
        """The write that records `answer` under `owner`; refused when a live receipt is there already."""
        now = clock.now()
        item = {
            "pk": owner,
            "sk": self.sk,
            "fingerprint": self.fingerprint,
            "answer": answer,
            "expires_at": now + KEPT_SECONDS,
        }
        return table.put(item, condition="attribute_not_exists(#pk) OR #expires_at <= :now", values={"now": now})

    def answer(self, found: Item | None) -> Item | None:
        """The first answer out of a receipt that was found, or None. Raises KeyReused when its request was another."""
        if found is None or found["expires_at"] <= clock.now():
            return None
        if found["fingerprint"] != self.fingerprint:
            raise KeyReused
        answer: Item = found["answer"]
        return answer
