"""Omnisell's chat over HTTP: conversations, messages, and who may see and do what."""

from typing import Any

import pytest

from commerce.kit import clock
from support.builders import Person, a_person, a_product
from support.client import Answer, Client

pytestmark = pytest.mark.usefixtures("aws")

ALL = "/api/chat/conversations/"
SEND = "/api/chat/messages/"


def omnisell() -> Client:
    return Client("omnisell")


def started(caller: Person, **body: Any) -> Any:
    answer = omnisell().post(ALL, json=body, token=caller.access)
    assert answer.status == 201, answer.body
    return answer.body


def send(caller: Person, conversation: int, content: str, **options: Any) -> Answer:
    body = {"conversation": conversation, "content": content, "message_type": "text"}
    return omnisell().post(SEND, json=body, token=caller.access, **options)


def listed(caller: Person, query: str = "") -> list[Any]:
    answer = omnisell().get(ALL, token=caller.access, query=query)
    assert answer.status == 200, answer.body
    return list(answer.body)


def contents(caller: Person, conversation: int, query: str = "") -> list[str]:
    answer = omnisell().get(f"{ALL}{conversation}/messages/", token=caller.access, query=query)
    assert answer.status == 200, answer.body
    return [message["content"] for message in answer.body]


@pytest.mark.covers("omnisell", "POST", "/api/chat/conversations/")
def test_a_seller_starts_with_a_customer_s_address() -> None:
    seller = a_person(is_seller=True, first_name="Sam", last_name="Seller")
    product, customer = a_product(seller), a_person(email="buyer@example.com")

    body = started(
        seller, customer_email="Buyer@Example.com", customer_name="Jane Doe", product=product.id, source="instagram"
    )

    assert body == {
        "id": body["id"],
        "seller": seller.id,
        "seller_name": "Sam Seller",
        "customer": None,
        "customer_name": "Jane Doe",
        "customer_email": "buyer@example.com",
        "product": product.id,
        "product_name": product.name,
        "source": "instagram",
        "status": "open",
        "message_count": 0,
        "unread_count": 0,
        "last_message": None,
        "created_at": body["created_at"],
        "updated_at": body["created_at"],
        "invitation": body["invitation"],
    }
    assert body["created_at"][:10] == clock.iso(clock.now_ms())[:10]
    # The address is an account's: it is theirs as well, and they see no invitation.
    [theirs] = listed(customer)
    assert theirs == {name: value for name, value in body.items() if name != "invitation"} | {"customer": customer.id}


@pytest.mark.covers("omnisell", "POST", "/api/chat/messages/")
@pytest.mark.covers("omnisell", "GET", "/api/chat/conversations/")
def test_both_sides_have_the_same_messages_in_the_same_order() -> None:
    seller, customer = a_person(is_seller=True), a_person(first_name="Jane")
    product = a_product(seller)
    conversation = started(customer, product=product.id, source="website")["id"]

    answer = send(customer, conversation, "Hi, I'm interested in this product!")
    assert (answer.status, answer.body) == (
        201,
        {
            "id": answer.body["id"],
            "conversation": conversation,
            "number": 1,
            "sender_id": customer.id,
            "sender": "customer",
            "content": "Hi, I'm interested in this product!",
            "message_type": "text",
            "is_read": False,
            "created_at": answer.body["created_at"],
        },
    )
    send(seller, conversation, "It is still there.\r\nSee https://example.com/<b>1</b>")
    send(customer, conversation, "  Good.  ")

    said = [
        "Hi, I'm interested in this product!",
        "It is still there.\nSee https://example.com/<b>1</b>",
        "  Good.  ",
    ]
    for person in (seller, customer):
        assert contents(person, conversation) == said
        assert contents(person, conversation, "ordering=-number&page_size=2") == said[:0:-1]
        assert contents(person, conversation, "after=1") == said[1:]
        assert contents(person, conversation, "page=2&page_size=2") == said[2:]
        assert contents(person, conversation, "page=3&page_size=2") == contents(person, conversation, "after=9") == []
    page = omnisell().get(f"{ALL}{conversation}/messages/", token=seller.access, query="page_size=2")
    assert (page.headers["X-Total-Count"], 'rel="next"' in page.headers["Link"]) == ("3", True)
    assert [row["unread_count"] for row in (listed(seller)[0], listed(customer)[0])] == [2, 1]
    assert listed(seller)[0]["last_message"]["content"] == "Good."


