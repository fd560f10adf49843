"""Messages out to open sockets, through API Gateway's management API."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from commerce.kit import aws

Frame = Mapping[str, Any]


class ConnectionGone(Exception):
    """There is no such connection (any more, or not yet)."""


class NotSent(Exception):
    """This message certainly did not leave; it may be sent again later."""


class Sockets:
    """The sockets of one WebSocket API. A send is never repeated here: nobody could tell the copy from the message."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def send(self, connection_id: str, frame: Frame) -> None:
        """Send one message. Raises ConnectionGone, NotSent, or anything else when nobody knows whether it arrived."""
        client = self._client()
        refusals = client.exceptions
        data = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            client.post_to_connection(ConnectionId=connection_id, Data=data)
        except refusals.GoneException:
            raise ConnectionGone(connection_id) from None
        except (
            refusals.LimitExceededException,
            refusals.ForbiddenException,
            refusals.PayloadTooLargeException,
        ) as refusal:
            raise NotSent(connection_id) from refusal
        except Exception as error:
            if aws.request_not_sent(error):
                raise NotSent(connection_id) from error
            raise

    def close(self, connection_id: str) -> None:
        """Close a connection from our side; closing one that is gone is a no-op."""
        client = self._client()
        with suppress(client.exceptions.GoneException):
            client.delete_connection(ConnectionId=connection_id)

    def _client(self) -> Any:
        return aws.client("apigatewaymanagementapi", self._endpoint, attempts=1)
