"""What the second factor guards: staff that must have one, what is stored of it, and who owes it."""

import base64
import json
from typing import Any

import boto3
import pytest
import time_machine
from botocore.exceptions import ClientError

from commerce.accounts.service import accounts
from commerce.kit import settings
from commerce.sessions import tokens
from commerce.two_factor.service import two_factor
from support.authenticator import Authenticator
from support.builders import PASSWORD, a_person, a_product
from support.doors import DOORS, SHOP, enrolled

pytestmark = pytest.mark.usefixtures("aws")

NOW = 1_900_000_000


@pytest.fixture
def clock() -> Any:
    """The time, which stands still until a test moves it on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


# Staff


def test_staff_that_must_have_a_second_factor_gets_no_more_than_enrolling(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = DOORS[-1]
    person, buyer = a_person(is_staff=True), a_person()
    monkeypatch.setattr(accounts(), "_staff_needs_two_factor", True)
    assert "two_factor_required" not in SHOP.log_in(buyer).body
    # A session of before is pending from its next refresh on, and a new password changes nothing about it.
    fresh = door.client.post(door.refresh, json={"refresh": person.refresh}).body
    assert door.client.get("/admin/api/me/", token=fresh["access"]).code == "2fa_required"
    changed = door.post("password", person.access, {"old_password": PASSWORD, "new_password": "fresh orchard 93 lamp"})
    assert door.client.get("/admin/api/me/", token=changed.body["access"]).code == "2fa_required"

    other = a_person(is_staff=True)
    answer = door.log_in(other)
    assert (answer.body["two_factor_required"], answer.body["two_factor_enrolment_required"]) == (True, True)
    token = answer.body["access"]
    assert door.client.get("/admin/api/orders/", token=token).code == "2fa_required"
    app = Authenticator(door.post("enable-2fa", token).body["otpauth_url"])
    full = door.post("verify-2fa", token, {"token": app.code()}).body["access"]
    assert door.client.get("/admin/api/me/", token=full).status == 200
    # Switched off, for another telephone: the session goes on, as far as enrolling.
    clock.shift(30)
    refresh = door.post("verify-2fa", door.log_in(other).body["access"], {"token": app.code()}).body
    clock.shift(30)
    assert door.post("disable-2fa", refresh["access"], {"token": app.code()}).status == 200
    fresh = door.client.post(door.refresh, json={"refresh": refresh["refresh"]}).body
    assert door.client.get("/admin/api/me/", token=fresh["access"]).code == "2fa_required"
    assert door.post("enable-2fa", fresh["access"]).status == 200


def test_what_staff_changes_of_their_own_is_in_the_audit_trail(clock: Any) -> None:
    person, buyer = a_person(is_staff=True), a_person()
    app, codes, verified = enrolled(person)
    enrolled(buyer)
    token = SHOP.post("validate-backup-code", verified["access"], {"backup_code": codes[0]}).body["access"]
    clock.shift(30)
    assert SHOP.post("disable-2fa", token, {"token": app.code()}).status == 200
    fresh = DOORS[-1].log_in(person).body["access"]
    actions = DOORS[-1].client.get("/admin/api/audit/", token=fresh).body["actions"]
    assert sorted((row["action"], row["object_id"]) for row in actions) == [
        ("two_factor.backup_code_used", str(person.id)),
        ("two_factor.disabled", str(person.id)),
        ("two_factor.enabled", str(person.id)),
    ]


def test_the_parameter_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.staff_needs_two_factor() is False
    monkeypatch.setenv("STAFF_TWO_FACTOR", "required")
    assert settings.staff_needs_two_factor() is True


# What is stored, and who owes what


def test_neither_secret_nor_codes_are_stored_or_shown_again(clock: Any, caplog: pytest.LogCaptureFixture) -> None:
    person = a_person()
    shown = SHOP.post("enable-2fa", person.access).body
    app = Authenticator(shown["otpauth_url"])
    codes = SHOP.post("verify-2fa", person.access, {"token": app.code()}).body["backup_codes"]
    client = boto3.client("dynamodb")
    stored = json.dumps(
        [client.scan(TableName=name)["Items"] for name in client.list_tables()["TableNames"]], default=str
    )
    for secret in (shown["secret"], base64.b64encode(shown["secret"].encode()).decode()[:20], *codes):
        assert secret not in stored
        assert secret.replace("-", "") not in stored
        assert secret not in caplog.text


def test_what_was_sealed_for_one_account_opens_for_no_other(clock: Any) -> None:
    sealer = two_factor()._sealer
    sealed = sealer.seal(7, "SECRET")
    assert sealer.open(7, sealed) == "SECRET"
    with pytest.raises(ClientError, match="InvalidCiphertextException"):
        sealer.open(8, sealed)


def test_a_guest_s_cart_is_not_merged_before_the_second_factor(clock: Any) -> None:
    person, product, door = a_person(), a_product(), DOORS[1]
    enrolled(person)
    cookie = door.client.post(f"/api/carts/products/{product.id}/add/").cookies[0].partition(";")[0]
    login = {"email": person.user.email, "password": PASSWORD}
    answer = door.client.post(door.login, json=login, cookie=cookie)
    assert (answer.body["two_factor_required"], answer.cookies) == (True, [])
    assert len(door.client.get("/api/carts/products/", cookie=cookie).body["items"]) == 1


def test_a_session_that_was_ended_cannot_be_traded(clock: Any) -> None:
    person = a_person()
    app, _, verified = enrolled(person)
    clock.shift(30)
    pending = SHOP.log_in(person).body["access"]
    rows = SHOP.client.get("/api/auth/sessions/", token=verified["access"]).body
    [theirs] = [row["id"] for row in rows if row["id"] == tokens.verify_any(pending).session_id]
    assert SHOP.client.delete(f"/api/auth/sessions/{theirs}/", token=verified["access"]).status == 204
    assert SHOP.post("verify-2fa", pending, {"token": app.code()}).code == "token_not_valid"
