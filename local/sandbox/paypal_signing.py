"""PayPal's signatures: over the transmission's id and time, the webhook's id, and the event's own bytes.

PayPal signs a checksum of the bytes with a private key; here it is an HMAC over the bytes themselves. Either way only
the endpoint that verifies can tell, and an event that was parsed and written again is another text.
"""

import hmac
import json
import time
import uuid

from local.sandbox import keys
from local.sandbox.context import iso

# Under PayPal's own host, which the merchant insists on; nobody fetches it here.
CERTIFICATE_URL = "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-local"
ALGORITHM = "SHA256withHMAC"


def signature_headers(body: bytes) -> dict[str, str]:
    """The headers of a new transmission of these bytes."""
    name, at = str(uuid.uuid4()), iso(time.time_ns() // 1_000_000)
    return {
        "paypal-auth-algo": ALGORITHM,
        "paypal-cert-url": CERTIFICATE_URL,
        "paypal-transmission-id": name,
        "paypal-transmission-time": at,
        "paypal-transmission-sig": _signature(name, at, keys.PAYPAL_WEBHOOK_ID, body.strip()),
    }


def verify(question: bytes) -> bool:
    """Whether the question of verify-webhook-signature is about a transmission that was signed here."""
    try:
        text = question.decode()
        fields = json.loads(text)
        name, at = fields["transmission_id"], fields["transmission_time"]
        claimed, webhook = fields["transmission_sig"], fields["webhook_id"]
        is_ours = fields["cert_url"] == CERTIFICATE_URL and fields["auth_algo"] == ALGORITHM
        event = member(text, "webhook_event")
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    is_ours = is_ours and webhook == keys.PAYPAL_WEBHOOK_ID and isinstance(claimed, str)
    return is_ours and hmac.compare_digest(_signature(name, at, webhook, event.encode()).encode(), claimed.encode())


def member(text: str, wanted: str) -> str:
    """The member of a JSON object exactly as it is written there. Raises KeyError, ValueError."""
    decoder = json.JSONDecoder()
    found, at = None, _skip(text, 0) + 1
    while text[at := _skip(text, at)] != "}":
        name, at = decoder.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)
        _, end = decoder.raw_decode(text, start)
        if name == wanted:
            found = text[start:end]
        at = _skip(text, end)
        at += text[at] == ","
    if found is None:
        raise KeyError(wanted)
    return found


def _skip(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at


def _signature(name: str, at: str, webhook: str, body: bytes) -> str:
    signed = f"{name}|{at}|{webhook}|".encode() + body
    return hmac.new(keys.PAYPAL_SIGNING_KEY.encode(), signed, "sha256").hexdigest()
