"""Chat table.

    CONVERSATION#<id>   CONVERSATION       the conversation, with its number of messages and how far each side has read;
                                           the indexes by_seller (`seller_id`, `active_at`) and by_customer
                                           (`customer_id`, `active_at`) have what lists are filtered by, and are not
                                           written when a mark moves
    CONVERSATION#<id>   MESSAGE#<number>   a message, never changed
    USER#<id>           RECEIPT#<digest>   of a keyed request
    RATE#…              WINDOW#…           rate limits

A message is appended by one transaction that raises the conversation's count on condition that it stands as it was
read: the count is the message's number, so there are no gaps, and one order for everybody. Messages lie in the order of
their numbers, and any page of them is one query of as many rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from heapq import merge
from typing import Any

from commerce.chat.model import Conversation, LastMessage, ListedConversation, Mark, Message, Side
from commerce.kit.attributes import Item
from commerce.kit.idempotency import IdempotentRequest
from commerce.kit.lookups import Lookup
from commerce.kit.tables import ConditionFailed, Table, TransactionRefused, read, transact

_RECEIPT = 2  # Its place in the transaction that appends.


class IdTaken(Exception):
    """The id drawn for a new conversation exists already; draw again."""


class ConversationMoved(Exception):
    """Somebody wrote into the conversation, or joined it, between our read and our write; `now` is how it stands."""

    def __init__(self, now: Conversation | None = None) -> None:
        super().__init__()
        self.now = now


class ChatStore:
    """Every access to the Chat table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # Conversations

    def create(self, conversation: Conversation, starter_id: int, request: IdempotentRequest | None) -> None:
        """Store a new conversation. Raises IdTaken; TransactionRefused when a twin of the request wrote the receipt."""
        writes = [self._table.put(_item(conversation), condition="attribute_not_exists(#pk)")]
        if request:
            writes.append(request.receipt(self._table, _user_pk(starter_id), _facts(conversation)))
        try:
            transact(writes)
        except TransactionRefused as refusal:
            if 1 in refusal.failures:
                raise
            raise IdTaken from None

    def started_lookup(self, user_id: int, request: IdempotentRequest) -> Lookup[Conversation | None]:
        """The conversation that a keyed request of the user's started, as it was then. Reading it raises KeyReused."""

        def interpret(receipt: Item | None) -> Conversation | None:
            answer = request.answer(receipt)
            return _conversation(answer) if answer else None

        return Lookup([(self._table, _user_pk(user_id), request.sk)], interpret)

    def conversation_lookup(self, conversation_id: int) -> Lookup[Conversation | None]:
        """A conversation, in a read of several things."""
        key = (self._table, _pk(conversation_id), _CONVERSATION)
        return Lookup([key], lambda item: _conversation(item) if item else None)

    def conversation(self, conversation_id: int) -> Conversation | None:
        """A conversation as it is now, or None."""
        found = self._table.get(_pk(conversation_id), _CONVERSATION, consistent=True)
        return _conversation(found) if found else None

    def conversations(self, conversation_ids: Sequence[int]) -> list[Conversation]:
        """Those of at most a hundred conversations that exist, in the order asked for; one call."""
        if not conversation_ids:
            return []
        items = read([(self._table, _pk(one), _CONVERSATION) for one in conversation_ids])
        return [_conversation(item) for item in items if item]

    def active(self, user_id: int, limit: int | None) -> Iterator[ListedConversation]:
        """All conversations that somebody takes part in, the latest active first, read as far as they are asked for;
        `limit` rows at a time, or as many as a query answers."""
        sides = [
            self._table.query_all(user_id, index=index, backwards=True, limit=limit)
            for index in (("by_seller", "seller_id"), ("by_customer", "customer_id"))
        ]
        for row in merge(*sides, key=lambda row: int(row["active_at"]), reverse=True):
            yield ListedConversation(**{field.name: row[field.name] for field in fields(ListedConversation)})

    def set_status(self, conversation_id: int, status: str) -> Conversation:
        """The conversation with another status."""
        return self._changed(conversation_id, "SET #status = :status", "attribute_exists(#pk)", status=status)

    def mark(self, conversation_id: int, side: Side, mark: Mark) -> Conversation | None:
        """The conversation with a side's mark moved on; None when the mark stands there or further on."""
        joined = ", #has_joined = :true" if side is Side.CUSTOMER else ""
        try:
            return self._changed(
                conversation_id,
                f"SET #{side}_read = :number, #{side}_seen = :seen{joined}",
                f"#{side}_read < :number",
                number=mark.number,
                seen=mark.seen,
                **({"true": True} if joined else {}),
            )
        except ConditionFailed:
            return None

    def join(self, conversation: Conversation, user_id: int, invitation: str) -> Conversation:
        """The conversation with a customer in place of its contact. Raises ConversationMoved when somebody was
        faster."""
        try:
            return self._changed(
                conversation.id,
                "SET #customer_id = :user, #has_joined = :true",
                "attribute_not_exists(#customer_id) AND #invitation = :invitation",
                user=user_id,
                true=True,
                invitation=invitation,
            )
        except ConditionFailed:
            raise ConversationMoved from None

    def _changed(self, conversation_id: int, expression: str, condition: str, **values: Any) -> Conversation:
        write = self._table.update(_pk(conversation_id), _CONVERSATION, expression, condition=condition, values=values)
        return _conversation(self._table.write(write, returning="ALL_NEW"))

    # Messages

    def append(self, before: Conversation, message: Message, request: IdempotentRequest | None) -> None:
        """Store a message as the next one of a conversation as it was read.

        Raises ConversationMoved; TransactionRefused when a twin of the request wrote the receipt.
        """
        after = before.with_message(message)
        unjoined = "" if before.customer_id else " AND attribute_not_exists(#customer_id)"
        names = ("messages", f"{message.side}_sent", "has_joined", "status", "active_at")
        facts = _facts(after)
        values = {name: facts[name] for name in (*names, *_LAST)}
        writes = [
            self._table.update(
                _pk(before.id),
                _CONVERSATION,
                "SET " + ", ".join(f"#{name} = :{name}" for name in values),
                condition=f"#messages = :before{unjoined}",
                values={**values, "before": before.messages},
            ),
            self._table.put(_message_item(message), condition="attribute_not_exists(#pk)"),
        ]
        if request:
            place = {"conversation_id": message.conversation_id, "number": message.number}
            writes.append(request.receipt(self._table, _user_pk(message.sender_id), place))
        try:
            transact(writes)
        except TransactionRefused as refusal:
            if _RECEIPT in refusal.failures:
                raise
            found = refusal.failures.get(0)
            raise ConversationMoved(_conversation(found) if found else None) from None

    def sent_lookup(self, user_id: int, request: IdempotentRequest) -> Lookup[tuple[int, int] | None]:
        """Conversation and number of the message that a keyed request of the user's sent. Reading it raises
        KeyReused."""

        def interpret(receipt: Item | None) -> tuple[int, int] | None:
            answer = request.answer(receipt)
            return (answer["conversation_id"], answer["number"]) if answer else None

        return Lookup([(self._table, _user_pk(user_id), request.sk)], interpret)

    def message(self, conversation_id: int, number: int) -> Message | None:
        """A message, or None."""
        found = self._table.get(_pk(conversation_id), _message_sk(number), consistent=True)
        return _message(found) if found else None

    def messages(self, conversation_id: int, first: int, last: int, *, newest_first: bool) -> list[Message]:
        """The messages with these numbers, both included."""
        if first > last:
            return []
        bounds = (_message_sk(first), _message_sk(last))
        rows = self._table.query_all(_pk(conversation_id), between=bounds, backwards=newest_first, consistent=True)
        return [_message(row) for row in rows]


