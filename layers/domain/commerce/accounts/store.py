"""Accounts table. Uniqueness of email and username is a conditional put, so that parallel registrations make one user.

USER#<id>           USER         the account; also `shard`, with `id` the key of index by_shard, which lists the newest
EMAIL#<email>       CREDENTIAL   {user_id, password_hash}
USERNAME#<folded>   USERNAME     {user_id}
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields

from commerce.accounts.model import EmailTaken, MayNotSell, StaffAccount, User, UsernameTaken
from commerce.kit import clock
from commerce.kit.errors import NotFound
from commerce.kit.items import Item
from commerce.kit.tables import ConditionFailed, Table, TransactionRefused, Write, read, transact

# Enough that no index partition takes all registrations, few enough to merge their newest.
SHARDS = 4
_NAMES = {field.name for field in fields(User)}


class IdTaken(Exception):
    """The id drawn for a new user exists already; draw again."""


class AccountStore:
    """Every access to the Accounts table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, user: User, password_hash: str, session: Write) -> None:
        """Store a new user with his first session. Raises EmailTaken, UsernameTaken, IdTaken."""
        unused = "attribute_not_exists(#pk)"
        credential = {"user_id": user.id, "password_hash": password_hash}
        try:
            transact(
                [
                    self._table.put(_user_item(user), condition=unused),
                    self._table.put({"pk": f"EMAIL#{user.email}", "sk": "CREDENTIAL", **credential}, condition=unused),
                    self._table.put(
                        {"pk": _username_key(user.username), "sk": "USERNAME", "user_id": user.id}, condition=unused
                    ),
                    session,
                ]
            )
        except TransactionRefused as refusal:
            if 1 in refusal.failures:
                raise EmailTaken from None
            if 2 in refusal.failures:
                raise UsernameTaken from None
            raise IdTaken from None

    def credential(self, email: str) -> tuple[int, str] | None:
        """(user id, password hash) behind an email in its normal form, or None."""
        found = self._table.get(f"EMAIL#{email}", "CREDENTIAL", consistent=True)
        return (found["user_id"], found["password_hash"]) if found else None

    def rehash(self, email: str, password_hash: str, before: str) -> None:
        """Replace a password's hash by a stronger one, unless the password was changed meanwhile."""
        try:
            self._table.write(
                self._table.update(
                    f"EMAIL#{email}",
                    "CREDENTIAL",
                    "SET #password_hash = :after",
                    condition="#password_hash = :before",
                    values={"after": password_hash, "before": before},
                )
            )
        except ConditionFailed:
            pass

    def user(self, user_id: int) -> User | None:
        """The account or None."""
        found = self._table.get(f"USER#{user_id}", "USER", consistent=True)
        return _user(found) if found else None

    def newest(self, limit: int, before: int) -> list[User]:
        """At most `limit` accounts with ids below `before`, the latest first; a query a shard and one batch read."""
        index = ("by_shard", "shard", "id")
        rows = [
            row
            for shard in range(SHARDS)
            for row in self._table.query_until(f"USERS#{shard}", index, before - 1, limit, backwards=True)
        ]
        latest = sorted(rows, key=lambda row: row["id"], reverse=True)[:limit]
        items = read([(self._table, row["pk"], row["sk"]) for row in latest]) if latest else []
        return [_user(item) for item in items if item]

    def grant(self, user_id: int, role: str) -> User:
        """Give the user a role, `is_seller` or `is_staff`; having it already is fine. Raises NotFound, MayNotSell."""
        allowed = "attribute_exists(#pk)"
        values: Item = {"true": True, "now": clock.now_ms()}
        if role == "is_seller":
            allowed += " AND (attribute_not_exists(#may_sell) OR #may_sell = :true)"
        try:
            return _user(
                self._table.write(
                    self._table.update(
                        f"USER#{user_id}",
                        "USER",
                        f"SET #{role} = :true, #updated_at = :now",
                        condition=allowed,
                        values=values,
                    ),
                    returning="ALL_NEW",
                )
            )
        except ConditionFailed as refusal:
            if refusal.found:
                raise MayNotSell from None
            raise NotFound("User") from None

    def change(self, user_id: int, facts: Mapping[str, bool], also: Sequence[Write]) -> None:
        """Set flags of an account that is not staff's, together with other writes. Raises NotFound, StaffAccount."""
        names = [*facts, "updated_at"]
        change = self._table.update(
            f"USER#{user_id}",
            "USER",
            "SET " + ", ".join(f"#{name} = :{name}" for name in names),
            condition="attribute_exists(#pk) AND #is_staff = :false",
            values={**facts, "updated_at": clock.now_ms(), "false": False},
        )
        try:
            transact([change, *also])
        except TransactionRefused as refusal:
            if refusal.failures.get(0):
                raise StaffAccount from None
            raise NotFound("User") from None


def _username_key(username: str) -> str:
    return f"USERNAME#{username.casefold()}"


def _user_item(user: User) -> Item:
    return {"pk": f"USER#{user.id}", "sk": "USER", "shard": f"USERS#{user.id % SHARDS}", **asdict(user)}


def _user(item: Item) -> User:
    return User(**{name: value for name, value in item.items() if name in _NAMES})
