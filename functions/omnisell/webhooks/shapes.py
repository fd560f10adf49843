"""Bodies of the webhook routes; providers read the status alone."""

from typing import TypedDict


class Received(TypedDict):
    received: bool


def received() -> Received:
    return {"received": True}