def test_what_was_read_is_marked_and_stays_so() -> None:
    seller, customer = a_person(is_seller=True), a_person()
    conversation = started(customer, product=a_product(seller).id)["id"]
    one = f"{ALL}{conversation}/"
    for number in range(1, 4):
        send(customer, conversation, f"Question {number}")
    send(seller, conversation, "Answer")

    def unread_after(caller: Person, body: Any) -> int:
        answer = omnisell().post(f"{one}mark_read/", json=body, token=caller.access)
        assert answer.status == 200, answer.body
        return int(answer.body["unread_count"])

    assert unread_after(seller, {"up_to": 2}) == 1
    assert unread_after(seller, {"up_to": 1}) == 1
    read = omnisell().get(f"{one}messages/", token=customer.access).body
    assert [message["is_read"] for message in read] == [True, True, False, False]
    assert omnisell().post(f"{one}mark_read/", token=seller.access).body["unread_count"] == 0
    assert unread_after(customer, {}) == 0
    assert omnisell().post(f"{one}mark_read/", json={"up_to": 5}, token=seller.access).status == 404
    send(customer, conversation, "And another")
    assert omnisell().get(one, token=seller.access).body["unread_count"] == 1


def test_lists_are_filtered_and_paged_by_last_activity() -> None:
    seller = a_person(is_seller=True)
    ids = [
        started(seller, customer_email=f"{name}@example.com", customer_name=name.title(), source=source)["id"]
        for name, source in (("ann", "facebook"), ("bob", "instagram"), ("cleo", "website"))
    ]
    send(seller, ids[0], "You first")
    omnisell().patch(f"{ALL}{ids[1]}/", json={"status": "closed"}, token=seller.access)

    def found(query: str) -> list[int]:
        return [row["id"] for row in listed(seller, query)]

    assert found("") == [ids[0], ids[2], ids[1]]
    assert found("status=closed") == [ids[1]]
    assert found("source=facebook") == [ids[0]]
    assert found("search=CLEO") == found("search=cleo@ex") == [ids[2]]
    assert found("status=open&search=bob") == []
    assert found("page=2&page_size=2") == [ids[1]]
    pages = [omnisell().get(ALL, token=seller.access, query=f"page={page}&page_size=2") for page in (1, 2)]
    assert ['rel="next"' in page.headers["Link"] for page in pages] == [True, False]
    for query in ("status=x", "source=x", "page=0"):
        assert omnisell().get(ALL, token=seller.access, query=query).status == 400
    # A new message opens it again.
    send(seller, ids[1], "Still there?")
    assert found("status=closed") == []


def test_others_find_nothing_and_only_the_seller_closes() -> None:
    seller, customer, stranger = a_person(is_seller=True), a_person(), a_person(is_seller=True)
    conversation = started(customer, product=a_product(seller).id)["id"]
    one = f"{ALL}{conversation}/"
    asked = [
        ("GET", one, ...),
        ("PATCH", one, {"status": "closed"}),
        ("GET", f"{one}messages/", ...),
        ("POST", f"{one}mark_read/", {}),
        ("POST", f"{one}join/", {"invitation": "x"}),
        ("POST", SEND, {"conversation": conversation, "content": "Hello"}),
    ]
    for method, path, body in asked:
        for caller in (stranger, a_person(is_staff=True)):
            answer = omnisell().send(method, path, json=body, token=caller.access)
            message = {"error": "Conversation not found.", "details": {"code": "not_found"}}
            assert (answer.status, answer.body) == (404, message), path
    assert listed(stranger) == []
    assert omnisell().patch(one, json={"status": "closed"}, token=customer.access).status == 403
    assert omnisell().patch(one, json={"status": "closed"}, token=seller.access).body["status"] == "closed"


def test_nobody_learns_whether_an_address_has_an_account() -> None:
    seller, known = a_person(is_seller=True), a_person(email="known@example.com")
    product = a_product(seller)
    answers = [
        omnisell().post(ALL, json={"customer_email": email, "product": product.id}, token=seller.access)
        for email in ("known@example.com", "nobody@example.com")
    ]
    for answer in answers:
        send(seller, answer.body["id"], "Hello")
    seen = [omnisell().get(f"{ALL}{answer.body['id']}/", token=seller.access).body for answer in answers]
    differing = {"id", "customer_email", "invitation", "created_at", "updated_at", "last_message"}
    for one, other in ((answers[0].body, answers[1].body), (seen[0], seen[1])):
        assert one.keys() == other.keys()
        assert {name for name in one if one[name] != other[name]} <= differing
    # The one who is there shows themselves by reading.
    omnisell().post(f"{ALL}{answers[0].body['id']}/mark_read/", json={}, token=known.access)
    shown = omnisell().get(f"{ALL}{answers[0].body['id']}/", token=seller.access).body
    assert (shown["customer"], "invitation" in shown) == (known.id, False)


