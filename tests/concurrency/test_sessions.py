"""One refresh token, two hundred callers; and the naive rotation that hands out many successors."""

import secrets
import time

import pytest

from commerce.kit import clock, settings
from commerce.kit.errors import RateLimited
from commerce.kit.limits import Limiter
from commerce.kit.tables import Table
from commerce.sessions.model import LEEWAY_MS
from support.builders import PASSWORD, a_person
from support.client import Client
from support.concurrency import at_once

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

    # They were parallel, so the session lives on; a token that comes long after its rotation is stolen, and ends it.
    status, second = refresh((successors[0], clock.now_ms()))
    assert status == 200
    assert refresh((successors[0], clock.now_ms() + LEEWAY_MS + 1000)) == (401, "")
    assert refresh((second, clock.now_ms())) == (401, "")


def test_honest_retries_milliseconds_apart_leave_the_session_alive() -> None:
    person = a_person()
    now = clock.now_ms()
    answers = at_once(refresh, [(person.refresh, now + 50 * number % LEEWAY_MS) for number in range(40)])
    [successor] = [token for status, token in answers if status == 200]
    assert refresh((successor, clock.now_ms()))[0] == 200


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


def log_in(email_password_address: tuple[str, str, str]) -> int:
    email, password, address = email_password_address
    body = {"email": email, "password": password}
    return Client("storefront").post("/auth/api/token/", json=body, address=address).status


# All attempts fall into one window of the limit, whatever the hour: the clock stands still.
@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.mark.usefixtures("still")
def test_the_login_limit_is_exact_under_parallel_load() -> None:
    statuses = at_once(log_in, [("nobody@example.com", "wrong password", "192.0.2.1")] * 200)
    assert (statuses.count(401), statuses.count(429)) == (10, 190)


@pytest.mark.usefixtures("still")
def test_a_besieged_account_gives_each_network_one_guess_and_its_owner_gets_in() -> None:
    person = a_person()
    wrong = [(person.user.email, "wrong password", f"198.51.100.{number}") for number in range(60)]
    assert at_once(log_in, wrong) == [401] * 60
    repeated = [(person.user.email, "wrong password", f"203.0.113.{number % 10}") for number in range(100)]
    statuses = at_once(log_in, repeated)
    assert (statuses.count(401), statuses.count(429)) == (10, 90)
    assert log_in((person.user.email, PASSWORD, "192.0.2.200")) == 200


@pytest.mark.usefixtures("still")
def test_a_hundred_right_passwords_at_once_all_get_in() -> None:
    person = a_person()
    assert at_once(log_in, [(person.user.email, PASSWORD, "192.0.2.1")] * 100, processes=20) == [200] * 100


def naive_log_in(_: int) -> int:
    """A limit that looks at the failures before, and counts its own afterwards."""
    table = Table(settings.text("SESSIONS_TABLE"))
    found = table.get("naive", "FAILURES", consistent=True)
    if found is not None and found["count"] >= 10:
        return 429
    time.sleep(0.02)  # The hash is computed here.
    table.write(table.update("naive", "FAILURES", "ADD #count :one", values={"one": 1}))
    return 401


def test_control_counting_afterwards_evaluates_more_guesses() -> None:
    assert at_once(naive_log_in, range(200)).count(401) > 10


def naive_attempt(_: int) -> int:
    """A limit that counts every attempt before it is evaluated, and forgives after a success."""
    limiter = Limiter(Table(settings.text("SESSIONS_TABLE")), {"naive": (10, 300)})
    try:
        limiter.take("naive", "somebody")
    except RateLimited:
        return 429
    time.sleep(0.02)  # The hash is computed here.
    return 200


@pytest.mark.usefixtures("still")
def test_control_counting_attempts_locks_right_passwords_out() -> None:
    assert at_once(naive_attempt, range(100)).count(429) > 0
