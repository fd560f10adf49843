"""Forms in: the texts of a form as the value that JSON would have had, so that one body class reads both.

Files are left out: what takes files reads them itself.
"""

from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from rest import errors
from rest.json import check_text, read_bytes

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MAX_FIELDS = 100


def is_form(event: dict[str, Any]) -> bool:
    """Whether the request says that its body is a form."""
    return _content_type(event).partition(";")[0].strip().lower() in (URLENCODED, MULTIPART)


def read_form(event: dict[str, Any]) -> dict[str, Any]:
    """A form's texts by name, a list where a name came several times. Raises Problem (400 malformed, 413 too large)."""
    raw = read_bytes(event)
    is_multipart = _content_type(event).strip().lower().startswith(MULTIPART)
    pairs = _multipart(raw, _content_type(event)) if is_multipart else _urlencoded(raw)
    found: dict[str, Any] = {}
    for name, value in pairs:
        check_text(name)
        check_text(value)
        if name in found:
            earlier = found[name]
            found[name] = [*(earlier if isinstance(earlier, list) else [earlier]), value]
        else:
            found[name] = value
    return found


def _urlencoded(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise errors.malformed("it is not UTF-8 or has too many fields", "Form") from None


def _multipart(raw: bytes, content_type: str) -> list[tuple[str, str]]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("utf-8", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + raw)
    if not message.is_multipart() or message.defects:
        raise errors.malformed("the parts are not as their boundary says", "Form")
    pairs: list[tuple[str, str]] = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            raise errors.malformed("a part has no name", "Form")
        if part.get_filename() is not None:
            continue
        content = part.get_payload(decode=True)
        try:
            pairs.append((name, content.decode() if isinstance(content, bytes) else ""))
        except UnicodeDecodeError:
            raise errors.malformed("a field is not UTF-8", "Form") from None
    if len(pairs) > MAX_FIELDS:
        raise errors.malformed("it has too many fields", "Form")
    return pairs


def _content_type(event: dict[str, Any]) -> str:
    return str(event.get("headers", {}).get("content-type", ""))
