"""Query parameters, declared once: a declaration reads what the client wrote, refuses what breaks its rule, and is what
the contract's document says of it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from commerce.kit import ids
from commerce.kit.errors import InvalidInput
from commerce.kit.pages import DEFAULT_SIZE, LAST_PAGE, MAX_SIZE

MAX_LENGTH = 1000
MAX_WORDS = 20
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")
_RATING = re.compile(r"[0-4](\.[0-9]{1,2})?|5(\.0{1,2})?")
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True)
class Parameter:
    """One name of a query. `read(text)` answers its value and raises ValueError with the client's message; `schema` is
    JSON Schema; without a value it is `default`, or a refusal when it is required."""

    about: str
    read: Callable[[str], Any]
    schema: Mapping[str, Any] = field(default_factory=dict)
    default: Any = None
    is_required: bool = False


Parameters = Mapping[str, Parameter]


def text(about: str, *, is_required: bool = False) -> Parameter:
    """Any text that is not blank."""
    return Parameter(about, str, {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH}, None, is_required)


def flag(about: str) -> Parameter:
    """true or false."""
    return Parameter(about, _flag, {"enum": list(_FLAGS)})


def whole(about: str, default: int | None = None, *, maximum: int | None = None) -> Parameter:
    """A whole number from 1 on; up to `maximum` when there is one."""
    message = f"A whole number from 1{f' to {maximum}' if maximum else ''} is required."

    def read(written: str) -> int:
        # Of many digits the first tell enough.
        number = int(written[:20]) if written.isascii() and written.isdigit() else 0
        if number < 1 or (maximum is not None and number > maximum):
            raise ValueError(message)
        # Pages beyond every list are as far beyond, and say so instead of being refused.
        return min(number, LAST_PAGE)

    schema: dict[str, Any] = {"type": "integer", "minimum": 1}
    schema |= {} if maximum is None else {"maximum": maximum}
    schema |= {} if default is None else {"default": default}
    return Parameter(about, read, schema, default)


def amount(about: str) -> Parameter:
    """An amount of money in major units, as written: how many decimals it may have depends on the currency."""
    return Parameter(about, _amount, {"type": "string", "pattern": f"^{_AMOUNT.pattern}$"})


def one_of(about: str, words: Sequence[str], message: str) -> Parameter:
    """One of some words; `message` refuses all others."""

    def read(written: str) -> str:
        if written not in words:
            raise ValueError(message)
        return written

    return Parameter(about, read, {"enum": list(words)})


def words(about: str, known: Sequence[str] = ()) -> Parameter:
    """Words separated by commas, as a tuple; only `known` ones when there are any."""

    def read(written: str) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(word.strip() for word in written.split(",") if word.strip()))
        if len(found) > MAX_WORDS:
            raise ValueError(f"At most {MAX_WORDS} words.")
        if not found or (known and not set(found) <= set(known)):
            raise ValueError(f"Choose of {', '.join(known)}." if known else "A word is required.")
        return found

    schema: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH}
    if known:
        one = f"({'|'.join(known)})"
        schema["pattern"] = f"^{one}(,{one})*$"
    return Parameter(about, read, schema, ())


def rating(about: str) -> Parameter:
    """An average rating from 0 to 5, with up to two decimals, in millionths."""
    return Parameter(about, _rating, {"type": "string", "pattern": f"^({_RATING.pattern})$"})


def identifier(about: str) -> Parameter:
    """An id."""
    return Parameter(about, _identifier, {"type": "integer", "minimum": 1, "maximum": ids.LARGEST})


def day(about: str) -> Parameter:
    """A day of the calendar."""
    return Parameter(about, _day, {"type": "string", "format": "date"})


PAGE: Parameters = {
    "page": whole("Which page, the first is 1", 1),
    "page_size": whole("How many rows a page has", DEFAULT_SIZE, maximum=MAX_SIZE),
}
PAGE_SIZE: Parameters = {"page_size": PAGE["page_size"]}


def read(declared: Parameters, written: Mapping[str, str]) -> dict[str, Any]:
    """The values of all declared parameters, defaults among them; other names mean nothing. Raises InvalidInput."""
    values: dict[str, Any] = {}
    problems: dict[str, list[str]] = {}
    for name, parameter in declared.items():
        if name not in written:
            values[name] = parameter.default
            if parameter.is_required:
                problems[name] = ["This field is required."]
        elif not written[name].strip():
            problems[name] = ["This field may not be blank."]
        else:
            try:
                values[name] = parameter.read(written[name])
            except ValueError as error:
                problems[name] = [str(error)]
    if problems:
        raise InvalidInput(problems)
    return values


def _flag(written: str) -> bool:
    if written.lower() not in _FLAGS:
        raise ValueError("Must be a valid boolean.")
    return _FLAGS[written.lower()]


def _amount(written: str) -> str:
    if not _AMOUNT.fullmatch(written):
        raise ValueError("A valid number is required.")
    return written


def _rating(written: str) -> int:
    if not _RATING.fullmatch(written):
        raise ValueError("A number from 0 to 5 is required.")
    whole_part, _, decimals = written.partition(".")
    return int(whole_part) * 1_000_000 + int(decimals.ljust(6, "0"))


def _identifier(written: str) -> int:
    number = ids.parse(written)
    if number is None:
        raise ValueError("An id is required.")
    return number


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError("A date like 2026-11-21 is required.") from None
