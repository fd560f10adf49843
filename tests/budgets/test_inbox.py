"""A page of somebody's conversations takes the same AWS calls however many they have, and the first the same units."""

from dataclasses import replace

import pytest

from commerce.chat.model import Conversation, ConversationFilter, NewConversation
from commerce.chat.service import chat
from commerce.kit.pages import PageRequest
from commerce.kit.principal import Principal
from support.builders import a_person
from support.meter import Meter

pytestmark = pytest.mark.usefixtures("aws")

SIZE = 10


def page(seller: Principal, number: int, wanted: ConversationFilter) -> tuple[list[int], str, float]:
    """The conversations of a page by how long ago they were active, and what they cost."""
    with Meter() as meter:
        found = chat().conversations(seller, wanted, PageRequest(number, SIZE))
    return [one.active_at for one in found.conversations], meter.names, meter.rcu


def test_the_cost_of_a_page_does_not_grow() -> None:
    seller = a_person(is_seller=True).principal
    first: Conversation = chat().start(seller, NewConversation(customer_email="c@example.com")).value

    def add(ages: range) -> None:
        for age in ages:
            other = replace(first, id=first.id + age, active_at=first.active_at - age)
            chat()._store.create(other, seller.user_id, None)

    every, one = ConversationFilter(), ConversationFilter(text="c@example")
    add(range(1, SIZE + 1))
    small = page(seller, 1, every)
    add(range(SIZE + 1, 60))

    assert page(seller, 1, every) == small
    assert small[:2] == ([first.active_at - age for age in range(SIZE)], "Query ×2, BatchGetItem")
    last, names, _ = page(seller, 6, every)
    assert (last, names) == ([first.active_at - age for age in range(50, 60)], "Query ×2, BatchGetItem")
    assert page(seller, 6, one)[:2] == (last, names)
    assert page(seller, 7, every)[0] == []
