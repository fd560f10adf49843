"""The mails of the local stack, which go to nobody: a page of them, and the same as JSON for scripts and tests."""

from datetime import UTC, datetime
from html import escape
from typing import Any, NamedTuple

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mails · Bazaar</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/start.css">
</head>
<body>
<header><h1>Mails</h1>
<p class="lead">Sent since the start of this stack, to nobody. <a href="/">Start page</a></p></header>
<main>{mails}</main>
</body>
</html>
"""
_MAIL = """<article><h2>{subject}</h2><p>To {to}, from {sender}, at {at}</p><pre>{text}</pre></article>"""


class Mail(NamedTuple):
    """A mail as it was sent; `at` in seconds."""

    to: str
    sender: str
    subject: str
    text: str
    at: float


def page(mails: list[Mail]) -> str:
    """The mails as HTML."""
    shown = "".join(
        _MAIL.format(**{name: escape(str(value)) for name, value in (mail._asdict() | {"at": _time(mail.at)}).items()})
        for mail in mails
    )
    return _PAGE.format(mails=shown or "<p>None yet.</p>")


def as_json(mails: list[Mail]) -> dict[str, Any]:
    """The mails as data."""
    return {"mails": [mail._asdict() | {"at": _time(mail.at)} for mail in mails]}


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
