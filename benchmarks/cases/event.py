"""What cases of functions are made of that nobody calls by HTTP."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from support import template
from support.realtime import LambdaContext


@dataclass(frozen=True)
class EventCase:
    """`make` makes what the function needs, and the event that it is then invoked with."""

    function: str
    make: Callable[[], dict[str, Any]]

    def prepare(self) -> Callable[[], Any]:
        """Make what the function needs; the call that invokes it."""
        made = self.make()
        handler = template.functions()[self.function]["Handler"]
        module, _, name = handler.rpartition(".")

        def invoke() -> Any:
            with template.environment_of(handler):
                return getattr(importlib.import_module(module), name)(made, LambdaContext())

        return invoke


EVENTS: list[EventCase] = []


def event(function: str) -> Callable[[Callable[[], dict[str, Any]]], Callable[[], dict[str, Any]]]:
    """Register the function below as how a case of a function is made."""

    def register(make: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
        EVENTS.append(EventCase(function, make))
        return make

    return register
