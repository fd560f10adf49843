"""Sockets: who may open one, and who has gone. Messages are sent by the notifications worker.

A client that says `since=<seq>` is sent what it missed, and from then on every message carries its `seq`;
`since=latest` starts counting from now. Without `since`, messages are as the contract's document shows them. Nothing
can be sent during $connect, so the handshake leaves a request in the notifications queue.
"""

import json
import re
from typing import Any

from commerce.accounts.epochs import epochs
from commerce.kit import settings
from commerce.kit.errors import CommerceError, TwoFactorRequired
from commerce.realtime.service import realtime
from commerce.realtime.sqs_gateway import NotificationsQueue
from commerce.sessions.service import sessions
from rest.errors import ErrorTable, Wording, status_of
from sockets import channels
from sockets.handshake import Handshake

# API Gateway closes a socket on which nothing was said for ten minutes, so clients may say this.
_PING = re.compile(r'\s*(?:ping|\{\s*"type"\s*:\s*"ping"\s*\})\s*')
# A token whose second factor is still owed proves nobody yet, so here it is 401 like any that does not.
_ERRORS: ErrorTable = {TwoFactorRequired: Wording(status=401)}
_realtime = realtime()
_sessions = sessions()
_epochs = epochs()
_queue = NotificationsQueue(settings.text("NOTIFICATIONS_QUEUE_URL"))
_origins = [origin for origin in settings.text("CORS_ORIGINS", "").split(",") if origin]


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one event of the WebSocket API; a status that is not 2xx refuses a connection."""
    match event["requestContext"]["eventType"]:
        case "CONNECT":
            return _connect(Handshake.read(event))
        case "DISCONNECT":
            _realtime.disconnect(event["requestContext"]["connectionId"])
            return {"statusCode": 200}
        case _:
            return {"statusCode": 200, "body": json.dumps(_reply(event.get("body") or ""))}


def _connect(handshake: Handshake) -> dict[str, Any]:
    try:
        _admit(handshake)
    except CommerceError as refusal:
        return {"statusCode": status_of(refusal, _ERRORS), "body": refusal.message}
    return {"statusCode": 200, "headers": handshake.answer_headers()}


def _admit(handshake: Handshake) -> None:
    channel, values = channels.find(handshake.contract, handshake.path)
    handshake.check_origin(_origins)
    since = handshake.position()
    principal = handshake.principal(_sessions)
    _epochs.require_current(principal)
    channel.admit(principal, values)
    _realtime.connect(
        principal.user_id,
        handshake.connection_id,
        handshake.contract,
        principal.session_id,
        since=since,
        numbered=handshake.since is not None,
    )
    if since is not None:
        _queue.ask_delivery(principal.user_id)


def _reply(text: str) -> dict[str, str]:
    if _PING.fullmatch(text):
        return {"type": "pong"}
    return {"error": "This socket only sends. Nothing that you say here is understood."}
