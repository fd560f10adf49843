"""Events out to the EventBridge bus."""

import json
from collections.abc import Sequence

from commerce.events.model import Event
from commerce.kit import aws

BATCH = 10  # EventBridge's own limit for one PutEvents.


class EventRefused(Exception):
    """The bus refused an event for the reason `code`; `accepted` events before it are published."""

    def __init__(self, event_id: str, code: str, accepted: int) -> None:
        super().__init__(f"{event_id}: {code}")
        self.event_id = event_id
        self.code = code
        self.accepted = accepted


class EventBus:
    """One bus, by its name or ARN."""

    def __init__(self, name: str) -> None:
        self._name = name

    def publish(self, events: Sequence[Event]) -> None:
        """Send the events in order. Raises EventRefused for the first that is not accepted; the SDK's errors rise too.

        PutEvents may refuse single entries of a call that succeeds as a whole. Sending stops with the call that has a
        refusal in it, so at most nine events behind the refused one were accepted; they come again under the same ids.
        """
        for start in range(0, len(events), BATCH):
            batch = events[start : start + BATCH]
            answer = aws.client("events").put_events(Entries=[self._entry(event) for event in batch])
            for index, result in enumerate(answer["Entries"]):
                if code := result.get("ErrorCode"):
                    raise EventRefused(batch[index].id, code, start + index)

    def _entry(self, event: Event) -> dict[str, str]:
        return {
            "EventBusName": self._name,
            "Source": event.source,
            "DetailType": event.name,
            "Detail": json.dumps(event.payload, separators=(",", ":")),
        }
