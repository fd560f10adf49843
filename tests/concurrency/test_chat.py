"""Many writers in one conversation at once: every message once, numbered without gaps, in one order for everybody. And
the count that is read and written back, which must fail the same test."""

import os
from collections import Counter
from itertools import count
from typing import Any

import pytest

from commerce.chat.model import MAX_CONTENT_LENGTH, Conversation, Message, NewConversation
from commerce.chat.service import chat
from commerce.chat.store import ChatStore
from commerce.kit import clock, settings
from commerce.kit.errors import Busy, NotFound
from commerce.kit.idempotency import IdempotentRequest
from commerce.kit.pages import PageRequest
from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from support.builders import an_open_account
from support.concurrency import at_once

pytestmark = pytest.mark.usefixtures("dynamodb")

SELLER, CUSTOMER = Principal(60_001, is_seller=True), Principal(60_002)
WRITERS = 20
EACH = 25 if os.environ.get("FULL") == "1" else 2


def a_conversation() -> int:
    """Of the two, who are both there."""
    for person in (SELLER, CUSTOMER):
        an_open_account(person.user_id)
    made = chat().start(SELLER, NewConversation(customer_email="jane@example.com")).value
    return chat().join(CUSTOMER, made.id, made.invitation).id


def all_messages(reader: Principal, conversation_id: int) -> list[Message]:
    found: list[Message] = []
    for number in count(1):
        page = chat().messages(reader, conversation_id, PageRequest(number, 100))
        found += page.messages
        if len(found) >= page.total:
            return found
    raise AssertionError


def write(argument: tuple[int, int]) -> list[int]:
    """One device of one of the two says several things, one after the other; the numbers that these were given."""
    conversation_id, writer = argument
    person = (SELLER, CUSTOMER)[writer % 2]
    chat()._limiter._rules["chat_send"] = (1_000_000, 60)
    return [say(person, conversation_id, f"{writer}:{line}") for line in range(EACH)]


def say(person: Principal, conversation_id: int, content: str) -> int:
    """As a client does: who is turned away for the others' sake was not heard, and says it again."""
    while True:
        try:
            return chat().send(person, conversation_id, content).value.number
        except Busy:
            continue


def test_twenty_writers_make_one_order_for_all() -> None:
    conversation = a_conversation()
    numbers = at_once(write, [(conversation, writer) for writer in range(WRITERS)], WRITERS)

    messages = all_messages(SELLER, conversation)
    assert [message.number for message in messages] == list(range(1, WRITERS * EACH + 1))
    assert messages == all_messages(CUSTOMER, conversation)
    # Each device's own words stand in the order in which it said them, under the numbers that it was told.
    said = {message.number: message.content for message in messages}
    for writer, given in enumerate(numbers):
        assert [said[number] for number in given] == [f"{writer}:{line}" for line in range(EACH)]
        assert given == sorted(given)
    assert len({message.id for message in messages}) == len(messages)
    assert [message.sent_at for message in messages] == sorted(message.sent_at for message in messages)
    found = chat().conversation(SELLER, conversation)
    assert (found.seller_sent, found.customer_sent) == (WRITERS * EACH // 2,) * 2


def naive_write(argument: tuple[int, int]) -> None:
    """A count that is read, and written back with the message."""
    conversation_id, writer = argument
    table = Table(settings.text("CHAT_TABLE"))
    for line in range(EACH):
        found = table.get(f"NAIVE#{conversation_id}", "COUNT", consistent=True) or {"messages": 0}
        number = found["messages"] + 1
        table.write(table.put({"pk": f"NAIVE#{conversation_id}", "sk": f"MESSAGE#{number:010d}", "said": writer}))
        table.write(table.put({"pk": f"NAIVE#{conversation_id}", "sk": "COUNT", "messages": number, "line": line}))


def test_control_a_count_that_is_read_and_written_back_loses_messages() -> None:
    at_once(naive_write, [(1, writer) for writer in range(WRITERS)], WRITERS)
    rows = Table(settings.text("CHAT_TABLE")).query_all("NAIVE#1", prefix="MESSAGE#")
    assert len(list(rows)) < WRITERS * EACH


def send_keyed(conversation_id: int) -> tuple[int, bool]:
    request = IdempotentRequest("POST /api/chat/messages/", "k", "f")
    sent = chat().send(CUSTOMER, conversation_id, "Once", request)
    return sent.value.number, sent.replayed


def test_a_keyed_message_that_comes_twenty_times_at_once_is_one() -> None:
    conversation = a_conversation()
    outcomes = Counter(at_once(send_keyed, [conversation] * WRITERS))
    assert outcomes == {(1, False): 1, (1, True): WRITERS - 1}
    assert [message.content for message in all_messages(SELLER, conversation)] == ["Once"]


def come(argument: tuple[int, str, int]) -> str:
    conversation_id, invitation, user = argument
    try:
        chat().join(Principal(user), conversation_id, invitation)
    except NotFound:
        return "turned away"
    return "joined"


def test_an_invitation_admits_one() -> None:
    an_open_account(SELLER.user_id)
    made = chat().start(SELLER, NewConversation(customer_email="jane@example.com")).value
    outcomes = at_once(come, [(made.id, made.invitation, 61_000 + number) for number in range(WRITERS)])
    assert Counter(outcomes) == {"joined": 1, "turned away": WRITERS - 1}


def read_and_say(argument: tuple[int, Any]) -> None:
    conversation_id, up_to = argument
    if up_to is None:
        chat().send(SELLER, conversation_id, "More")
    else:
        chat().mark_read(CUSTOMER, conversation_id, up_to)


def test_marks_only_go_on_and_unread_is_exact() -> None:
    conversation = a_conversation()
    for _ in range(6):
        chat().send(SELLER, conversation, "Hello")
    at_once(read_and_say, [(conversation, one) for one in (1, 5, None, 2, None, 4, 3, 5, None, 1)])
    found: Conversation = chat().conversation(CUSTOMER, conversation)
    assert (found.messages, found.customer_mark.number) == (9, 5)
    assert found.unread(found.side_of(CUSTOMER)) == 4


def test_the_longest_message_in_the_widest_letters_is_kept() -> None:
    conversation, content = a_conversation(), "𝄞" * MAX_CONTENT_LENGTH
    chat().send(CUSTOMER, conversation, content)
    stored = ChatStore(Table(settings.text("CHAT_TABLE"))).message(conversation, 1)
    assert stored is not None and stored.content == content and stored.sent_at <= clock.now_ms()
