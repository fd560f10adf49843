"""Forms in: the texts of a form as the value that JSON would have had, so that one body class reads both.

Files are left out: what takes files reads them itself.
"""

from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from rest import errors
from rest.json import check_text, read_bytes

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MAX_FIELDS = 100


class Part(NamedTuple):
    """One part of a form; only a file has a `filename`."""

    name: str
    filename: str | None
    content_type: str
    content: bytes

    @property
    def text(self) -> str:
        """What a part that is no file says. Raises Problem (400)."""
        try:
            return self.content.decode()
        except UnicodeDecodeError:
            raise errors.malformed("a field is not UTF-8", "Form") from None


def is_form(event: dict[str, Any]) -> bool:
    """Whether the request says that its body is a form."""
    return _content_type(event).partition(";")[0].strip().lower() in (URLENCODED, MULTIPART)


def read_form(event: dict[str, Any]) -> dict[str, Any]:
    """A form's texts by name, a list where a name came several times. Raises Problem (400 malformed, 413 too large)."""
    raw = read_bytes(event)
    is_multipart = _content_type(event).strip().lower().startswith(MULTIPART)
    pairs = _multipart(raw, _content_type(event)) if is_multipart else _urlencoded(raw)
    return by_name(pairs)


def by_name(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Texts by name, a list where a name came several times. Raises Problem (400)."""
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


def parts_of(raw: bytes, content_type: str, most: int = MAX_FIELDS) -> list[Part]:
    """The parts of a form of that content type, at most so many; a field of files that were not chosen is none. Raises
    Problem (400)."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("utf-8", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + raw)
    if not message.is_multipart() or message.defects:
        raise errors.malformed("the parts are not as their boundary says", "Form")
    parts = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            raise errors.malformed("a part has no name", "Form")
        content = part.get_payload(decode=True)
        found = Part(name, part.get_filename(), part.get_content_type(), content if isinstance(content, bytes) else b"")
        if found.filename == "" and not found.content:
            continue
        parts.append(found)
        if len(parts) > most:
            raise errors.malformed("it has too many parts", "Form")
    return parts


def _urlencoded(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise errors.malformed("it is not UTF-8 or has too many fields", "Form") from None


def _multipart(raw: bytes, content_type: str) -> list[tuple[str, str]]:
    return [(part.name, part.text) for part in parts_of(raw, content_type) if part.filename is None]


def _content_type(event: dict[str, Any]) -> str:
    return str(event.get("headers", {}).get("content-type", ""))
