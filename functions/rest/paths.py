"""Which of an API's paths a request means, when several match it: the one with the earliest literal segments.

`/orders/create/` is a path of its own beside `/orders/{id}/`, for every method and not only for its own, as API Gateway
chooses among its routes.
"""

import re
from dataclasses import dataclass, field

# What no operation has, so that a request with it is refused by the framework's own "not found".
NO_METHOD = "NONE"
_PARAMETER = re.compile(r"\{\w+\}")


@dataclass
class PathFamily:
    """Paths that differ in nothing but the names of their parameters, and the methods that they have together."""

    pattern: re.Pattern[str]
    shape: tuple[bool, ...]
    methods: set[str] = field(default_factory=set)


def add_to(families: list[PathFamily], path: str, method: str) -> None:
    """Note that `path`, written as documented, has `method`."""
    segments = path.rstrip("/").split("/")
    # False sorts before True: literal segments before parameters, from the left.
    shape = tuple(_PARAMETER.search(segment) is not None for segment in segments)
    pattern = re.compile("/".join("[^/]+" if _PARAMETER.search(one) else re.escape(one) for one in segments))
    for family in families:
        if family.pattern == pattern:
            family.methods.add(method)
            return
    families.append(PathFamily(pattern, shape, {method}))
    families.sort(key=lambda family: family.shape)


def most_exact(families: list[PathFamily], path: str) -> PathFamily | None:
    """The family that a path without its last slash belongs to, None when it is of none."""
    return next((family for family in families if family.pattern.fullmatch(path)), None)
