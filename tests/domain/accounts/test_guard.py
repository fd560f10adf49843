"""Guessing is slow, and guessing does not lock anybody out: case by case, on a clock that stands still."""

from collections.abc import Iterator

import pytest
import time_machine

from commerce.accounts.guard import LoginGuard
from commerce.accounts.model import WrongCredentials
from commerce.kit.errors import RateLimited
from commerce.kit.networks import network_of
from commerce.kit.tables import Table

pytestmark = pytest.mark.usefixtures("aws")

NOW = 1_900_000_000
RULES = {"login": (10, 300), "login_address": (100, 300), "login_account": (50, 3600)}
OWNER, HOME, AWAY = "owner@example.com", "198.51.100.1", "203.0.113.1"


@pytest.fixture
def guard() -> LoginGuard:
    return LoginGuard(Table("Sessions"), RULES)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def tried(guard: LoginGuard, address: str, *, is_right: bool, account: str = OWNER) -> str:
    """What became of one attempt: in, wrong or limited."""
    try:
        with guard.attempt(account, address):
            if not is_right:
                raise WrongCredentials
    except WrongCredentials:
        return "wrong"
    except RateLimited:
        return "limited"
    return "in"


def guesses(guard: LoginGuard, address: str, count: int, account: str = OWNER) -> list[str]:
    return [tried(guard, address, is_right=False, account=account) for _ in range(count)]


def test_a_guesser_is_limited_and_the_owner_elsewhere_is_not(guard: LoginGuard) -> None:
    assert guesses(guard, AWAY, 12) == ["wrong"] * 10 + ["limited"] * 2
    assert tried(guard, AWAY, is_right=True) == "limited"
    assert tried(guard, HOME, is_right=True) == "in"


def test_a_success_gives_failures_back(guard: LoginGuard) -> None:
    assert guesses(guard, HOME, 9) == ["wrong"] * 9
    assert tried(guard, HOME, is_right=True) == "in"
    assert guesses(guard, HOME, 11) == ["wrong"] * 10 + ["limited"]


def test_windows_grow_with_what_is_remembered_and_a_day_forgets(
    guard: LoginGuard, clock: time_machine.Traveller
) -> None:
    waits = []
    for _ in range(12):
        guesses(guard, AWAY, 10)
        with pytest.raises(RateLimited) as refusal, guard.attempt(OWNER, AWAY):
            pass
        waits.append(refusal.value.retry_after)
        clock.shift(refusal.value.retry_after)
    assert waits[:9] == [300 * 2**number for number in range(9)]
    assert max(waits) == 86_400
    clock.shift(86_401)
    assert guesses(guard, AWAY, 11) == ["wrong"] * 10 + ["limited"]
    with pytest.raises(RateLimited) as refusal, guard.attempt(OWNER, AWAY):
        pass
    assert refusal.value.retry_after == 300


def test_staying_just_below_the_limit_grows_the_window_too(guard: LoginGuard, clock: time_machine.Traveller) -> None:
    evaluated = 0
    for _ in range(24):  # First windows of two hours, which would let 216 guesses pass.
        evaluated += guesses(guard, AWAY, 9).count("wrong")
        clock.shift(300)
    assert evaluated < 60


def test_many_networks_get_one_guess_each_once_they_are_noticed(guard: LoginGuard) -> None:
    for number in range(5):
        assert guesses(guard, f"192.0.2.{number}", 10) == ["wrong"] * 10
    for number in range(5, 50):
        assert guesses(guard, f"192.0.2.{number}", 3) == ["wrong", "limited", "limited"]
    # It is nobody's lock: whoever brings the right password first gets in, from wherever.
    assert tried(guard, HOME, is_right=True) == "in"


def test_where_the_owner_logged_in_before_a_siege_changes_nothing(guard: LoginGuard) -> None:
    assert tried(guard, HOME, is_right=True) == "in"
    for number in range(6):
        guesses(guard, f"192.0.2.{number}", 10)
    assert guesses(guard, HOME, 4) == ["wrong"] * 4
    assert tried(guard, HOME, is_right=True) == "in"
    assert guesses(guard, AWAY, 2) == ["wrong", "limited"]


def test_a_network_that_tries_many_accounts_is_refused_as_a_whole(guard: LoginGuard) -> None:
    for number in range(100):
        assert guesses(guard, AWAY, 1, f"person{number}@example.com") == ["wrong"]
    assert guesses(guard, AWAY, 1, "another@example.com") == ["limited"]
    assert tried(guard, HOME, is_right=True) == "in"


def test_an_account_of_their_own_does_not_clear_a_network_s_failures(guard: LoginGuard) -> None:
    for number in range(99):
        guesses(guard, AWAY, 1, f"person{number}@example.com")
        if number % 10 == 0:
            assert tried(guard, AWAY, is_right=True, account="guesser@example.com") == "in"
    assert guesses(guard, AWAY, 2, "another@example.com") == ["wrong", "limited"]


def test_an_error_that_says_nothing_of_the_password_is_no_failure(guard: LoginGuard) -> None:
    for _ in range(30):
        with pytest.raises(KeyError), guard.attempt(OWNER, AWAY):
            raise KeyError
    assert guesses(guard, AWAY, 1) == ["wrong"]


def test_texts_that_are_no_address_do_not_share_a_limit(guard: LoginGuard) -> None:
    assert guesses(guard, AWAY, 11, "no address") == ["wrong"] * 10 + ["limited"]
    assert guesses(guard, AWAY, 1, "none either " + "é" * 5000) == ["wrong"]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("somewhere", "somewhere"),
    ],
)
def test_whom_an_address_stands_for(address: str, network: str) -> None:
    assert network_of(address) == network


def test_one_customer_s_addresses_are_one(guard: LoginGuard) -> None:
    for number in range(10):
        assert guesses(guard, f"2001:db8:1:2::{number}", 1) == ["wrong"]
    assert guesses(guard, "2001:db8:1:2:9::1", 1) == ["limited"]
    assert guesses(guard, "2001:db8:1:3::1", 1) == ["wrong"]
