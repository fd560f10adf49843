"""What every contract mounts alike costs a new one ten lines, and works in its words."""

import ast
from pathlib import Path
from typing import Any

import pytest

from conftest import PASSWORD
from support import new_contract
from support.builders import a_person, a_product, an_order
from support.client import DirectClient
from support.fake_provider import FakeProvider

pytestmark = pytest.mark.usefixtures("aws")

api = DirectClient(new_contract.handler)
NEWCOMER = {"email": "new@example.com", "password": PASSWORD, "password_confirm": PASSWORD, "first_name": "Ada"}


def test_ten_lines_mount_them() -> None:
    source = Path(new_contract.__file__ or "").read_text()
    statements = [node for node in ast.parse(source).body[1:] if not isinstance(node, ast.Import | ast.ImportFrom)]
    assert sum((node.end_lineno or 0) - node.lineno + 1 for node in statements) <= 10


def registered() -> Any:
    answer = api.post("/api/auth/register/", json=NEWCOMER)
    assert answer.status == 201
    return answer.body


def test_accounts() -> None:
    first = registered()
    user = {"id": first["user"]["id"], "email": "new@example.com", "first_name": "Ada", "last_name": ""}
    assert (first["user"], first["message"]) == (user, "User registered successfully.")
    entered = api.post("/api/auth/login/", json={"email": "new@example.com", "password": PASSWORD})
    assert (entered.status, entered.body["user"]) == (200, user)
    fresh = api.post("/api/auth/token/refresh/", json={"refresh": entered.body["refresh"]})
    assert (fresh.status, sorted(fresh.body)) == (200, ["access", "refresh"])
    assert api.post("/api/auth/token/verify/", json={"token": fresh.body["access"]}).body == {}
    assert len(api.get("/api/auth/sessions/", token=fresh.body["access"]).body) == 2


def test_a_seller_and_their_socket() -> None:
    access = registered()["access"]
    assert api.post("/api/auth/become-seller/", token=access).body["is_seller"] is True
    assert api.post("/api/ws/ticket/", token=access).status == 201


def test_a_payment() -> None:
    FakeProvider().install()
    buyer = a_person()
    order = an_order(buyer, (a_product(), 1))
    path = f"/api/payments/create/{order.id}/"
    opened = api.post(path, json={"provider": "paystack"}, token=buyer.access)
    assert (opened.status, opened.body["reference"].startswith(f"ORD_{order.id}_")) == (200, True)
    again = api.post(path, json={}, token=buyer.access)
    assert (again.status, again.body) == (400, {"problem": "payment_started", **opened.body})
    reference = opened.body["reference"]
    verified = api.get("/api/payments/verify/", query={"reference": reference}, token=buyer.access)
    unpaid = {"problem": "not_paid", "reference": reference, "status": "pending"}
    assert (verified.status, verified.code, verified.body) == (400, "not_paid", unpaid)


def test_refusals_are_in_the_contracts_words() -> None:
    assert api.get("/api/nothing/").body == {"problem": "not_found"}
    assert api.post("/api/auth/become-seller/").body == {"problem": "not_authenticated"}
    refused = api.post("/api/auth/login/", json={"email": "new@example.com", "password": "wrong"})
    assert (refused.status, refused.body) == (401, {"problem": "wrong_credentials"})
