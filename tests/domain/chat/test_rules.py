"""The rules of conversations, without a table."""

from dataclasses import replace

import pytest

from commerce.chat.model import (
    CLOSED,
    EXCERPT_LENGTH,
    MAX_CONTENT_LENGTH,
    Conversation,
    ConversationFilter,
    ListedConversation,
    Mark,
    Side,
    checked_content,
    checked_name,
    excerpt,
    next_message,
)
from commerce.kit.errors import InvalidInput, NotFound
from commerce.kit.principal import Principal

SELLER, CUSTOMER, STAFF = Principal(11, is_seller=True), Principal(7), Principal(1, is_staff=True)
EMPTY = Conversation(
    id=5,
    seller_id=11,
    seller_name="Sam",
    customer_id=7,
    customer_name="Jane Doe",
    customer_email="jane@example.com",
    product_id=3,
    product_name="Lamp",
    source="instagram",
    created_at=1_000,
    active_at=1_000,
    invitation="secret",
)


def said(conversation: Conversation, *speakers: Principal) -> Conversation:
    for number, speaker in enumerate(speakers):
        conversation = conversation.with_message(next_message(conversation, speaker, f"{number}", 100, 2_000))
    return conversation


def test_unread_is_what_the_other_side_sent_after_the_mark() -> None:
    talk = said(EMPTY, CUSTOMER, CUSTOMER, SELLER, CUSTOMER)
    assert (talk.unread(Side.SELLER), talk.unread(Side.CUSTOMER)) == (3, 1)
    third = next_message(said(EMPTY, CUSTOMER, CUSTOMER), SELLER, "x", 100, 2_000)
    assert third.mark(Side.SELLER) == Mark(3, 2)
    assert third.mark(Side.CUSTOMER) == Mark(3, 1)
    assert replace(talk, seller_mark=third.mark(Side.SELLER)).unread(Side.SELLER) == 1
    assert replace(talk, seller_mark=talk.latest_mark(Side.SELLER)).unread(Side.SELLER) == 0


def test_ids_and_times_grow_even_when_the_clock_does_not() -> None:
    late = replace(EMPTY, active_at=9_000)
    first = next_message(late, CUSTOMER, "x", 100, 2_000)
    second = next_message(late.with_message(first), SELLER, "y", 90, 1_999)
    assert (first.id, second.id, first.sent_at, second.sent_at) == (100, 101, 9_000, 9_000)
    assert (first.number, second.number) == (1, 2)


def test_who_takes_part() -> None:
    assert (EMPTY.side_of(SELLER), EMPTY.side_of(CUSTOMER)) == (Side.SELLER, Side.CUSTOMER)
    for other in (STAFF, Principal(8)):
        with pytest.raises(NotFound):
            EMPTY.side_of(other)
        with pytest.raises(NotFound):
            next_message(EMPTY, other, "x", 1, 1)


def test_what_a_seller_sees_of_who_has_not_shown_up_does_not_tell_whether_they_could() -> None:
    contact = replace(EMPTY, customer_id=None)
    for one in (EMPTY, contact):
        assert (one.customer_shown_to(Side.SELLER), one.invitation_shown_to(Side.SELLER)) == (None, "secret")
    assert (EMPTY.customer_shown_to(Side.CUSTOMER), EMPTY.invitation_shown_to(Side.CUSTOMER)) == (7, None)
    shown = said(EMPTY, CUSTOMER)
    assert (shown.customer_shown_to(Side.SELLER), shown.invitation_shown_to(Side.SELLER)) == (7, None)
    assert said(EMPTY, SELLER).customer_shown_to(Side.SELLER) is None


def test_a_message_opens_a_closed_conversation() -> None:
    assert said(replace(EMPTY, status=CLOSED), SELLER).status == "open"


def test_filters() -> None:
    listed = ListedConversation(5, "open", "instagram", "Sam", "Jane Doe", "jane@example.com")
    for wanted in ({}, {"status": "open"}, {"source": "instagram"}, {"text": "JANE d"}, {"text": "@example"}):
        assert ConversationFilter(**wanted).admits(listed), wanted
    for wanted in ({"status": "closed"}, {"source": "website"}, {"text": "joe"}, {"status": "closed", "text": "jane"}):
        assert not ConversationFilter(**wanted).admits(listed), wanted


def test_texts() -> None:
    assert checked_content(" a\r\nb\rc\td ") == " a\nb\nc\td "
    assert checked_content("<b>https://example.com</b> مرحبا 👋🏽") == "<b>https://example.com</b> مرحبا 👋🏽"
    for bad in ("", " \n\t", "x" * (MAX_CONTENT_LENGTH + 1), "\x07", "\x7f", "\x85", "a\x00", "\ud800"):
        with pytest.raises(InvalidInput):
            checked_content(bad)
    assert checked_name("  Jane ") == "Jane"
    for bad in ("x" * 151, "Jane\nDoe"):
        with pytest.raises(InvalidInput):
            checked_name(bad)
    assert excerpt("a\n\n b   c") == "a b c"
    assert len(excerpt("x" * 1_000)) == EXCERPT_LENGTH
