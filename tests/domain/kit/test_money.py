"""Amounts as people write them, and as minor units."""

from decimal import Decimal

import pytest

from commerce.kit import money
from commerce.kit.errors import InvalidInput


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (8_999, "USD", "89.99"),
        (5, "USD", "0.05"),
        (-5, "USD", "-0.05"),
        (-12_345, "USD", "-123.45"),
        (500, "JPY", "500"),
        (-500, "JPY", "-500"),
        (1_250, "KWD", "1.250"),
        (0, "EUR", "0.00"),
    ],
)
def test_minor_units_are_written_as_the_currency_is_and_read_again(minor: int, currency: str, written: str) -> None:
    assert money.text(minor, currency) == written
    if minor >= 0:
        assert money.parse(written, currency) == minor


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("89.99", "USD", 8_999),
        (89, "USD", 8_900),
        (Decimal("89.9"), "USD", 8_990),
        ("007.10", "USD", 710),
        ("1.000", "USD", 100),
        ("1000", "JPY", 1_000),
        ("1000.0", "JPY", 1_000),
        ("1.5", "KWD", 1_500),
        ("1000000000000", "USD", money.MAX_MINOR),
    ],
)
def test_amounts_as_callers_write_them(written: object, currency: str, minor: int) -> None:
    assert money.parse(written, currency) == minor


@pytest.mark.parametrize(
    "written",
    [
        "",
        " 1",
        "1 ",
        "+1",
        "-1",
        "1e3",
        "1,5",
        ".5",
        "5.",
        "NaN",
        "Infinity",
        "0x1",
        "١",
        "1" * 21,
        True,
        None,
        1.5,
        [],
    ],
)
def test_what_is_no_amount(written: object) -> None:
    with pytest.raises(ValueError, match="valid number"):
        money.parse(written, "USD")


@pytest.mark.parametrize(
    ("written", "currency", "places"), [("1.999", "USD", 2), ("1.5", "JPY", 0), ("1.0001", "KWD", 3)]
)
def test_more_decimals_than_the_currency_has(written: str, currency: str, places: int) -> None:
    with pytest.raises(ValueError, match=f"no more than {places} decimal"):
        money.parse(written, currency)


def test_amounts_beyond_any_price() -> None:
    with pytest.raises(ValueError, match="too large"):
        money.parse("1000000000000.01", "USD")


def test_a_written_amount_is_one_of_its_own_currency() -> None:
    written = money.Written("1000")
    assert [money.minor_of(written, code, "price") for code in ("USD", "JPY", "KWD")] == [100_000, 1_000, 1_000_000]
    assert money.minor_of(5, "JPY", "price") == 5
    with pytest.raises(InvalidInput) as refusal:
        money.minor_of(money.Written("10.5"), "JPY", "price")
    assert list(refusal.value.fields) == ["price"]


def test_records_keep_an_amount_as_it_was_written() -> None:
    assert money.given(money.Written("1.50"), "amount") == {"amount": "1.50"}
    assert money.given(150, "amount") == {"amount_minor": 150}


def test_amounts_of_all_currencies_compare_as_they_are_written() -> None:
    written = [("999.00", "USD"), ("1000", "JPY"), ("1.250", "KWD")]
    numbers = [money.thousandths(money.parse(amount, code), code) for amount, code in written]
    assert numbers == [999_000, 1_000_000, 1_250]


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("12.34", "USD", 1_234), (12.34, "USD", 1_234), (500, "JPY", 500), (0.1, "KWD", 100)],
)
def test_what_providers_say_in_the_major_unit(amount: object, currency: str, minor: int) -> None:
    assert money.from_major(amount, currency) == minor
