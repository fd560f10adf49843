"""Two people talk through sockets and over HTTP in turn, and one of them is cut off: both have the same in the end."""

import json
from typing import Any
from uuid import uuid4

import httpx
from websockets.sync.client import ClientConnection, connect

from support.stack import Stack

PASSWORD = "securepassword123"
PATIENCE_SECONDS = 30


def register(stack: Stack, *, is_seller: bool = False) -> tuple[httpx.Client, dict[str, Any], str]:
    """A new user: their client of the chat, who they are, their access token."""
    name = f"chatter{uuid4().hex[:10]}"
    form = {
        "email": f"{name}@example.com",
        "username": name,
        "password": PASSWORD,
        "password_confirm": PASSWORD,
        "first_name": "Test",
        "last_name": "User",
        "phone": "+1234567890",
        "address": "1 Main St",
    }
    answer = stack.client("storefront").post("/auth/api/register/", json=form)
    assert answer.status_code == 201, answer.text
    user, token = answer.json()["user"], answer.json()["access"]
    if is_seller:
        assert stack.client("storefront", token).post("/api/auth/become-seller/").status_code == 200
        # The next token says so.
        again = stack.client("storefront").post("/auth/api/token/", json={"email": user["email"], "password": PASSWORD})
        token = again.json()["access"]
    return stack.client("omnisell", token), user, token


def say(chat: httpx.Client, conversation: int, content: str) -> None:
    body = {"conversation": conversation, "content": content, "message_type": "text"}
    answer = chat.post("/api/chat/messages/", json=body, headers={"Idempotency-Key": uuid4().hex})
    assert answer.status_code == 201, answer.text


def heard(socket: ClientConnection, count: int) -> list[dict[str, Any]]:
    return [json.loads(socket.recv(timeout=PATIENCE_SECONDS)) for _ in range(count)]


def test_both_sides_have_the_same_in_the_same_order(stack: Stack) -> None:
    customer, jane, token = register(stack)
    seller, _, seller_token = register(stack, is_seller=True)
    socket_url = f"{stack.sockets}/omnisell/ws/chat/"
    made = seller.post(
        "/api/chat/conversations/",
        json={"customer_email": jane["email"], "customer_name": "Jane Doe", "source": "instagram"},
    )
    assert made.status_code == 201, made.text
    conversation = made.json()["id"]

    with connect(f"{socket_url}?token={seller_token}&since=latest") as desk:
        with connect(f"{socket_url}?token={token}&since=0") as phone:
            say(customer, conversation, "one")
            say(seller, conversation, "two")
            seen = heard(phone, 2)
        # Cut off; what is said meanwhile is kept.
        say(seller, conversation, "three")
        say(customer, conversation, "four")
        with connect(f"{socket_url}?token={token}&since={seen[-1]['seq']}") as again:
            say(seller, conversation, "five")
            seen += heard(again, 3)
        at_desk = heard(desk, 5)

    said = ["one", "two", "three", "four", "five"]
    assert [frame["content"] for frame in seen] == [frame["content"] for frame in at_desk] == said
    assert [frame["seq"] for frame in seen] == [1, 2, 3, 4, 5]
    assert {(frame["type"], frame["conversation_id"]) for frame in seen + at_desk} == {("chat_message", conversation)}
    for person in (customer, seller):
        rows = person.get(f"/api/chat/conversations/{conversation}/messages/").json()
        assert [(row["number"], row["content"]) for row in rows] == list(enumerate(said, 1))