def test_a_contact_comes_by_the_invitation_and_not_by_an_address() -> None:
    seller = a_person(is_seller=True)
    made = started(seller, customer_email="jane@example.com", customer_name="Jane")
    one = f"{ALL}{made['id']}/"
    send(seller, made["id"], "Your size is here.")
    # Nobody proves an address by registering with it.
    squatter, jane = a_person(email="jane@example.com"), a_person(email="jane.doe@example.com")
    assert listed(squatter) == []
    assert omnisell().get(one, token=squatter.access).status == 404

    def join(caller: Person, invitation: str) -> Answer:
        return omnisell().post(f"{one}join/", json={"invitation": invitation}, token=caller.access)

    assert join(jane, "ünknown").status == 404
    assert join(seller, made["invitation"]).code == "own_conversation"
    joined = join(jane, made["invitation"])
    assert (joined.status, joined.body["customer"], joined.body["unread_count"]) == (200, jane.id, 1)
    assert join(jane, made["invitation"]).status == 200
    assert join(squatter, made["invitation"]).status == 404
    assert contents(jane, made["id"]) == ["Your size is here."]
    assert send(jane, made["id"], "Thank you").body["number"] == 2


def test_what_cannot_be_started() -> None:
    seller, customer = a_person(is_seller=True), a_person(email="me@example.com")
    own, hidden = a_product(seller), a_product(name="Hidden", is_active=False)

    def refused(caller: Person, **body: Any) -> tuple[int, Any]:
        answer = omnisell().post(ALL, json=body, token=caller.access)
        return answer.status, answer.body["details"]

    required = ["This field is required."]
    assert refused(seller, product=own.id) == (400, {"customer_email": required})
    assert refused(seller, product=own.id, customer_email=seller.user.email) == (400, {"code": "own_conversation"})
    assert refused(customer) == (400, {"product": required})
    assert refused(customer, product=own.id, customer_email="you@example.com") == (403, {"code": "not_your_product"})
    assert refused(customer, customer_email="you@example.com") == (403, {"code": "permission_denied"})
    assert refused(customer, product=hidden.id) == (404, {"code": "not_found"})
    assert refused(seller, customer_email="no address") == (400, {"customer_email": ["Enter a valid email address."]})
    assert refused(seller, customer_email="a@example.com", customer_name="\x1b[0m")[0] == 400
    assert refused(seller, customer_email="a@example.com", source="letter")[0] == 400
    assert refused(seller, product="1")[0] == 400
    assert listed(seller) == []
    # Naming oneself is fine.
    assert started(customer, product=own.id, customer_email="ME@example.com")["customer_email"] == "me@example.com"


def test_what_cannot_be_said() -> None:
    seller, customer = a_person(is_seller=True), a_person()
    conversation = started(customer, product=a_product(seller).id)["id"]
    for content in ("", "  \n ", "x" * 4_001, "bell\x07", "\x1b[31mred", 1, None):
        body = {"conversation": conversation, "content": content}
        answer = omnisell().post(SEND, json=body, token=customer.access)
        assert (answer.status, list(answer.body["details"])) == (400, ["content"]), content
    body = {"conversation": conversation, "content": "x", "message_type": "image"}
    assert omnisell().post(SEND, json=body, token=customer.access).status == 400
    # Who writes, the token says.
    forged = body | {"message_type": "text", "sender_id": seller.id, "number": 7, "is_read": True}
    said = omnisell().post(SEND, json=forged, token=customer.access).body
    assert (said["sender_id"], said["number"], said["is_read"]) == (customer.id, 1, False)
    assert send(customer, conversation, "x" * 4_000).status == 201


def test_keyed_requests_are_carried_out_once() -> None:
    seller = a_person(is_seller=True)
    key = {"Idempotency-Key": "k1"}
    body = {"customer_email": "a@example.com", "customer_name": "A"}
    first, again = (omnisell().post(ALL, json=body, token=seller.access, headers=key) for _ in range(2))
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (201, first.body, "true")
    other = omnisell().post(ALL, json=body | {"source": "facebook"}, token=seller.access, headers=key)
    assert other.status == 422
    assert len(listed(seller)) == 1

    sent, resent = (send(seller, first.body["id"], "Once", headers=key) for _ in range(2))
    assert (resent.status, resent.body, resent.headers["Idempotent-Replayed"]) == (201, sent.body, "true")
    assert send(seller, first.body["id"], "Twice", headers=key).status == 422
    assert contents(seller, first.body["id"]) == ["Once"]


def test_writing_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    from commerce.chat.service import chat

    seller = a_person(is_seller=True)
    conversation = started(seller, customer_email="a@example.com")["id"]
    monkeypatch.setattr(chat()._limiter, "_rules", {"chat_send": (2, 60), "chat_start": (1, 3600)})
    assert [send(seller, conversation, "x").status for _ in range(3)] == [201, 201, 429]
    answer = omnisell().post(ALL, json={"customer_email": "b@example.com"}, token=seller.access)
    assert (answer.status, answer.code) == (429, "rate_limited")
    assert int(answer.headers["Retry-After"]) > 0
