"""Webhooks: what a provider sent is believed to be its own, and nothing else is."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable

import pytest

from commerce.payments.providers.model import ProviderTrouble, SignatureRefused
from local.sandbox import keys

REFERENCE = "ORD_7_a1b2c3d4e5"
Message = tuple[dict[str, str], bytes]
Forgery = Callable[[dict[str, str], bytes], Message]

KINDS = {
    "paystack": ["charge.success", "refund.pending", "refund.processed"],
    "stripe": ["payment_intent.succeeded", "checkout.session.completed", "charge.refunded"],
    "flutterwave": ["charge.completed"],
    "paypal": ["CHECKOUT.ORDER.APPROVED", "PAYMENT.CAPTURE.COMPLETED", "PAYMENT.CAPTURE.REFUNDED"],
}
SIGNED_BY = {
    "paystack": "x-paystack-signature",
    "stripe": "stripe-signature",
    "flutterwave": "flutterwave-signature",
    "paypal": "paypal-transmission-sig",
}


def genuine(till) -> Message:
    """The webhook of a payment, as it arrived."""
    if till.name == "flutterwave":
        till.sandbox.sandbox.configure(signature="flutterwave-signature")
    till.paid()
    received = till.receiver.wait(1)[0]
    return received.headers, received.body


def with_header(name: str, change: Callable[[str], str]) -> Forgery:
    return lambda headers, body: (headers | {name: change(headers[name])}, body)


def without_header(name: str) -> Forgery:
    return lambda headers, body: ({key: value for key, value in headers.items() if key != name}, body)


def altered(change: Callable[[bytes], bytes]) -> Forgery:
    return lambda headers, body: (headers, change(body))


def reparsed(body: bytes) -> bytes:
    return json.dumps(json.loads(body)).encode()


def of_every(name: str) -> dict[str, Forgery]:
    """What is tried with every provider's webhook; `name` is the header of its signature."""
    return {
        "unsigned": without_header(name),
        "empty signature": with_header(name, lambda _: ""),
        "garbage": with_header(name, lambda _: "garbage"),
        "signature cut short": with_header(name, lambda value: value[:-2]),
        "signature lengthened": with_header(name, lambda value: value + "0"),
        "last letter changed": with_header(name, lambda value: value[:-3] + ("aaa" if value[-3:] != "aaa" else "bbb")),
        "letters beyond ASCII": with_header(name, lambda value: value[:-1] + "é"),
        "another reference": altered(lambda body: body.replace(b"ORD_7_", b"ORD_8_")),
        "another amount": altered(lambda body: body.replace(b"8", b"9", 1)),
        "written again": altered(reparsed),
        "a byte more": altered(lambda body: body + b"}"),
        "no body": altered(lambda _: b""),
        "not text": altered(lambda body: b"\xff\xfe" + body),
        "in another encoding": altered(lambda body: body.decode().encode("utf-16")),
    }


def stripe_signed(body: bytes, at: float, key: str = keys.STRIPE_WEBHOOK_SECRET, version: str = "v1") -> str:
    stamp = int(at)
    digest = hmac.new(key.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},{version}={digest}"


def stripe_forged(make: Callable[[bytes], str]) -> Forgery:
    return lambda headers, body: (headers | {"stripe-signature": make(body)}, body)


def signed(name: str, key: str, digest: Callable[..., object], encode: Callable[[bytes], str]) -> Forgery:
    return lambda headers, body: (headers | {name: encode(hmac.new(key.encode(), body, digest).digest())}, body)


