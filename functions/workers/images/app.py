"""Checks the files that people send as pictures.

The uploads bucket tells of each new object, through a queue. A message only says where one lies; what is to become of
it, its record says, so messages may be repeated at will.
"""

from typing import Any

from commerce.media.inspection import inspection
from workers.batches import handle_each

_inspection = inspection()
# A picture takes seconds; a message that is not begun comes again.
_SECONDS = 30


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """A batch of messages about new objects → those that have to come again."""
    return handle_each(
        event,
        context,
        _inspect,
        seconds=_SECONDS,
        unknown="an object that is no upload",
        failed="an upload could not be checked",
    )


def _inspect(message: dict[str, Any]) -> None:
    _inspection.inspect(message["detail"]["object"]["key"])
