"""Who is calling, as every noun asks it."""

from dataclasses import dataclass

from commerce.kit.errors import Forbidden


@dataclass(frozen=True)
class Principal:
    """A caller whom a token has proved. `pending` means that the second factor is still owed; `epoch` is the account's
    when the token was signed."""

    user_id: int
    is_seller: bool = False
    is_staff: bool = False
    session_id: str = ""
    pending: bool = False
    epoch: int = 0

    def require_staff(self) -> None:
        """Raises Forbidden for everybody else."""
        if not self.is_staff:
            raise Forbidden
