"""PayPal's access tokens: issued for the client's credentials, and asked for by every other operation."""

import base64
import hmac

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox import keys
from local.sandbox.context import iso, now_ms
from local.sandbox.http import Refusal, form_fields

PATH = "/v1/oauth2/token"
LIFETIME_SECONDS = 32_400
_TOKEN = "A21AA" + hmac.new(keys.PAYPAL_SECRET.encode(), keys.PAYPAL_CLIENT_ID.encode(), "sha256").hexdigest()


def issue(request: Request) -> Response:
    """A token. Raises Refusal for wrong credentials or another grant."""
    credentials = base64.b64encode(f"{keys.PAYPAL_CLIENT_ID}:{keys.PAYPAL_SECRET}".encode()).decode()
    if request.headers.get("authorization") != f"Basic {credentials}":
        raise _refusal(401, "invalid_client", "Client Authentication failed")
    if dict(form_fields(request)).get("grant_type") != "client_credentials":
        raise _refusal(400, "unsupported_grant_type", "Unsupported grant_type")
    body = {"scope": "", "access_token": _TOKEN, "token_type": "Bearer", "app_id": "APP-80W284485P519543T"}
    return JSONResponse(body | {"expires_in": LIFETIME_SECONDS, "nonce": iso(now_ms())})


def require(request: Request) -> None:
    """Raises Refusal for a request without a valid token."""
    if request.headers.get("authorization") != f"Bearer {_TOKEN}":
        raise _refusal(401, "invalid_token", "Token signature failed")


def _refusal(status: int, error: str, description: str) -> Refusal:
    return Refusal(JSONResponse({"error": error, "error_description": description}, status))
