"""Whether an access token still tells the truth: each carries its account's epoch, and writes compare it.

An account's epoch rises when a token of before would say too much: the account was closed, a role taken, the password or
the second factor changed. Reads believe a token for its fifteen minutes; a write costs one read of the account (one
unit), or nothing when its transaction holds the condition (decision 11).
"""

from functools import cache

from commerce.accounts.store import AccountStore
from commerce.kit import settings
from commerce.kit.errors import TokenRefused
from commerce.kit.tables import Table, Write
from commerce.sessions.model import Principal


class Epochs:
    """The two ways to ask: before a write, or inside its transaction."""

    def __init__(self, store: AccountStore) -> None:
        self._store = store

    def require_current(self, caller: Principal) -> None:
        """Nothing when the caller's token is of its account's present epoch. Raises TokenRefused, as for an old token:
        a client renews it and so learns what is true now."""
        user = self._store.user(caller.user_id)
        if user is None or not user.is_active or user.epoch != caller.epoch:
            raise TokenRefused

    def epoch_check_write(self, caller: Principal) -> Write:
        """The condition check of the same for a transaction; refused, the caller's token is to be refused."""
        return self._store.epoch_check_write(caller.user_id, caller.epoch)


@cache
def epochs() -> Epochs:
    """The service over the table that the environment names."""
    return Epochs(AccountStore(Table(settings.text("ACCOUNTS_TABLE"))))
