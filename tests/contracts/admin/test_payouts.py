"""Staff has sellers paid, sees what they are owed, and takes care of payouts that do not arrive."""

import json

import pytest

from commerce.kit.aws import client
from commerce.payouts.service import payouts
from support.builders import Person, a_person
from support.client import Client
from support.fake_transfers import FakeTransfers
from support.paying import begun, earned
from workers.payouts.app import handler

pytestmark = pytest.mark.usefixtures("aws")
staff_api = Client("admin")
BASE = "/admin/api/payouts"


@pytest.fixture
def staff() -> Person:
    return a_person(is_staff=True)


@pytest.fixture
def seller() -> Person:
    return a_person(is_seller=True)


def work() -> None:
    """The worker takes what waits in the queue, until nothing does."""
    url = client("sqs").get_queue_url(QueueName="payouts")["QueueUrl"]
    while found := client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        records = [{"messageId": one["MessageId"], "body": one["Body"]} for one in found]
        assert handler({"Records": records}, None) == {"batchItemFailures": []}
        for one in found:
            client("sqs").delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])


def actions(staff: Person) -> list[str]:
    trail = staff_api.get("/admin/api/audit/", token=staff.access).body["actions"]
    return [entry["action"] for entry in trail if entry["action"].startswith("payout")][::-1]


def test_a_run_pays_all_and_is_recorded(staff: Person, seller: Person) -> None:
    earned(seller)
    answer = staff_api.post(f"{BASE}/run/", json={}, token=staff.access)
    assert (answer.status, answer.body) == (202, {"detail": "Everybody who has enough is being paid."})
    staff_api.post(f"{BASE}/run/", json={}, token=staff.access)
    work()
    work()
    [paid] = staff_api.get(f"{BASE}/", query={"state": "paid"}, token=staff.access).body["payouts"]
    assert (paid["seller_id"], paid["amount"], paid["fee"], paid["tries"]) == (seller.id, "90.00", "0.25", 1)
    assert staff_api.get(f"{BASE}/{paid['reference']}/", token=staff.access).body == paid
    assert actions(staff) == ["payouts.run", "payouts.run"]


def test_one_seller_is_paid_once_for_a_key(staff: Person, seller: Person) -> None:
    earned(seller, 1_000)
    path, headers = f"{BASE}/sellers/{seller.id}/run/", {"Idempotency-Key": "k"}
    [balance] = staff_api.get(f"{BASE}/sellers/{seller.id}/", token=staff.access).body["balances"]
    assert (balance["seller_id"], balance["available"]) == (seller.id, "9.00")
    first = staff_api.post(path, json={"currency": "usd"}, token=staff.access, headers=headers)
    again = staff_api.post(path, json={"currency": "usd"}, token=staff.access, headers=headers)
    assert (first.status, again.status, again.body["id"]) == (201, 201, first.body["id"])
    assert again.headers["Idempotent-Replayed"] == "true"
    refused = staff_api.post(path, json={"currency": "USD"}, token=staff.access)
    assert (refused.status, refused.body["code"]) == (400, "payout_refused")
    work()
    assert actions(staff) == ["payout.begun"]
    closing = staff_api.get(f"{BASE}/sellers/{seller.id}/statement/", token=staff.access).body["closing_balance"]
    assert closing == "0.00"


def test_what_does_not_arrive_is_checked_and_given_up(staff: Person, seller: Person) -> None:
    reference = begun(seller).reference
    [waiting] = staff_api.get(f"{BASE}/", token=staff.access).body["payouts"]
    assert (waiting["reference"], waiting["status"]) == (reference, "created")
    FakeTransfers(refusals=1).install()
    failed = staff_api.post(f"{BASE}/{reference}/check/", json={}, token=staff.access).body
    assert (failed["status"], "recipient is closed" in failed["problem"]) == ("failed", True)
    other = payouts().runs.begin(seller.id, "USD")
    assert other is not None
    given_up = staff_api.post(f"{BASE}/{other.value.reference}/fail/", json={"reason": "shut"}, token=staff.access)
    assert (given_up.body["status"], given_up.body["problem"]) == ("failed", "Staff: shut")
    again = staff_api.post(f"{BASE}/{other.value.reference}/fail/", json={"reason": "shut"}, token=staff.access)
    assert again.status == 400
    for unknown in ("po_1_2", "ORD_1_0123456789"):
        assert staff_api.get(f"{BASE}/{unknown}/", token=staff.access).status == 404
    assert actions(staff) == ["payout.checked", "payout.given_up"]
    [balance] = staff_api.get(f"{BASE}/balances/", token=staff.access).body["balances"]
    assert balance["available"] == "90.00"


def test_a_webhook_only_has_its_provider_asked(staff: Person, seller: Person) -> None:
    from workers.settlement.app import handler as settle

    reference = begun(seller).reference
    bank = FakeTransfers().install()
    notice = {"provider": "paystack", "event_id": "1", "kind": "transfer.success", "received_at": 1}
    body = {"subject": "transfer", "subject_id": reference, "reference": "", "order_id": None, "notice": notice}
    settle({"Records": [{"messageId": "1", "body": json.dumps(body)}]}, None)
    assert payouts().any_payout(staff.principal, reference).state == "created", "a webhook was believed"
    work()
    assert payouts().any_payout(staff.principal, reference).state == "paid"
    assert bank.book == {reference: [9_000]}
