"""What each provider's words for a refund mean, and what becomes of refunds that are late, refused or undone."""

import pytest

from commerce.payments.providers.model import ProviderTrouble, RefundReport, RefundState, Subject

REFUND = {
    "paystack": "POST /refund",
    "stripe": "POST /v1/refunds",
    "flutterwave": "POST /v3/transactions",
    "paypal": "POST /v2/payments/captures",
}
# Refused today, and perhaps not tomorrow.
LATER = [
    ("paystack", "insufficient_balance"),
    ("stripe", "balance_insufficient"),
    ("flutterwave", "unnamed"),
    ("flutterwave", "insufficient_funds"),
    ("paypal", "REFUND_FAILED_INSUFFICIENT_FUNDS"),
    ("paypal", "PENDING_CAPTURE"),
]
FOR_GOOD = [
    ("paystack", "transaction_reversed"),
    ("stripe", "charge_already_refunded"),
    ("stripe", "charge_disputed"),
    ("flutterwave", "refund_exceeds"),
    ("paypal", "REFUND_TIME_LIMIT_EXCEEDED"),
    ("paypal", "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK"),
]
FIRST = {
    "paystack": RefundState.PENDING,
    "stripe": RefundState.DONE,
    "flutterwave": RefundState.PENDING,
    "paypal": RefundState.DONE,
}


def paid(till) -> str:
    return till.gateway.fetch_status(till.paid()).transaction


def test_a_refund_is_asked_for_without_being_made(till) -> None:
    refund = till.refund(paid(till), 1_000)
    assert till.gateway.fetch_refund(refund) == RefundReport(RefundState.PENDING)
    assert till.refunds == []
    assert till.gateway.refund(refund).state is FIRST[till.name]
    assert till.gateway.fetch_refund(refund) == RefundReport(RefundState.DONE)
    assert len(till.refunds) == 1


@pytest.mark.parametrize(("name", "code"), LATER)
def test_what_is_refused_for_now_is_trouble_and_done_later_once(till_of, name: str, code: str) -> None:
    till = till_of(name)
    transaction = paid(till)
    till.fails("refuse", REFUND[name], code=code)
    for tries in range(2):
        try:
            till.gateway.refund(till.refund(transaction, 1_000, tries=tries))
        except ProviderTrouble:
            assert tries == 0
    assert till.gateway.fetch_refund(till.refund(transaction, 1_000)).state is RefundState.DONE
    assert [row["amount_minor"] for row in till.refunds] == [1_000]


@pytest.mark.parametrize(("name", "code"), FOR_GOOD)
def test_what_is_refused_for_good_needs_a_person(till_of, name: str, code: str) -> None:
    till = till_of(name)
    transaction = paid(till)
    till.fails("refuse", REFUND[name], code=code)
    report = till.gateway.refund(till.refund(transaction, 1_000))
    assert report.state is RefundState.REFUSED
    assert report.problem


@pytest.mark.parametrize("outcome", ["failed", "attention"])
def test_a_refund_that_fails_says_why(till, outcome: str) -> None:
    transaction = paid(till)
    till.sandbox.sandbox.configure(refund_outcome=outcome)
    refund = till.refund(transaction, 1_000)
    till.gateway.refund(refund)
    report = till.gateway.fetch_refund(refund)
    assert report.state is RefundState.REFUSED
    assert report.problem
    if (till.name, outcome) == ("paystack", "attention"):
        assert "bank account" in report.problem
    assert till.refunds == []


def test_flutterwaves_completed_says_only_that_it_was_begun(till_of) -> None:
    till = till_of("flutterwave")
    refund = till.refund(paid(till), 1_000)
    assert till.gateway.refund(refund) == RefundReport(RefundState.PENDING)
    till.sandbox.sandbox.configure(refund_outcome="failed")
    other = till.refund(refund.transaction, 1_000, "REF_7_2")
    assert till.gateway.refund(other) == RefundReport(RefundState.PENDING)
    assert till.gateway.fetch_refund(other).state is RefundState.REFUSED


def test_a_paypal_refund_made_under_a_forgotten_key_is_found_and_not_made_again(till_of) -> None:
    till = till_of("paypal")
    transaction = paid(till)
    till.gateway.refund(till.refund(transaction, 1_000))
    store = till.sandbox.sandbox._store
    with store.transaction():
        store._database.execute("DELETE FROM objects WHERE kind = 'paypal.request'")
    assert till.gateway.refund(till.refund(transaction, 1_000, tries=1)) == RefundReport(RefundState.DONE)
    assert len(till.refunds) == 1


@pytest.mark.parametrize("issue", ["DUPLICATE_INVOICE_ID", "CAPTURE_FULLY_REFUNDED"])
def test_a_paypal_refund_that_nobody_can_be_shown_any_more_needs_a_person(till_of, issue: str) -> None:
    till = till_of("paypal")
    refund = till.refund(paid(till), 1_000)
    faults = [
        {"kind": "refuse", "on": "paypal POST /v2/payments", "code": issue},
        {"kind": "refuse", "on": "paypal GET /v2/checkout", "code": "INVALID_RESOURCE_ID"},
    ]
    till.sandbox.sandbox.configure(faults=faults)
    report = till.gateway.refund(refund)
    assert report.state is RefundState.REFUSED
    assert issue in report.problem


@pytest.mark.parametrize(
    ("name", "kind"),
    [("paystack", "refund.failed"), ("stripe", "refund.failed"), ("paypal", "PAYMENT.REFUND.FAILED")],
)
def test_the_webhook_of_a_failed_refund_leads_to_it(till_of, name: str, kind: str) -> None:
    till = till_of(name)
    transaction = paid(till)
    till.sandbox.sandbox.configure(refund_outcome="failed")
    refund = till.refund(transaction, 1_000)
    till.gateway.refund(refund)

    def of_kind(received) -> list:
        notices = [till.gateway.verify_webhook(request.headers, request.body) for request in received]
        return [notice for notice in notices if notice.kind == kind]

    [notice] = of_kind(till.receiver.wait_for(of_kind))
    assert (notice.subject, notice.reference) == (Subject.REFUND, refund.reference)
    # Paystack's says nothing of our id: all refunds of the reference are looked at.
    assert notice.subject_id == ("" if name == "paystack" else refund.id)
    assert till.gateway.fetch_refund(refund).state is RefundState.REFUSED
