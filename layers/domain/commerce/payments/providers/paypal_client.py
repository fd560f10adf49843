"""Calls of PayPal's REST API: the access token, the idempotency key, and one repetition where it is safe."""

import time
from typing import Any

from commerce.kit import http
from commerce.orders.payment import Provider
from commerce.payments.providers import client


class PayPalClient:
    """Holds the access token of one address."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._token = ""
        self._token_ends = 0.0

    def body(self, method: str, path: str, *, request_id: str = "", **options: Any) -> dict[str, Any]:
        """The body of a good answer. Raises ProviderTrouble, ProviderRefused."""
        return client.require_success(Provider.PAYPAL, self.send(method, path, request_id=request_id, **options))

    def send(self, method: str, path: str, *, request_id: str = "", **options: Any) -> http.WebAnswer:
        """The answer, good or bad. Raises ProviderTrouble.

        Every call is repeatable: it changes nothing, or it has a request id.
        """
        more = options.pop("headers", {})
        if request_id:
            more |= {"PayPal-Request-Id": request_id, "Prefer": "return=representation"}
        for is_last in (False, True):
            headers = {"Authorization": f"Bearer {self._access_token()}", **more}
            url = self.url + path
            answer = client.send(Provider.PAYPAL, method, url, repeatable=True, headers=headers, **options)
            if answer.status != 401 or is_last:
                return answer
            # The token ended before its time.
            self._token_ends = 0.0
        raise AssertionError("the last answer is returned")

    def _access_token(self) -> str:
        if time.monotonic() >= self._token_ends:
            held = (client.key(Provider.PAYPAL, "paypal_client_id"), client.key(Provider.PAYPAL, "paypal_secret"))
            url, form = f"{self.url}/v1/oauth2/token", {"grant_type": "client_credentials"}
            answer = client.send(Provider.PAYPAL, "POST", url, repeatable=True, auth=held, data=form)
            body = client.require_success(Provider.PAYPAL, answer)
            with client.parsing(Provider.PAYPAL):
                self._token = str(body["access_token"])
                self._token_ends = time.monotonic() + int(body.get("expires_in", 300)) - 60
        return self._token
