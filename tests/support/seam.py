"""The seam between our code and AWS: what `commerce.kit.aws.client` hands out, and how tests stand in it.

`around` is for those who see or trouble every call; `in_place_of` for those who play a service themselves.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from commerce.kit import aws

# What a client has beside its operations.
_OTHERS = {
    "can_paginate",
    "close",
    "exceptions",
    "generate_presigned_post",
    "generate_presigned_url",
    "get_paginator",
    "get_waiter",
    "meta",
}


@dataclass(frozen=True)
class Call:
    """One call of a client, which the SDK may send several times."""

    service: str
    operation: str
    arguments: dict[str, Any]
    attempts: int
    client: Any
    _method: Callable[..., Any]

    def make(self) -> Any:
        """Make it; may be done more than once. Answers and raises what the client does."""
        return self._method(**self.arguments)


Around = Callable[[Call], Any]


class AroundClient:
    """A client each of whose operations goes through a function; its errors and all else are its own."""

    def __init__(self, client: Any, service: str, attempts: int, around: Around) -> None:
        self._client, self._service, self._attempts, self._around = client, service, attempts, around

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name in _OTHERS or name.startswith("_"):
            return found
        operation = "".join(word.capitalize() for word in name.split("_"))

        def call(**arguments: Any) -> Any:
            return self._around(Call(self._service, operation, arguments, self._attempts, self._client, found))

        return call

    def get_paginator(self, name: str) -> Any:
        """Each page is a call of its own."""
        paginator = self._client.get_paginator(name)
        paginator._method = getattr(self, name)
        return paginator


def around(function: Around) -> AbstractContextManager[None]:
    """Within it, every call of this process's clients goes through `function`, which makes it or does not."""
    return aws.wrapped(lambda client, service, attempts: AroundClient(client, service, attempts, function))


@contextmanager
def in_place_of(service: str, stand_in: Any) -> Iterator[None]:
    """Within it, `stand_in` is the client of one service."""
    with aws.wrapped(lambda client, name, attempts: stand_in if name == service else client):
        yield
