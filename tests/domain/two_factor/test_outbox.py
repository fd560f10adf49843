"""What a changed row of the Accounts table tells: changes of the second factor, and nothing else."""

import pytest

from commerce.events.model import read_account_event, read_order_event
from commerce.events.reading import read_event
from commerce.two_factor.outbox import account_events

ROW = {
    "pk": "USER#7",
    "sk": "TWOFACTOR",
    "state": "on",
    "secret": "sealed",
    "codes": {"d": True},
    "version": 3,
    "change": "enabled",
    "changed_at": 1_900_000_000_000,
}


def test_a_new_version_is_an_event_that_names_neither_secret_nor_codes() -> None:
    [event] = account_events(ROW | {"version": 2}, ROW)
    assert (event.name, event.id, event.source) == ("TwoFactorChanged", "TwoFactorChanged:7:3", "bazaar.accounts")
    assert event.payload == {
        "event_id": "TwoFactorChanged:7:3",
        "version": 1,
        "occurred_at": 1_900_000_000_000,
        "user_id": 7,
        "change": "enabled",
    }
    assert read_event(event.name, event.payload) == read_account_event(event.name, event.payload) == event


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ROW, ROW | {"last_step": 5}),  # A step was accepted at a login.
        (None, {"pk": "USER#7", "sk": "TWOFACTOR", "state": "pending", "secret": "sealed"}),
        (ROW, None),
        (None, {"pk": "USER#7", "sk": "USER", "epoch": 3}),
        (None, {"pk": "EMAIL#a@b.c", "sk": "CREDENTIAL", "password_hash": "x"}),
    ],
)
def test_everything_else_says_nothing(before: dict | None, after: dict | None) -> None:
    assert account_events(before, after) == []


def test_readers_refuse_what_they_do_not_know() -> None:
    [event] = account_events(None, ROW)
    for read in (read_account_event, read_event):
        for name, payload in (
            ("Unheard", event.payload),
            (event.name, event.payload | {"version": 2}),
            (event.name, {"version": 1}),
        ):
            with pytest.raises(Exception, match=name):
                read(name, payload)
    with pytest.raises(Exception, match="TwoFactorChanged"):
        read_order_event(event.name, event.payload)
