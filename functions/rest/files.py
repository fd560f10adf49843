"""Files in a form: their bytes, and of the rest the value that JSON would have had."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rest import errors
from rest.forms import MULTIPART, by_name, parts_of
from rest.json import check_text, read_bytes

# The gateway takes 6 MB of base64 with all that goes around it.
MAX_BYTES = 4_400_000
MAX_PARTS = 20


@dataclass(frozen=True)
class SentFile:
    """A file of a form: the field that it came in, what the form says of it, and its bytes."""

    field: str
    filename: str
    content_type: str
    content: bytes

    @cached_property
    def about(self) -> dict[str, Any]:
        """The file as values. Its digest is among them, so that a keyed request with another file is another one."""
        digest = hashlib.sha256(self.content).hexdigest()
        size = len(self.content)
        return {"filename": self.filename, "content_type": self.content_type, "size": size, "digest": digest}


def has_file(event: dict[str, Any]) -> bool:
    """Whether the request says that its body is a form that can hold files."""
    return _content_type(event).partition(";")[0].strip().lower() == MULTIPART


def read_file(event: dict[str, Any], names: tuple[str, ...]) -> tuple[dict[str, Any], tuple[SentFile, ...]]:
    """A form that is about one file: its texts by name, with what is said of the file that has one of the names, and
    the file, if it is there. Raises Problem (400 malformed, 413 too large)."""
    texts, files = _read(event, names, MAX_PARTS)
    if len(files) > 1:
        raise errors.malformed("it has more than one file", "Form")
    about = files[0].about if files else {}
    return {**dict(texts), **about}, files


def read_files(event: dict[str, Any], names: tuple[str, ...]) -> tuple[dict[str, Any], tuple[SentFile, ...]]:
    """A form with files among its texts: the texts by name, a list where a name came several times; what is said of the
    files, by the names of their fields; and the files of those names. Raises Problem (400 malformed, 413 too large)."""
    texts, files = _read(event, names)
    about = {name: [file.about for file in files if file.field == name] for name in names}
    return {**by_name(texts), **{name: said for name, said in about.items() if said}}, files


def _read(
    event: dict[str, Any], names: tuple[str, ...], *most: int
) -> tuple[list[tuple[str, str]], tuple[SentFile, ...]]:
    parts = parts_of(read_bytes(event, MAX_BYTES), _content_type(event), *most)
    texts, files = [], []
    for part in parts:
        if part.filename is None:
            check_text(part.name)
            check_text(part.text)
            texts.append((part.name, part.text))
        elif part.name in names:
            check_text(part.filename)
            files.append(SentFile(part.name, part.filename, part.content_type, part.content))
    return texts, tuple(files)


def _content_type(event: dict[str, Any]) -> str:
    return str(event.get("headers", {}).get("content-type", ""))
