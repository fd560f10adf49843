"""One code, many callers: it opens once. And the naive check that opens for many."""

import os
import time
from collections import Counter
from dataclasses import replace

import pytest

from commerce.kit import clock, settings
from commerce.kit.failures import Limit
from commerce.kit.tables import Table
from commerce.sessions.service import sessions
from commerce.sessions.tokens import verify
from commerce.two_factor.kms_gateway import Sealer
from commerce.two_factor.service import two_factor
from support.authenticator import Authenticator
from support.builders import Person, a_person
from support.client import Client
from support.concurrency import at_once

CALLERS = 200 if os.environ.get("FULL") == "1" else 24
DOORS = (("storefront", "/api/auth/"), ("parts", "/api/auth/"), ("marketplace", "/api/auth/"))


@pytest.fixture(autouse=True)
def races(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still, so that all codes are of one step; only DynamoDB is there, so nothing is sealed."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(Sealer, "seal", lambda self, user_id, secret: secret)
    monkeypatch.setattr(Sealer, "open", lambda self, user_id, sealed: sealed)


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every guess is looked at: what is refused is refused by the code's own condition."""
    monkeypatch.setattr(two_factor(), "_limit", Limit(10_000, 300))


def enrolled() -> tuple[Person, Authenticator, tuple[str, ...]]:
    """Somebody with a second factor whose present code is not spent, with their app and backup codes."""
    person = a_person()
    app = Authenticator(two_factor().enable(verify(person.access)).otpauth_url)
    made = two_factor().verify(verify(person.access), app.code(at=clock.now(), steps=-1))
    return replace(person, access=made.tokens.access), app, made.backup_codes


def pending(person: Person) -> list[str]:
    """As many logins as there are callers, each still owing the second factor."""
    principal = replace(verify(person.access), session_id="", pending=True)
    return [sessions().open(principal).access for _ in range(CALLERS)]


def give(number_token_name_body: tuple[int, str, str, dict[str, str]]) -> tuple[int, str | None]:
    number, token, name, body = number_token_name_body
    contract, base = DOORS[number % len(DOORS)]
    answer = Client(contract).post(f"{base}{name}/", json=body, token=token)
    return answer.status, None if answer.status == 200 else answer.code


def warm() -> None:
    """The handlers are loaded before the processes part, not in each of them."""
    for contract, base in DOORS:
        assert Client(contract).get(f"{base}2fa-status/").status == 401


def all_give(tokens: list[str], name: str, *bodies: dict[str, str]) -> Counter[tuple[int, str | None]]:
    warm()
    return Counter(
        at_once(give, [(number, token, name, bodies[number % len(bodies)]) for number, token in enumerate(tokens)])
    )


@pytest.mark.usefixtures("unlimited")
def test_a_code_opens_one_of_many_pending_logins() -> None:
    person, app, _ = enrolled()
    outcomes = all_give(pending(person), "verify-2fa", {"token": app.code(at=clock.now())})
    assert outcomes == {(200, None): 1, (400, "wrong_code"): CALLERS - 1}


def test_of_many_uses_under_the_limit_one_passes_as_well() -> None:
    person, app, _ = enrolled()
    outcomes = all_give(pending(person), "verify-2fa", {"token": app.code(at=clock.now())})
    assert outcomes[200, None] == 1
    assert {code for _, code in outcomes} <= {None, "wrong_code", "rate_limited"}


@pytest.mark.usefixtures("unlimited")
def test_a_backup_code_opens_one_of_many_pending_logins() -> None:
    person, _, codes = enrolled()
    outcomes = all_give(pending(person), "validate-backup-code", {"backup_code": codes[0]})
    # Who comes after it was used has, besides a spent code, a session that ended with it.
    assert outcomes[200, None] == 1
    assert sum(outcomes.values()) == CALLERS
    assert {code for _, code in outcomes} <= {None, "wrong_code", "token_not_valid"}
    assert len(two_factor()._store.of(person.id).backup_codes.digests) == 9


@pytest.mark.usefixtures("unlimited")
def test_of_different_backup_codes_none_is_lost_for_nothing() -> None:
    person, _, codes = enrolled()
    outcomes = all_give(pending(person), "validate-backup-code", *({"backup_code": code} for code in codes))
    assert outcomes[200, None] == 1
    assert len(two_factor()._store.of(person.id).backup_codes.digests) == 9


@pytest.mark.usefixtures("unlimited")
def test_a_secret_is_switched_on_once_and_one_set_of_codes_lives() -> None:
    person = a_person()
    app = Authenticator(two_factor().enable(verify(person.access)).otpauth_url)
    outcomes = all_give([person.access] * CALLERS, "verify-2fa", {"token": app.code(at=clock.now())})
    assert outcomes[200, None] == 1
    found = two_factor()._store.of(person.id)
    assert (found.version, len(found.backup_codes.digests)) == (1, 10)


@pytest.mark.usefixtures("unlimited")
def test_codes_are_made_again_once_for_one_step() -> None:
    person, app, _ = enrolled()
    body = {"token": app.code(at=clock.now())}
    outcomes = all_give([person.access] * CALLERS, "regenerate-backup-codes", body)
    assert outcomes[200, None] == 1
    found = two_factor()._store.of(person.id)
    assert (found.version, len(found.backup_codes.digests)) == (2, 10)


def test_no_more_guesses_than_the_limit_are_looked_at() -> None:
    person, app, codes = enrolled()
    right = app.code(at=clock.now())
    wrong = next(code for code in ("111111", "222222", "333333") if code != right)
    outcomes = all_give(pending(person), "verify-2fa", {"token": wrong})
    assert outcomes == {(400, "wrong_code"): 5, (429, "rate_limited"): CALLERS - 5}
    assert all_give(pending(person)[:1], "validate-backup-code", {"backup_code": codes[0]}) == {
        (429, "rate_limited"): 1
    }


def naive_give(code_and_step: tuple[str, int]) -> bool:
    """A second factor that reads which step was last, compares and writes it back."""
    account, step = code_and_step
    table = Table(settings.text("ACCOUNTS_TABLE"))
    found = table.get(account, "TWOFACTOR", consistent=True)
    assert found is not None
    if found["last_step"] >= step:
        return False
    time.sleep(0.02)  # The secret is opened here, as the real one does.
    table.write(table.put({**found, "last_step": step}))
    return True


def test_control_a_naive_check_opens_for_many() -> None:
    table = Table(settings.text("ACCOUNTS_TABLE"))
    table.write(table.put({"pk": "naive", "sk": "TWOFACTOR", "last_step": 1}))
    assert sum(at_once(naive_give, [("naive", 2)] * CALLERS)) > 1
