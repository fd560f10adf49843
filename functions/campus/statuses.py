"""The campus client's words for an order's status: the core's own, since its document has none."""

from collections.abc import Mapping

from commerce.orders.status import Status

OUT: Mapping[str, str] = {status: status.value for status in Status}
IN: Mapping[str, Status] = {word: Status(status) for status, word in OUT.items()}
