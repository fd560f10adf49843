"""How the sandbox behaves: how webhooks travel, and what goes wrong. GET and POST /sandbox/settings."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from local.sandbox import faults
from local.sandbox.faults import Fault

SIGNATURES = ("verif-hash", "flutterwave-signature")
TRANSFER_OUTCOMES = ("paid", "pending", "failed")
REFUND_OUTCOMES = ("done", "failed", "attention")


@dataclass(frozen=True)
class Settings:
    """`webhook_url` names the provider where `{provider}` stands.

    repeat          how often each webhook is sent: 1 to 5, or [from, to] for a random number between
    shuffle         webhooks overtake each other
    delay_ms        how long a webhook is on its way
    twins_ms        each webhook is sent a second time within so many milliseconds
    drop            true: no webhook arrives; a probability: so many of them do not
    retry_ms        pauses before a webhook that was not answered with 2xx is sent again
    signature       how Flutterwave signs: verif-hash or flutterwave-signature
    slow_refunds    Stripe's and PayPal's refunds too are pending at first, and done when one looks again
    refund_outcome  what becomes of refunds: done, failed, or attention (Paystack's needs-attention)
    transfer_outcome  what becomes of transfers to sellers: paid, pending or failed (Stripe: no balance for them)
    buyer_pays_fee  Paystack and Flutterwave add their fee to what the buyer pays
    faults          what goes wrong with calls: {"kind", "on", "times"}, and "code" where the kind is refuse
    """

    webhook_url: str
    repeat: int | tuple[int, int] = 1
    shuffle: bool = False
    delay_ms: int = 0
    twins_ms: int = 0
    drop: bool | float = False
    retry_ms: tuple[int, ...] = (500, 2_000, 8_000, 30_000)
    signature: str = SIGNATURES[0]
    slow_refunds: bool = False
    refund_outcome: str = REFUND_OUTCOMES[0]
    transfer_outcome: str = TRANSFER_OUTCOMES[0]
    buyer_pays_fee: bool = False
    faults: tuple[Fault, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The settings as they are shown: a fault's code only where it has one."""
        faults = [{name: value for name, value in asdict(fault).items() if value != ""} for fault in self.faults]
        return asdict(self) | {"faults": faults}

    def changed(self, wanted: dict[str, Any]) -> "Settings":
        """With other values for what is named. Raises ValueError with words for a person."""
        unknown = set(wanted) - {entry.name for entry in fields(self)}
        if unknown:
            raise ValueError(f"Unknown settings: {', '.join(sorted(unknown))}.")
        parsed: dict[str, Any] = {name: _PARSERS[name](value) for name, value in wanted.items()}
        return replace(self, **parsed)

    def spent(self, fault: Fault) -> "Settings":
        """After the fault has happened once more."""
        left = (replace(rule, times=rule.times - 1) if rule is fault else rule for rule in self.faults)
        return replace(self, faults=tuple(rule for rule in left if rule.times))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text.")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false.")
    return value


def _milliseconds(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 600_000:
        raise ValueError(f"{value!r} is not a number of milliseconds up to 600000.")
    return value


def _times(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 5:
        raise ValueError(f"{value!r} is not a number from 1 to 5.")
    return value


def _repeat(value: object) -> int | tuple[int, int]:
    if isinstance(value, list) and len(value) == 2:
        low, high = sorted(_times(entry) for entry in value)
        return low, high
    return _times(value)


def _drop(value: object) -> bool | float:
    if isinstance(value, bool) or (isinstance(value, int | float) and 0 <= value <= 1):
        return value
    raise ValueError(f"{value!r} is neither true, false nor a probability.")


def _pauses(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > 10:
        raise ValueError("retry_ms is a list of up to ten pauses.")
    return tuple(_milliseconds(entry) for entry in value)


def _signature(value: object) -> str:
    if value not in SIGNATURES:
        raise ValueError(f"signature is one of {', '.join(SIGNATURES)}.")
    return str(value)


def _refund_outcome(value: object) -> str:
    if value not in REFUND_OUTCOMES:
        raise ValueError(f"refund_outcome is one of {', '.join(REFUND_OUTCOMES)}.")
    return str(value)


def _transfer_outcome(value: object) -> str:
    if value not in TRANSFER_OUTCOMES:
        raise ValueError(f"transfer_outcome is one of {', '.join(TRANSFER_OUTCOMES)}.")
    return str(value)


def _faults(value: object) -> tuple[Fault, ...]:
    if not isinstance(value, list):
        raise ValueError("faults is a list.")
    return tuple(faults.parse(entry) for entry in value)


_PARSERS = {
    "webhook_url": _text,
    "repeat": _repeat,
    "shuffle": _flag,
    "delay_ms": _milliseconds,
    "twins_ms": _milliseconds,
    "drop": _drop,
    "retry_ms": _pauses,
    "signature": _signature,
    "slow_refunds": _flag,
    "refund_outcome": _refund_outcome,
    "transfer_outcome": _transfer_outcome,
    "buyer_pays_fee": _flag,
    "faults": _faults,
}
