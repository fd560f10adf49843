"""The rules of the second factor, by a clock that stands still."""

import base64
from dataclasses import replace

import pytest

from commerce.kit.errors import InvalidInput
from commerce.two_factor import pyotp_gateway
from commerce.two_factor.model import (
    BACKUP_CODES,
    State,
    TwoFactor,
    WrongCode,
    new_backup_codes,
    normal_backup_code,
    normal_code,
)
from support.authenticator import Authenticator, hotp

# RFC 6238, appendix B: times and the last six of the eight digits that it lists for SHA-1.
KEY = b"12345678901234567890"
VECTORS = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}
NOW = 1_900_000_000
STEP = NOW // 30


def code_at(step: int) -> str:
    return pyotp_gateway.code_at(base64.b32encode(KEY).decode(), step)


@pytest.mark.parametrize(("now", "code"), VECTORS.items())
def test_codes_are_those_of_the_rfc(now: int, code: str) -> None:
    assert code_at(now // 30) == code == hotp(KEY, now // 30)
    assert TwoFactor(7, State.ON).accepted_step(code, now, code_at) == now // 30


def test_a_clock_may_be_one_step_off_and_not_two() -> None:
    found = TwoFactor(7, State.ON)
    for steps in (-1, 0, 1):
        assert found.accepted_step(code_at(STEP + steps), NOW, code_at) == STEP + steps
    for steps in (-2, 2):
        with pytest.raises(WrongCode):
            found.accepted_step(code_at(STEP + steps), NOW, code_at)


def test_a_step_is_accepted_once_and_none_before_it_afterwards() -> None:
    found = replace(TwoFactor(7, State.ON), last_step=STEP)
    for steps in (-1, 0):
        with pytest.raises(WrongCode):
            found.accepted_step(code_at(STEP + steps), NOW, code_at)
    assert found.accepted_step(code_at(STEP + 1), NOW, code_at) == STEP + 1


def test_apps_are_set_up_by_the_address() -> None:
    secret = pyotp_gateway.new_secret()
    app = Authenticator(pyotp_gateway.otpauth_url(secret, "buyer+x@example.com"))
    assert (app.label, app.issuer) == ("Bazaar:buyer+x@example.com", "Bazaar")
    assert app.code(at=NOW) == pyotp_gateway.code_at(secret, STEP)
    assert len(base64.b32decode(secret)) == 20
    assert secret != pyotp_gateway.new_secret()


@pytest.mark.parametrize(("written", "code"), [("123456", "123456"), (" 123 456\n", "123456"), ("000000", "000000")])
def test_blanks_in_a_code_mean_nothing(written: str, code: str) -> None:
    assert normal_code(written) == code


@pytest.mark.parametrize("written", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12-456", "1e5000"])
def test_what_cannot_be_a_code_is_no_guess(written: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        normal_code(written)
    assert not isinstance(refusal.value, WrongCode)


def test_backup_codes_are_known_by_digests_that_tell_nothing() -> None:
    shown, stored = new_backup_codes()
    assert len(set(shown)) == len(stored.digests) == BACKUP_CODES
    for code in shown:
        assert stored.match(normal_backup_code(f" {code.lower()} ")) in stored.digests
        assert code.replace("-", "") not in repr(stored)
    other, salted = new_backup_codes()
    assert stored.match(normal_backup_code(other[0])) is None
    assert salted.salt != stored.salt
    for written in ("", "ABCD", "0000-1111-OOOO-IIII", shown[0] + "A"):
        with pytest.raises(InvalidInput):
            normal_backup_code(written)
