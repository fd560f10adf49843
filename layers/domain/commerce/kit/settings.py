"""The only module that reads the environment.

An `app.py` builds its services while it is imported, so a variable that the template forgot stops the function at its
start with the variable's name, not in the middle of somebody's order.
"""

import os

# Attempts and seconds: failed logins per account and network, per network, and per account from where it is guarded;
# wrong second factors per account; registrations and new guests' carts per network; what a person says on their
# sockets; messages and new conversations per account.
DEFAULT_RATE_LIMITS = {
    "login": (10, 300),
    "login_address": (100, 300),
    "login_account": (50, 3600),
    "second_factor": (5, 300),
    "register": (20, 3600),
    "guest_cart": (200, 3600),
    "socket_message": (120, 60),
    "chat_send": (100, 60),
    "chat_start": (60, 3600),
}


class SettingMissing(RuntimeError):
    """A variable that this function needs is not set; the message names it."""


def text(name: str, default: str | None = None) -> str:
    """The variable's value. Raises SettingMissing when it is neither set nor has a default."""
    value = os.environ.get(name, default)
    if value is None:
        raise SettingMissing(f"environment variable {name} is not set")
    return value


def integer(name: str, default: int | None = None) -> int:
    """The variable as a whole number. Raises SettingMissing, or ValueError naming the variable."""
    value = text(name, None if default is None else str(default))
    try:
        return int(value)
    except ValueError:
        raise ValueError(f"environment variable {name} is not a whole number: {value!r}") from None


def rate_limits() -> dict[str, tuple[int, int]]:
    """{rule: (attempts, seconds)}: the defaults, with what RATE_LIMITS (`login=10/300,register=20/3600`) overrides."""
    limits = dict(DEFAULT_RATE_LIMITS)
    for rule in filter(None, text("RATE_LIMITS", "").split(",")):
        name, _, amount = rule.partition("=")
        attempts, _, seconds = amount.partition("/")
        limits[name.strip()] = (int(attempts), int(seconds))
    return limits


def payments_are_live() -> bool:
    """Whether real money moves: what a provider reports from its test mode is refused then, and the other way round."""
    return text("PAYMENTS_LIVE", "false") == "true"


def staff_needs_two_factor() -> bool:
    """Whether staff without a second factor may do nothing but enrol one."""
    return text("STAFF_TWO_FACTOR", "optional") == "required"


def commission_bp() -> int:
    """The platform's commission on new orders, in basis points of the items' price. It has no default: a function that
    was not told would sell on other terms than the rest."""
    return integer("COMMISSION_BP")
