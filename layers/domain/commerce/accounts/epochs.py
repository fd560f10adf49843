"""Whether an access token still tells the truth: each carries its account's epoch, and writes compare it.

An account's epoch rises when a token of before would say too much: the account was closed, a role taken, the password
or the second factor changed. Reads believe a token for its fifteen minutes; a write costs one read of the account (one
unit), alone or in a batch that is read anyway, or a condition in its transaction (decision 11).
"""

from dataclasses import dataclass
from functools import cache

from commerce.accounts.model import User
from commerce.accounts.store import AccountStore
from commerce.kit import settings
from commerce.kit.errors import TokenRefused
from commerce.kit.lookups import Found, Lookup
from commerce.kit.principal import Principal
from commerce.kit.tables import Table, Write


@dataclass(frozen=True)
class EpochRead:
    """The question as one more lookup of a batch that is read anyway, consistently."""

    caller: Principal
    lookup: Lookup[User | None]

    def require(self, found: Found) -> None:
        """As `Epochs.require_current`, of what the lookup found."""
        _require(found[self.lookup], self.caller)


class Epochs:
    """The three ways to ask: before a write, beside its reads, or inside its transaction."""

    def __init__(self, store: AccountStore) -> None:
        self._store = store

    def require_current(self, caller: Principal) -> None:
        """Nothing when the caller's token is of its account's present epoch. Raises TokenRefused, as for an old token:
        a client renews it and so learns what is true now."""
        _require(self._store.user(caller.user_id), caller)

    def epoch_read(self, caller: Principal) -> EpochRead:
        """The same for a service that reads a batch first."""
        return EpochRead(caller, self._store.user_lookup(caller.user_id))

    def epoch_check_write(self, caller: Principal) -> Write:
        """The condition check of the same for a transaction; refused, the caller's token is to be refused."""
        return self._store.epoch_check_write(caller.user_id, caller.epoch)


def _require(user: User | None, caller: Principal) -> None:
    if user is None or not user.is_active or user.epoch != caller.epoch:
        raise TokenRefused


@cache
def epochs() -> Epochs:
    """The service over the table that the environment names."""
    return Epochs(AccountStore(Table(settings.text("ACCOUNTS_TABLE"))))
