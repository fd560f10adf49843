"""Notices: what the platform tells a person that is no event of an order, a product or a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypedDict, cast

from commerce.events.model import VERSION, known_payload

USERS_SOURCE = "bazaar.users"
USER_NOTIFIED = "UserNotified"


class UserNotified(TypedDict):
    """A person is told something: `kind` is a stable word for programs, title and text are plain English for them."""

    event_id: str
    version: int
    occurred_at: int
    user_id: int
    kind: str
    title: str
    text: str


@dataclass(frozen=True)
class UserNotice:
    """One notice to one person."""

    name: str
    payload: UserNotified
    source: ClassVar[str] = USERS_SOURCE

    @property
    def id(self) -> str:
        """The same for every publication of the same fact."""
        return self.payload["event_id"]


def user_notified(event_id: str, occurred_at: int, user_id: int, kind: str, title: str, text: str) -> UserNotice:
    """That a person is told this; `event_id` is derived from the fact that it is about."""
    return UserNotice(
        USER_NOTIFIED,
        {
            "event_id": event_id,
            "version": VERSION,
            "occurred_at": occurred_at,
            "user_id": user_id,
            "kind": kind,
            "title": title,
            "text": text,
        },
    )


def read_user_notice(name: str, payload: Mapping[str, Any]) -> UserNotice:
    """The event behind a delivered name and payload. Raises UnknownEvent."""
    return UserNotice(name, cast(UserNotified, known_payload(name, payload, NOTICE_FIELDS)))


NOTICE_FIELDS = {USER_NOTIFIED: UserNotified.__required_keys__}
