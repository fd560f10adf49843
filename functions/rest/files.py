"""One file in a form: the bytes, and of the rest the value that JSON would have had."""

import hashlib
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from rest import errors
from rest.forms import MULTIPART
from rest.json import check_text, read_bytes

# The gateway takes 6 MB of base64 with all that goes around it.
MAX_BYTES = 4_400_000
MAX_PARTS = 20


def has_file(event: dict[str, Any]) -> bool:
    """Whether the request says that its body is a form that can hold files."""
    return _content_type(event).partition(";")[0].strip().lower() == MULTIPART


def read_file(event: dict[str, Any], names: tuple[str, ...]) -> tuple[dict[str, Any], bytes | None]:
    """The texts of a form by name, with `filename`, `content_type` and `size` of the file that has one of the names,
    and its bytes; None without it. Its digest is among the values, so that a keyed request with another file is
    another one. Raises Problem (400 malformed, 413 too large)."""
    raw = read_bytes(event, MAX_BYTES)
    head = f"Content-Type: {_content_type(event)}\r\n\r\n".encode("utf-8", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + raw)
    if not message.is_multipart() or message.defects:
        raise errors.malformed("the parts are not as their boundary says", "Form")
    parts = list(message.iter_parts())
    if len(parts) > MAX_PARTS:
        raise errors.malformed("it has too many parts", "Form")
    values: dict[str, Any] = {}
    files: list[tuple[dict[str, Any], bytes]] = []
    for part in parts:
        name, filename = part.get_param("name", header="content-disposition"), part.get_filename()
        if not isinstance(name, str):
            raise errors.malformed("a part has no name", "Form")
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        if filename is None:
            values[name] = _text(content)
        elif name in names:
            check_text(filename)
            about = {"filename": filename, "content_type": part.get_content_type(), "size": len(content)}
            files.append(({**about, "digest": hashlib.sha256(content).hexdigest()}, content))
    if len(files) > 1:
        raise errors.malformed("it has more than one file", "Form")
    if not files:
        return values, None
    [(about, content)] = files
    return {**values, **about}, content


def _text(content: bytes) -> str:
    try:
        written = content.decode()
    except UnicodeDecodeError:
        raise errors.malformed("a field is not UTF-8", "Form") from None
    check_text(written)
    return written


def _content_type(event: dict[str, Any]) -> str:
    return str(event.get("headers", {}).get("content-type", ""))
