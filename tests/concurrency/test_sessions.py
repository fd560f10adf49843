"""One refresh token, two hundred callers; and the naive rotation that hands out many successors."""

import secrets
import time

import pytest

from commerce.kit import clock, settings
from commerce.kit.tables import Table
from support.builders import a_person
from support.client import Client
from support.crowd import at_once

pytestmark = pytest.mark.usefixtures("dynamodb")

CALLERS = 200


def refresh(argument: tuple[str, int]) -> tuple[int, str]:
    token, arrived_ms = argument
    answer = Client("storefront").post("/auth/api/token/refresh/", json={"refresh": token}, arrived_ms=arrived_ms)
    return answer.status, answer.body.get("refresh", "")


def test_two_hundred_refreshes_have_one_successor_and_replay_kills_the_family() -> None:
    person = a_person()
    arrived_ms = clock.now_ms()
    answers = at_once(refresh, [(person.refresh, arrived_ms)] * CALLERS)
    successors = [token for status, token in answers if status == 200]
    assert len(successors) == 1
    assert sorted({status for status, _ in answers}) == [200, 401]

    # They were parallel, so the session lives on; a token that is used after its rotation is stolen, and ends it.
    status, second = refresh((successors[0], clock.now_ms()))
    assert status == 200
    assert refresh((successors[0], clock.now_ms() + 1)) == (401, "")
    assert refresh((second, clock.now_ms() + 2)) == (401, "")


def naive_refresh(session_and_token: tuple[str, str]) -> bool:
    """Rotation by reading, comparing and writing back."""
    session, spent = session_and_token
    table = Table(settings.text("SESSIONS_TABLE"))
    family = table.get(session, "FAMILY", consistent=True)
    assert family is not None
    if family["current"] != spent:
        return False
    time.sleep(0.02)  # It reads the account here, as the real one does.
    table.write(table.put({**family, "current": secrets.token_hex(16)}))
    return True


def test_control_naive_rotation_has_many_successors() -> None:
    table = Table(settings.text("SESSIONS_TABLE"))
    table.write(table.put({"pk": "naive", "sk": "FAMILY", "current": "first"}))
    assert sum(at_once(naive_refresh, [("naive", "first")] * CALLERS)) > 1


def register(number: int) -> int:
    form = {"email": "one@example.com", "username": f"user{number}", "first_name": "", "last_name": ""}
    password = {"password": "securepassword123", "password_confirm": "securepassword123"}
    return Client("storefront").post("/auth/api/register/", json=form | password).status


def test_parallel_registrations_of_one_email_make_one_user() -> None:
    assert sorted(at_once(register, range(50))) == [201] + [400] * 49


def attempt(_: int) -> int:
    body = {"email": "nobody@example.com", "password": "wrong password"}
    return Client("storefront").post("/auth/api/token/", json=body).status


def test_the_login_limit_is_exact_under_parallel_load(monkeypatch: pytest.MonkeyPatch) -> None:
    # All attempts fall into one window of the limit, whatever the hour: the clock stands still.
    monkeypatch.setattr(clock, "now", lambda: 1_736_330_400)
    statuses = at_once(attempt, range(200))
    assert (statuses.count(401), statuses.count(429)) == (10, 190)
