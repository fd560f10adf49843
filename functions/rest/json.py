"""JSON in and out.

Reading is stricter than Python's own: no duplicate keys, no NaN, decimals kept exact, no text that UTF-8 or DynamoDB
could not hold. Bodies that contracts accept derive from `Body`, whose refusals become messages by field.
"""

import json
from base64 import b64decode
from binascii import Error as BadBase64
from decimal import Decimal
from typing import Any

from rest import errors

MAX_BODY = 262_144
MAX_DEPTH = 32


class _NotOurJson(ValueError):
    """Something that Python reads and we do not; the message is for the caller."""


def read_json(event: dict[str, Any]) -> Any:
    """The request's JSON value; {} for an empty body. Raises Problem (400 malformed, 413 too large, 415 wrong type)."""
    raw = _text(event)
    if not raw.strip():
        return {}
    content_type = event.get("headers", {}).get("content-type", "application/json")
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise errors.wrong_type(content_type)
    try:
        value = json.loads(raw, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
    except RecursionError:
        raise errors.malformed("nested too deeply") from None
    except _NotOurJson as error:
        raise errors.malformed(str(error)) from None
    except json.JSONDecodeError as error:
        raise errors.malformed(f"invalid at line {error.lineno}, column {error.colno}") from None
    except ValueError:
        # Python refuses to read integers of thousands of digits.
        raise errors.malformed("a number is too long") from None
    _check_text(value, 0)
    return value


def write_json(value: Any) -> str:
    """A body of plain values, compact."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read_bytes(event: dict[str, Any], most: int = MAX_BODY) -> bytes:
    """The request's body as it was sent. Raises Problem (400 when it is no base64 though said to be, 413 for more than
    `most` bytes)."""
    body = event.get("body") or ""
    if len(body) > most * 4 // 3 + 4:
        raise errors.too_large()
    if event.get("isBase64Encoded"):
        try:
            decoded = b64decode(body, validate=True)
        except (BadBase64, ValueError):
            raise errors.malformed("the body is not base64") from None
    else:
        decoded = body.encode("utf-8", "surrogatepass")
    if len(decoded) > most:
        raise errors.too_large()
    return decoded


def _text(event: dict[str, Any]) -> str:
    try:
        return read_bytes(event).decode("utf-8")
    except UnicodeDecodeError:
        raise errors.malformed("the body is not UTF-8") from None


def _no_constant(name: str) -> Any:
    raise _NotOurJson(f"{name} is not a JSON number")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotOurJson("a key appears twice in an object")
    return found


def _check_text(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise errors.malformed("nested too deeply")
    match value:
        case str():
            check_text(value)
        case list():
            for entry in value:
                _check_text(entry, depth + 1)
        case dict():
            for name, entry in value.items():
                check_text(name)
                _check_text(entry, depth + 1)


def check_text(value: str) -> None:
    """Refuse what cannot be stored or sent on: NUL, and halves of surrogate pairs. Raises Problem 400."""
    if "\0" in value:
        raise errors.malformed("null characters are not allowed")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise errors.malformed("unpaired surrogates are not allowed") from None
