"""Sockets: who may open one, who has gone, and what clients say. Messages are sent by the notifications worker.

A client that says `since=<seq>` is sent what it missed, and from then on every message carries its `seq`;
`since=latest` starts counting from now. Without `since`, messages are as the contract's document shows them. Nothing
can be sent during $connect, so the handshake leaves a request in the notifications queue.

What a client says is acted on as the user who opened the connection, whatever the message calls its sender, and the
answer is a message to that connection alone.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from commerce.accounts.epochs import epochs
from commerce.kit import settings
from commerce.kit.errors import CommerceError, TwoFactorRequired
from commerce.realtime.service import realtime
from commerce.realtime.sqs_gateway import NotificationsQueue
from commerce.sessions.service import sessions
from rest import frames
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
            reply = _reply(event["requestContext"]["connectionId"], event.get("body") or "")
            return {"statusCode": 200} if reply is None else {"statusCode": 200, "body": json.dumps(reply)}


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
    channel.require_types(handshake.types)
    _realtime.connect(
        principal,
        handshake.connection_id,
        handshake.contract,
        since=since,
        numbered=channel.numbered or handshake.since is not None,
        types=handshake.types,
    )
    if since is not None:
        _queue.ask_delivery(principal.user_id)


def _reply(connection_id: str, text: str) -> Mapping[str, Any] | None:
    """The answer to what a client said, None for what needs none."""
    if _PING.fullmatch(text):
        return {"type": "pong"}
    connection = _realtime.connection(connection_id)
    channel = channels.CHANNELS.get(connection.channel) if connection else None
    if connection is None or channel is None or not channel.accept:
        return {"error": "This socket only sends. Nothing that you say here is understood."}
    try:
        _realtime.take_turn(connection)
        action, said = frames.read(text, channel.accept)
        _epochs.require_current(connection.caller)
        return action(connection, said)
    except CommerceError as refusal:
        return channel.refusal(refusal)
