"""Who is calling, and the session (a family of refresh tokens) in which they call."""

from dataclasses import dataclass

from commerce.kit.errors import Forbidden

ACCESS_SECONDS = 15 * 60
REFRESH_SECONDS = 14 * 86_400
TICKET_SECONDS = 60


@dataclass(frozen=True)
class Principal:
    """A caller whom a token has proved. `pending` means that the second factor is still owed."""

    user_id: int
    is_seller: bool = False
    is_staff: bool = False
    session_id: str = ""
    pending: bool = False

    def require_staff(self) -> None:
        """Raises Forbidden for everybody else."""
        if not self.is_staff:
            raise Forbidden


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
