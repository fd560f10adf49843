"""Sessions: families of refresh tokens, one for each login. Rules only."""

from dataclasses import dataclass

from commerce.kit.errors import NotFound
from commerce.kit.principal import Principal

ACCESS_SECONDS = 15 * 60
REFRESH_SECONDS = 14 * 86_400
TICKET_SECONDS = 60
# How long the token before the current one is refused without ending the session (decision 5).
LEEWAY_MS = 5_000


@dataclass(frozen=True)
class Standing:
    """What an account lets its sessions do now: its present rights, pending when it needs a second factor that it has
    not, and the epoch before which all sessions ended."""

    principal: Principal
    sessions_epoch: int


@dataclass(frozen=True)
class Session:
    """One login that still lives. Times in milliseconds, UTC; `used_at` is when it was last carried on."""

    id: str
    opened_at: int
    used_at: int
    expires_at: int


@dataclass(frozen=True)
class Tokens:
    """What a login hands out: two signed JWTs."""

    access: str
    refresh: str


@dataclass(frozen=True)
class RefreshClaims:
    """The content of a refresh token that was signed by us and has not expired."""

    session_id: str
    user_id: int
    token_id: str
    pending: bool


class SessionUnknown(NotFound):
    """No living session of that id belongs to the account."""

    def __init__(self) -> None:
        super().__init__("Session")
