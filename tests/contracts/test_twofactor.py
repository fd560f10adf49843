"""Two-factor authentication over every contract that has accounts, with an authenticator of the tests' own."""

import base64
import struct
import zlib
from typing import Any

import pytest
import time_machine

from support.authenticator import Authenticator
from support.builders import a_person
from support.doors import DOORS, SHOP, Door, enrolled

pytestmark = pytest.mark.usefixtures("aws")

NOW = 1_900_000_000
each = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.contract)


@pytest.fixture
def clock() -> Any:
    """The time, which stands still until a test moves it on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


# Enrolment and login, at every door


@pytest.mark.covers("campus", "GET", "/api/auth/2fa-status/")
@pytest.mark.covers("campus", "POST", "/api/auth/enable-2fa/")
@pytest.mark.covers("campus", "POST", "/api/auth/verify-2fa/")
@each
def test_enrolment_login_and_everything_between(door: Door, clock: Any) -> None:
    person = a_person(is_staff=True)
    assert door.client.get(f"{door.base}2fa-status/", token=person.access).body == {
        "enabled": False,
        "required": False,
        "backup_codes_left": 0,
    }
    elsewhere = door.log_in(person)
    assert "two_factor_required" not in elsewhere.body

    shown = door.post("enable-2fa", person.access)
    assert (shown.status, sorted(shown.body)) == (200, ["otpauth_url", "qr_code", "secret"])
    app = Authenticator(shown.body["otpauth_url"])
    assert f"secret={shown.body['secret']}" in shown.body["otpauth_url"]
    assert is_png(shown.body["qr_code"])
    # Nothing is protected before a code proves that the secret arrived.
    assert "two_factor_required" not in door.log_in(person).body

    first = door.post("verify-2fa", person.access, {"token": app.code()})
    assert (first.status, first.body["verified"], len(first.body["backup_codes"])) == (200, True, 10)
    full = first.body["access"]
    assert door.client.get(f"{door.base}2fa-status/", token=full).body == {
        "enabled": True,
        "required": True,
        "backup_codes_left": 10,
    }
    # Every other session has ended.
    assert door.client.post(door.refresh, json={door.refresh_field: elsewhere.body[door.refresh_name]}).status == 401
    assert door.post("enable-2fa", person.access).status == 401

    clock.shift(30)
    pending = door.log_in(person)
    assert pending.body["two_factor_required"] is True
    assert "two_factor_enrolment_required" not in pending.body
    token = door.access_of(pending)
    for method, path in (("GET", door.other), ("GET", f"{door.base}2fa-status/"), ("POST", f"{door.base}enable-2fa/")):
        refused = door.client.send(method, path, token=token)
        assert (refused.status, refused.code) == (403, "2fa_required")
        assert door.client.send(method, f"{path}", token=None).status == 401
    for name in ("disable-2fa", "regenerate-backup-codes"):
        assert door.post(name, token, {"token": app.code()}).code == "2fa_required"

    # What is refreshed stays pending, and can be traded.
    fresh = door.client.post(door.refresh, json={door.refresh_field: pending.body[door.refresh_name]})
    token = door.access_of(fresh)
    assert door.client.get(door.other, token=token).code == "2fa_required"
    traded = door.post("verify-2fa", token, {"code": app.code()})
    assert (traded.status, sorted(traded.body)) == (200, ["access", "refresh", "verified"])
    assert door.client.get(door.other, token=traded.body["access"]).status == 200
    # The pending session is over, its refresh token and its access token both.
    assert door.client.post(door.refresh, json={door.refresh_field: fresh.body[door.refresh_name]}).status == 401
    clock.shift(30)
    assert door.post("verify-2fa", token, {"token": app.code()}).code == "token_not_valid"
    # Giving the second factor ended nobody else's session.
    assert door.client.get(door.other, token=full).status == 200


@pytest.mark.covers("campus", "POST", "/api/auth/validate-backup-code/")
@each
def test_a_backup_code_opens_once(door: Door, clock: Any) -> None:
    person = a_person(is_staff=True)
    _, codes, before = enrolled(person, door)
    token = door.access_of(door.log_in(person))
    used = door.post("validate-backup-code", token, {"backup_code": codes[3].lower()})
    assert (used.status, sorted(used.body), used.body["valid"]) == (200, ["access", "refresh", "valid"], True)
    full = used.body["access"]
    assert door.client.get(f"{door.base}2fa-status/", token=full).body["backup_codes_left"] == 9
    # All other sessions have ended, the one that enrolled among them.
    assert len(door.client.get(door.other, token=full).body) == 1
    assert door.post("verify-2fa", before["access"], {"token": "123456"}).status == 401
    again = door.post("validate-backup-code", door.access_of(door.log_in(person)), {"code": codes[3]})
    assert (again.status, again.code) == (door.invalid, "wrong_code")


@pytest.mark.covers("campus", "POST", "/api/auth/disable-2fa/")
@pytest.mark.covers("campus", "POST", "/api/auth/regenerate-backup-codes/")
@each
def test_switching_off_and_new_codes_take_a_code_and_keep_the_caller_s_session(door: Door, clock: Any) -> None:
    person = a_person(is_staff=True)
    app, codes, verified = enrolled(person, door)
    clock.shift(30)
    other = door.post("verify-2fa", door.access_of(door.log_in(person)), {"token": app.code()}).body

    clock.shift(30)
    regenerated = door.post("regenerate-backup-codes", verified["access"], {"token": app.code()})
    assert (regenerated.status, [*regenerated.body], len(regenerated.body["backup_codes"])) == (
        200,
        ["backup_codes"],
        10,
    )
    assert not {*regenerated.body["backup_codes"]} & {*codes}
    refresh = {door.refresh_field: other["refresh"]}
    assert door.client.post(door.refresh, json=refresh).status == 401
    # The caller's own access token is of before; their session goes on.
    assert door.post("disable-2fa", verified["access"], {"backup_code": codes[0]}).status == 401
    mine = door.client.post(door.refresh, json={door.refresh_field: verified["refresh"]})
    token = door.access_of(mine)
    assert door.client.get(door.other, token=token).status == 200

    for body in ({}, {"token": ""}, {"token": "12345"}, {"backup_code": "x"}):
        assert door.post("disable-2fa", token, body).code == "invalid"
    assert door.post("disable-2fa", token, {"backup_code": codes[0]}).code == "wrong_code"
    off = door.post("disable-2fa", token, {"backup_code": regenerated.body["backup_codes"][0]})
    assert (off.status, off.body) == (200, {"enabled": False})
    again = door.log_in(person)
    assert "two_factor_required" not in again.body
    assert door.client.get(door.other, token=door.access_of(again)).status == 200
    for name in ("verify-2fa", "disable-2fa", "regenerate-backup-codes"):
        refused = door.post(name, door.access_of(again), {"token": app.code()})
        assert (refused.status, refused.code) == (400, "2fa_not_enabled")
    wrong = door.post("validate-backup-code", door.access_of(again), {"backup_code": codes[1]})
    assert (wrong.status, wrong.code) == (400, "2fa_not_enabled")


# Codes


def test_a_step_is_accepted_once_at_whatever_door(clock: Any) -> None:
    person = a_person(is_staff=True)
    app, _, verified = enrolled(person)
    # The code that enrolled is spent already; the first door is tried last, as one guess more would lock.
    for door in DOORS[1:]:
        again = door.post("verify-2fa", door.access_of(door.log_in(person)), {"token": app.code()})
        assert (again.status, again.code) == (door.invalid, "wrong_code")
    assert SHOP.post("regenerate-backup-codes", verified["access"], {"token": app.code()}).code == "wrong_code"
    clock.shift(300)
    assert SHOP.post("regenerate-backup-codes", verified["access"], {"token": app.code()}).status == 200


def test_guesses_of_both_kinds_count_together_at_all_doors_and_the_lock_grows(clock: Any) -> None:
    person = a_person(is_staff=True)
    app, codes, _ = enrolled(person)
    kinds = [("verify-2fa", {"token": "000000"}), ("validate-backup-code", {"backup_code": "AAAA-" * 3 + "AAAA"})]
    held = [door.access_of(door.log_in(person)) for door in DOORS]
    # What cannot be a code is no guess.
    for _ in range(20):
        assert SHOP.post("verify-2fa", held[0], {"token": "12345"}).code == "invalid"

    def guesses(number: int) -> list[str]:
        found = []
        for turn in range(number):
            place, (name, body) = turn % len(DOORS), kinds[turn % 2]
            found.append(DOORS[place].post(name, held[place], body).code)
        return found

    assert guesses(7) == ["wrong_code"] * 5 + ["rate_limited"] * 2
    # Locked is locked: the right codes are not looked at either.
    refused = SHOP.post("verify-2fa", held[0], {"token": app.code(steps=1)})
    assert (refused.status, refused.headers["Retry-After"]) == (429, "300")
    assert SHOP.post("validate-backup-code", held[0], {"backup_code": codes[0]}).status == 429
    clock.shift(301)
    assert guesses(6) == ["wrong_code"] * 5 + ["rate_limited"]
    assert SHOP.post("verify-2fa", held[0], {"token": app.code()}).headers["Retry-After"] == "600"
    clock.shift(601)
    # Nobody else is locked, a right code gets in, and clears the count.
    renewed = SHOP.access_of(SHOP.log_in(person))
    assert SHOP.post("verify-2fa", renewed, {"token": app.code()}).status == 200
    held = [door.access_of(door.log_in(person)) for door in DOORS]
    assert guesses(6) == ["wrong_code"] * 5 + ["rate_limited"]


def test_the_second_of_two_secrets_is_the_one_that_counts(clock: Any) -> None:
    person = a_person()
    first, second = (Authenticator(SHOP.post("enable-2fa", person.access).body["otpauth_url"]) for _ in range(2))
    assert SHOP.post("verify-2fa", person.access, {"token": first.code()}).code == "wrong_code"
    verified = SHOP.post("verify-2fa", person.access, {"token": second.code()})
    assert verified.status == 200
    again = SHOP.post("enable-2fa", verified.body["access"])
    assert (again.status, again.code) == (400, "2fa_already_enabled")


def is_png(data_url: str) -> bool:
    """Whether it is a whole PNG of some size, black and white."""
    head, _, content = data_url.partition(",")
    data = base64.b64decode(content)
    length, width, height = struct.unpack(">I", data[8:12])[0], *struct.unpack(">II", data[16:24])
    assert zlib.crc32(data[12 : 16 + length]) == struct.unpack(">I", data[16 + length : 20 + length])[0]
    return head == "data:image/png;base64" and data.startswith(b"\x89PNG\r\n\x1a\n") and width == height > 100
