"""What a route reads of its request, told by its compiled code and that of the functions beside it that it calls."""

import types
from collections.abc import Callable, Iterator
from typing import Any


def reads(function: Callable[..., Any], attribute: str) -> bool:
    """Whether the route asks the request for the attribute, itself or through a function of its contract."""
    return any(attribute in called.__code__.co_names for called in _reachable(function, function.__module__, set()))


def _reachable(function: Any, module: str, seen: set[types.CodeType]) -> Iterator[types.FunctionType]:
    """The function and those of the same contract (`parts` of parts.carts.app) that its code names."""
    contract = module.partition(".")[0]
    if not isinstance(function, types.FunctionType) or function.__code__ in seen:
        return
    if function.__module__.partition(".")[0] != contract:
        return
    seen.add(function.__code__)
    yield function
    names = function.__code__.co_names
    for name in names:
        value = function.__globals__.get(name)
        if isinstance(value, types.ModuleType):
            for inner in names:
                yield from _reachable(getattr(value, inner, None), module, seen)
        else:
            yield from _reachable(value, module, seen)
