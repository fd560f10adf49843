"""The Chat table's stream: a message that was written enters the logs of those who take part, in the conversation's
order.

A conversation is one key of the table, so the stream has its messages in the order of their numbers and hands them to
one reader at a time. They enter the logs here and not behind the bus, which keeps no order.
"""

from collections.abc import Callable, Sequence

from commerce.chat.model import Message
from commerce.chat.store import message_of
from commerce.events.chat import CHAT_MESSAGE_SENT, RECIPIENT, SENDER, ChatMessageSent
from commerce.events.model import VERSION
from commerce.kit import logs
from commerce.kit.attributes import Item
from commerce.kit.parallel import run_all
from commerce.realtime.model import NewEvent
from commerce.realtime.service import Realtime


class ChatOutbox:
    """What rows of the stream make elsewhere. `deliver(user_id)` has their open sockets brought up to date."""

    def __init__(self, realtime: Realtime, deliver: Callable[[int], None]) -> None:
        self._realtime = realtime
        self._deliver = deliver

    def follow(self, images: Sequence[Item], has_time: Callable[[], bool] = lambda: True) -> int:
        """Tell everybody of the messages among these rows; how many of the first rows need not come again.

        A row that comes again adds nothing. Somebody's log that cannot be written holds up no other's.
        """
        told: dict[int, list[NewEvent]] = {}
        first_of: dict[int, int] = {}
        done = len(images)
        for position, image in enumerate(images):
            try:
                message = message_of(image)
            except Exception as error:
                logs.failure("unreadable message", error, position=position)
                done = position
                break
            if message is not None:
                for user_id in message.participants:
                    told.setdefault(user_id, []).append(_event(message, user_id))
                    first_of.setdefault(user_id, position)
        users = list(told)
        outcomes = run_all(lambda user_id: self._tell(user_id, told[user_id], has_time), users)
        for user_id, outcome in zip(users, outcomes, strict=True):
            if outcome is not None:
                logs.failure("messages are not in a log yet", outcome, user_id=user_id)
                done = min(done, first_of[user_id])
        return done

    def _tell(self, user_id: int, events: Sequence[NewEvent], has_time: Callable[[], bool]) -> None:
        self._realtime.record(user_id, events, has_time)
        self._deliver(user_id)


def _event(message: Message, user_id: int) -> NewEvent:
    fact: ChatMessageSent = {
        "event_id": f"{CHAT_MESSAGE_SENT}:{message.conversation_id}:{message.number}",
        "version": VERSION,
        "occurred_at": message.sent_at,
        "conversation_id": message.conversation_id,
        "message_id": message.id,
        "number": message.number,
        "sender_id": message.sender_id,
        "seller_id": message.seller_id,
        "customer_id": message.customer_id,
        "content": message.content,
    }
    role = SENDER if user_id == message.sender_id else RECIPIENT
    return NewEvent(fact["event_id"], CHAT_MESSAGE_SENT, role, fact)
