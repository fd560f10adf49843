"""From a change of the second factor to the owner's log and mailbox: stream, bus, queues, workers."""

import importlib
import json
from dataclasses import replace
from typing import Any

import boto3
import pytest
import time_machine
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from commerce.events.model import read_account_event
from commerce.kit.attributes import item_to_wire
from commerce.kit.tables import Table
from commerce.mail.model import _TWO_FACTOR
from commerce.mail.service import Mailer, mailer
from commerce.sessions.tokens import verify
from commerce.two_factor.model import Change
from commerce.two_factor.service import two_factor
from storefront.socket import message
from support.authenticator import Authenticator
from support.builders import a_person
from support.realtime import LambdaContext, realtime_of
from support.samples import queue_message, sample

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def mailbox(aws: None) -> list[Any]:
    """All mails that SES has sent."""
    boto3.client("sesv2").create_email_identity(EmailIdentity="shop@shop.test")
    return ses_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].sent_messages


def handle(worker: str, event: dict[str, Any]) -> Any:
    return importlib.import_module(f"workers.{worker}.app").handler(event, LambdaContext())


def told(user_id: int, change: str = "enabled", version: int = 1) -> dict[str, Any]:
    """A queue message that says so."""
    envelope = json.loads(sample("sqs-two-factor-changed")["Records"][0]["body"])
    envelope["detail"] |= {"user_id": user_id, "change": change, "event_id": f"TwoFactorChanged:{user_id}:{version}"}
    return {"Records": [queue_message(envelope, "1")]}


def test_the_sample_of_the_stream_becomes_the_sample_of_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[Any] = []
    outbox = importlib.import_module("workers.outbox.app")
    monkeypatch.setattr(outbox._bus, "publish", published.extend)
    assert handle("outbox", sample("dynamodb-accounts-stream")) == {"batchItemFailures": []}
    envelope = json.loads(sample("sqs-two-factor-changed")["Records"][0]["body"])
    [event] = published
    assert (event.source, event.name, event.payload) == (
        envelope["source"],
        envelope["detail-type"],
        envelope["detail"],
    )


@time_machine.travel(1_900_000_000, tick=False)
def test_every_change_reaches_the_outbox_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enabled, a code used, codes made again, disabled: as the rows really stand, one after the other."""
    person = a_person()
    events, before = [], None
    outbox = importlib.import_module("workers.outbox.app")
    monkeypatch.setattr(outbox._bus, "publish", events.extend)

    def follow() -> None:
        nonlocal before
        row = Table("Accounts").get(f"USER#{person.id}", "TWOFACTOR")
        images = {"NewImage": item_to_wire(row)} | ({"OldImage": item_to_wire(before)} if before else {})
        handle("outbox", {"Records": [{"dynamodb": {"SequenceNumber": "1", **images}}]})
        before = row

    caller = verify(person.access)
    app = Authenticator(two_factor().enable(caller).otpauth_url)
    follow()
    enabled = two_factor().verify(caller, app.code(steps=-1))
    follow()
    caller = verify(enabled.tokens.access)
    used = two_factor().verify_backup_code(caller, enabled.backup_codes[0])
    follow()
    caller = verify(used.tokens.access)
    two_factor().regenerate_backup_codes(caller, app.code())
    follow()
    caller = replace(caller, epoch=caller.epoch + 1)
    two_factor().disable(caller, app.code(steps=1))
    follow()
    assert [(event.id.rpartition(":")[2], event.payload["change"]) for event in events] == [
        ("1", "enabled"),
        ("2", "backup_code_used"),
        ("3", "backup_codes_regenerated"),
        ("4", "disabled"),
    ]


@pytest.mark.parametrize("change", Change)
def test_every_change_is_mailed_to_its_owner_once(change: str, mailbox: list[Any]) -> None:
    person = a_person(first_name="Ada")
    for _ in range(3):
        assert handle("mail", told(person.id, change)) == {"batchItemFailures": []}
    [mail] = mailbox
    assert (mail.source, mail.destinations["ToAddresses"]) == ("shop@shop.test", [person.user.email])
    assert mail.subject == _TWO_FACTOR[change][0]
    assert mail.body.startswith(f"Hello Ada,\n\n{_TWO_FACTOR[change][1]}\n\nIt happened at 2025-01-09T10:00:00Z")
    assert handle("mail", told(person.id, change, version=2)) == {"batchItemFailures": []}
    assert len(mailbox) == 2


def test_every_change_has_words() -> None:
    assert set(_TWO_FACTOR) == set(Change)


def test_what_cannot_be_mailed_comes_again(aws: None) -> None:
    """SES knows no such sender yet: nothing is recorded as sent."""
    person = a_person()
    assert handle("mail", told(person.id)) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert Table("Realtime").get(f"MAIL#TwoFactorChanged:{person.id}:1", "SENT") is None
    # An account that does not exist will never be mailed, and holds nobody up.
    assert handle("mail", told(8)) == {"batchItemFailures": []}


def test_without_an_address_nothing_is_mailed(mailbox: list[Any]) -> None:
    person = a_person()
    envelope = json.loads(told(person.id)["Records"][0]["body"])
    without = Mailer(mailer()._store, mailer()._accounts, None)
    without.tell(read_account_event(envelope["detail-type"], envelope["detail"]))
    assert mailbox == []


def test_the_owner_s_log_has_it_once() -> None:
    for _ in range(2):
        assert handle("notifications", sample("sqs-two-factor-changed")) == {"batchItemFailures": []}
    [entry] = realtime_of().history(7)
    assert (entry.name, entry.role, entry.payload["change"]) == ("TwoFactorChanged", "owner", "enabled")


def test_a_socket_of_orders_says_nothing_of_it() -> None:
    handle("notifications", sample("sqs-two-factor-changed"))
    [entry] = realtime_of().history(7)
    assert message(entry) is None
