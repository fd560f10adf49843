"""Mails: what people are told outside of the shop. Every text that is mailed stands here, in plain words."""

from dataclasses import dataclass

from commerce.events.model import AccountEvent
from commerce.kit import clock


@dataclass(frozen=True)
class Mail:
    """One mail to one person, without markup."""

    to: str
    subject: str
    text: str


_TWO_FACTOR = {
    "enabled": (
        "Two-factor authentication is on",
        "Two-factor authentication was switched on for your account. From now on, logging in takes a code of your app.",
    ),
    "disabled": (
        "Two-factor authentication is off",
        "Two-factor authentication was switched off for your account. From now on, your password alone logs in.",
    ),
    "backup_codes_regenerated": (
        "You have new backup codes",
        "The backup codes of your account were replaced. Those of before are worth nothing any more.",
    ),
    "backup_code_used": (
        "A backup code was used",
        "A backup code of your account was used to log in. It is worth nothing any more.",
    ),
}


def mail_of(event: AccountEvent, to: str, first_name: str) -> Mail:
    """The mail that tells an account's owner of an event. Raises KeyError for a change that has no words."""
    subject, said = _TWO_FACTOR[event.payload["change"]]
    lines = [
        f"Hello {first_name}," if first_name else "Hello,",
        said,
        f"It happened at {clock.iso(event.payload['occurred_at'])}, and all other sessions have ended.",
        "If it was not you, somebody else has your password: change it at once.",
    ]
    return Mail(to, subject, "\n\n".join(lines) + "\n")
