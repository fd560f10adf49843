"""Guessing passwords is slow, and nobody can be locked out by it (decision 10).

Failures count per account and network together; a success clears them. A network that fails on many accounts is
refused as a whole. An account on which many networks fail is not refused: it then allows each network that never logged
in to it a single failure, while its owner's own networks notice nothing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from commerce.accounts.model import WrongCredentials
from commerce.kit.failures import FailureLimiter, Limit
from commerce.kit.limits import Limiter
from commerce.kit.networks import network_of
from commerce.kit.tables import Table


class LoginGuard:
    """`rules` has `login` (per account and network), `login_address` (per network) and `login_account`."""

    def __init__(self, table: Table, rules: Mapping[str, tuple[int, int]]) -> None:
        self._rules = rules
        self._pairs = FailureLimiter(table, "login")
        self._networks = FailureLimiter(table, "login_address")
        self._accounts = Limiter(table, dict(rules))

    @contextmanager
    def attempt(self, account: str, address: str) -> Iterator[None]:
        """The block is one attempt to prove `account`'s password from `address`; WrongCredentials is its failure.

        Raises RateLimited before the block is entered.
        """
        network = network_of(address)
        is_besieged = self._accounts.is_exceeded("login_account", account)
        failures, seconds = self._rules["login"]
        of_pair = Limit(failures, seconds, untrusted_failures=1 if is_besieged else None)
        of_network = Limit(*self._rules["login_address"])
        with (
            self._networks.attempt(network, of_network, WrongCredentials, forgives=False),
            self._pairs.attempt(f"{account}\n{network}", of_pair, WrongCredentials, forgives=True),
        ):
            try:
                yield
            except WrongCredentials:
                self._accounts.record("login_account", account)
                raise