def encoded(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


FORGERIES: dict[str, dict[str, Forgery]] = {
    "paystack": {
        "signed with another key": signed(SIGNED_BY["paystack"], "sk_test_other", hashlib.sha512, bytes.hex),
        "signed with no key": signed(SIGNED_BY["paystack"], "", hashlib.sha512, bytes.hex),
        "SHA-256": signed(SIGNED_BY["paystack"], keys.PAYSTACK_SECRET_KEY, hashlib.sha256, bytes.hex),
        "upper case": with_header(SIGNED_BY["paystack"], str.upper),
    },
    "stripe": {
        "signed with another key": stripe_forged(lambda body: stripe_signed(body, time.time(), "whsec_other")),
        "signed with no key": stripe_forged(lambda body: stripe_signed(body, time.time(), "")),
        "five minutes old": stripe_forged(lambda body: stripe_signed(body, time.time() - 302)),
        "a day ahead": stripe_forged(lambda body: stripe_signed(body, time.time() + 86_400)),
        "an old scheme only": stripe_forged(lambda body: stripe_signed(body, time.time(), version="v0")),
        "another time": with_header(
            "stripe-signature", lambda value: f"t={int(time.time()) + 9},{value.split(',')[1]}"
        ),
        "no time": with_header("stripe-signature", lambda value: value.split(",")[1]),
        "no digest": with_header("stripe-signature", lambda value: value.split(",")[0]),
    },
    "flutterwave": {
        "signed with another key": signed("flutterwave-signature", "other", hashlib.sha256, encoded),
        "signed with no key": signed("flutterwave-signature", "", hashlib.sha256, encoded),
        "in hexadecimal": signed("flutterwave-signature", keys.FLUTTERWAVE_HASH, hashlib.sha256, bytes.hex),
        "the hash where the signature belongs": with_header("flutterwave-signature", lambda _: keys.FLUTTERWAVE_HASH),
        "another hash": lambda _, body: ({"verif-hash": "bazaar"}, body),
        "the hash with a space": lambda _, body: ({"verif-hash": keys.FLUTTERWAVE_HASH + " "}, body),
        "the hash and a wrong signature": lambda headers, body: (
            headers | {"verif-hash": keys.FLUTTERWAVE_HASH, "flutterwave-signature": "AAAA"},
            body,
        ),
    },
    "paypal": {
        **{
            f"without {name}": without_header(f"paypal-{name}") for name in ("auth-algo", "cert-url", "transmission-id")
        },
        "another transmission": with_header("paypal-transmission-id", lambda value: value[:-1] + "x"),
        "another time": with_header("paypal-transmission-time", lambda _: "2020-01-01T00:00:00Z"),
    },
}
CERTIFICATES = [
    "http://api.paypal.com/v1/notifications/certs/CERT-1",
    "https://evil.example/certs/CERT-1",
    "https://api.paypal.com.evil.example/certs/CERT-1",
    "https://evilpaypal.com/certs/CERT-1",
    "https://api.paypal.com@evil.example/certs/CERT-1",
    "https://evil.example/?https://api.paypal.com/",
    "https://evil.example#.paypal.com",
    "file:///etc/passwd",
    "https://[api.paypal.com",
    "//api.paypal.com/certs/CERT-1",
    "paypal.com",
]


@pytest.mark.parametrize("signature", ["verif-hash", "flutterwave-signature"])
def test_what_a_provider_sends_is_genuine(till, signature: str) -> None:
    till.sandbox.sandbox.configure(signature=signature)
    transaction = till.gateway.fetch_status(till.paid()).transaction
    till.gateway.refund(till.refund(transaction, 1_000))
    wanted = KINDS[till.name]
    received = till.receiver.wait(len(wanted))
    notices = [till.gateway.verify_webhook(request.headers, request.body) for request in received]
    assert sorted(notice.kind for notice in notices) == sorted(wanted)
    assert {notice.reference for notice in notices} == {REFERENCE}
    assert {notice.provider for notice in notices} == {till.provider}
    assert len({notice.event_id for notice in notices}) == len(wanted)
    again = [till.gateway.verify_webhook(request.headers, request.body).event_id for request in received]
    assert again == [notice.event_id for notice in notices]


@pytest.mark.parametrize("what", of_every(""))
def test_no_forgery_passes(till, what: str) -> None:
    headers, body = genuine(till)
    forged_headers, forged_body = of_every(SIGNED_BY[till.name])[what](headers, body)
    assert (forged_headers, forged_body) != (headers, body)
    with pytest.raises(SignatureRefused):
        till.gateway.verify_webhook(forged_headers, forged_body)
    assert till.gateway.verify_webhook(headers, body).reference == REFERENCE


@pytest.mark.parametrize(("name", "what"), [(name, what) for name in FORGERIES for what in FORGERIES[name]])
def test_no_forgery_of_a_providers_own_kind_passes(till_of, name: str, what: str) -> None:
    till = till_of(name)
    headers, body = genuine(till)
    with pytest.raises(SignatureRefused):
        till.gateway.verify_webhook(*FORGERIES[name][what](headers, body))
    assert till.gateway.verify_webhook(headers, body).reference == REFERENCE


def test_another_providers_webhook_is_refused(till, till_of) -> None:
    headers, body = genuine(till)
    for name in SIGNED_BY:
        if name != till.name:
            with pytest.raises(SignatureRefused):
                till_of(name).gateway.verify_webhook(headers, body)


def test_stripe_accepts_one_right_signature_among_several(till_of) -> None:
    till = till_of("stripe")
    headers, body = genuine(till)
    stamp, digest = headers["stripe-signature"].split(",")
    both = headers | {"stripe-signature": f"{stamp},v1={'0' * 64},{digest}"}
    assert till.gateway.verify_webhook(both, body).reference == REFERENCE
    older = headers | {"stripe-signature": stripe_signed(body, time.time() - 290)}
    assert till.gateway.verify_webhook(older, body).reference == REFERENCE


@pytest.mark.parametrize("certificate", CERTIFICATES)
def test_a_foreign_certificate_is_refused_without_a_call(till_of, certificate: str) -> None:
    till = till_of("paypal")
    headers, body = genuine(till)
    till.gateway._client.url = till.receiver.url
    before = len(till.receiver.received)
    with pytest.raises(SignatureRefused):
        till.gateway.verify_webhook(headers | {"paypal-cert-url": certificate}, body)
    assert len(till.receiver.received) == before


def test_a_webhook_of_another_paypal_application_is_refused(till_of, payment_keys: dict[str, str]) -> None:
    till = till_of("paypal")
    headers, body = genuine(till)
    payment_keys["paypal_webhook_id"] = "0XW12345AB678901C"
    with pytest.raises(SignatureRefused):
        till.gateway.verify_webhook(headers, body)


def test_a_paypal_that_cannot_say_is_trouble_and_no_refusal(till_of) -> None:
    till = till_of("paypal")
    headers, body = genuine(till)
    till.fails("500-before", "POST /v1/notifications", times=2)
    with pytest.raises(ProviderTrouble):
        till.gateway.verify_webhook(headers, body)
    assert till.gateway.verify_webhook(headers, body).reference == REFERENCE


@pytest.mark.parametrize("body", [b"", b"no json", b"[1]", b'"text"', b"[" * 100_000, b"\xff{}", b"null"])
def test_what_is_signed_and_no_event_is_refused(till, body: bytes) -> None:
    headers = {name.lower(): value for name, value in till.sandbox.sandbox.sign(till.name, body).items()}
    with pytest.raises(SignatureRefused):
        till.gateway.verify_webhook(headers, body)


@pytest.mark.parametrize(
    "body", [b"{}", b'{"data": null, "resource": {"purchase_units": 7}}', b'{"data": {"object": 7, "tx_ref": [1]}}']
)
def test_an_event_about_nothing_of_ours_names_no_payment(till, body: bytes) -> None:
    notice = till.gateway.verify_webhook(till.sandbox.sandbox.sign(till.name, body), body)
    assert not notice.reference.startswith("ORD_")
