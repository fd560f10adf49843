"""Omnisell's socket /ws/chat/: who may open it, and what is said on it: messages of one's own conversations."""

from collections.abc import Mapping
from typing import Literal, TypedDict

from commerce.events.chat import CHAT_MESSAGE_SENT
from commerce.kit.principal import Principal
from commerce.realtime.model import Connection, UserEvent
from rest.frames import Action, Said, a_text, an_id

PATH = r"/ws/chat"


class ChatMessage(TypedDict):
    type: Literal["chat_message"]
    conversation_id: int
    content: str
    sender_id: int


def admit(principal: Principal, values: Mapping[str, str]) -> None:
    """Everybody with an account: the socket is that of whoever opens it."""


def message(event: UserEvent) -> ChatMessage | None:
    """The message of an event; None for what is no chat. What oneself wrote on another device is among it."""
    if event.name != CHAT_MESSAGE_SENT:
        return None
    return {
        "type": "chat_message",
        "conversation_id": event.payload["conversation_id"],
        "content": event.payload["content"],
        "sender_id": event.payload["sender_id"],
    }


def say(connection: Connection, said: Said) -> None:
    """A message into one of the user's conversations, whoever it calls its sender; it comes back as all have it."""
    from commerce.chat.service import chat  # Who only sends does not load it.

    chat().send(connection.caller, an_id(said, "conversation_id"), a_text(said, "content"))


ACCEPT: Mapping[str, Action] = {"chat_message": say}
