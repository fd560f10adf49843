"""The answers and webhooks that providers show in their documentation, with values of our own, and what each means."""

from dataclasses import dataclass, field
from typing import Any

REFERENCE = "ORD_7_a1b2c3d4e5"
REFUND_ID = "REF_7_1"


@dataclass(frozen=True)
class Sample:
    """One documented sample. `ask` is what the gateway is asked, `answers` what the provider says ("METHOD /path" →
    status and body), `means` the members of the report that has to come out of it, or the name of an error.

    A webhook has its body in `event` and means a notice.
    """

    provider: str
    name: str
    ask: str
    means: dict[str, Any] | str
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    event: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return f"{self.provider} {self.ask} {self.name}"
