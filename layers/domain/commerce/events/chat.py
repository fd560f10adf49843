"""What is published of conversations."""

from typing import Final, TypedDict

CHAT_MESSAGE_SENT: Final = "ChatMessageSent"
# Why somebody is told of a message: they wrote it (on whichever of their devices), or it was written to them.
SENDER: Final = "sender"
RECIPIENT: Final = "recipient"


class ChatMessageSent(TypedDict):
    """A message entered a conversation; `number` counts those of the conversation from 1. `customer_id` is None while
    the customer is a contact without an account; `occurred_at` in milliseconds."""

    event_id: str
    version: int
    occurred_at: int
    conversation_id: int
    message_id: int
    number: int
    sender_id: int
    seller_id: int
    customer_id: int | None
    content: str