def message_of(image: Item) -> Message | None:
    """The message that a row of the table's stream is, None when it is something else. Raises KeyError for one
    without what every message has."""
    return _message(image) if str(image["sk"]).startswith("MESSAGE#") else None


_CONVERSATION = "CONVERSATION"
_LAST = ("last_id", "last_sender", "last_excerpt")
_PARTS = ("last", "seller_mark", "customer_mark")
_NAMES = [field.name for field in fields(Conversation) if field.name not in _PARTS]
# What an item lacks when there is none: an index has only the conversations that have its key.
_OPTIONAL = ("customer_id", "product_id")


def _pk(conversation_id: int) -> str:
    return f"CONVERSATION#{conversation_id}"


def _user_pk(user_id: int) -> str:
    return f"USER#{user_id}"


def _message_sk(number: int) -> str:
    return f"MESSAGE#{number:010d}"


def _facts(conversation: Conversation) -> Item:
    last = conversation.last or LastMessage(0, 0, "")
    facts: Item = {name: getattr(conversation, name) for name in _NAMES}
    facts |= {"last_id": last.id, "last_sender": last.sender_id, "last_excerpt": last.excerpt}
    for side in Side:
        mark = conversation.mark_of(side)
        facts |= {f"{side}_read": mark.number, f"{side}_seen": mark.seen}
    return {name: value for name, value in facts.items() if value is not None}


def _item(conversation: Conversation) -> Item:
    return {"pk": _pk(conversation.id), "sk": _CONVERSATION, **_facts(conversation)}


def _conversation(item: Item) -> Conversation:
    said: dict[str, Any] = {name: item.get(name) if name in _OPTIONAL else item[name] for name in _NAMES}
    last = LastMessage(item["last_id"], item["last_sender"], item["last_excerpt"]) if item["messages"] else None
    said |= {f"{side}_mark": Mark(item[f"{side}_read"], item[f"{side}_seen"]) for side in Side}
    return Conversation(**said, last=last)


# The participants of a message must not be keys of the indexes, which list conversations.
_PARTICIPANTS = {"seller_id": "seller", "customer_id": "customer"}


def _message_item(message: Message) -> Item:
    facts = {_PARTICIPANTS.get(name, name): value for name, value in asdict(message).items()}
    return {"pk": _pk(message.conversation_id), "sk": _message_sk(message.number), **facts, "side": str(message.side)}


def _message(item: Item) -> Message:
    said = {field.name: item[_PARTICIPANTS.get(field.name, field.name)] for field in fields(Message)}
    return Message(**{**said, "side": Side(said["side"])})
