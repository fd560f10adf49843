"""Accounts table. Uniqueness of email and username is a conditional put, so that parallel registrations make one user.

USER#<id>           USER         the account; also `shard`, with `id` the key of index by_shard, which lists the newest
EMAIL#<email>       CREDENTIAL   {user_id, password_hash, epoch}: the account's epoch that the password began with
USERNAME#<folded>   USERNAME     {user_id}
RECEIPT#<digest>    RECEIPT#…    of a keyed registration
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace

from commerce.accounts.model import EmailTaken, MayNotSell, StaffAccount, User, UsernameTaken
from commerce.kit import clock
from commerce.kit.attributes import Item
from commerce.kit.errors import Busy, NotFound
from commerce.kit.idempotency import IdempotentRequest
from commerce.kit.lookups import Lookup
from commerce.kit.tables import ConditionFailed, Table, TransactionRefused, Write, read, transact

# Enough that no index partition takes all registrations, few enough to merge their newest.
SHARDS = 4
_NAMES = {field.name for field in fields(User)}
# The place of a registration's receipt in its transaction.
_RECEIPT = 4


class IdTaken(Exception):
    """The id drawn for a new user exists already; draw again."""


class RegisteredBefore(Exception):
    """The same keyed registration made the account `user_id` before."""

    def __init__(self, user_id: int) -> None:
        super().__init__(user_id)
        self.user_id = user_id


@dataclass(frozen=True)
class Credential:
    """What proves a login: the hash of the password that the account has had since its epoch `epoch`."""

    user_id: int
    password_hash: str
    epoch: int


class AccountStore:
    """Every access to the Accounts table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, user: User, password_hash: str, session: Write, request: IdempotentRequest | None) -> None:
        """Store a new user with their first session, and a receipt for a keyed `request`.

        Raises RegisteredBefore (the request was carried out before), KeyReused, EmailTaken, UsernameTaken, IdTaken.
        """
        unused = "attribute_not_exists(#pk)"
        credential = {"user_id": user.id, "password_hash": password_hash, "epoch": user.password_epoch}
        receipt = [request.receipt(self._table, request.sk, {"user_id": user.id})] if request else []
        try:
            transact(
                [
                    self._table.put(_user_item(user), condition=unused),
                    self._table.put({"pk": f"EMAIL#{user.email}", "sk": "CREDENTIAL", **credential}, condition=unused),
                    self._table.put(
                        {"pk": _username_key(user.username), "sk": "USERNAME", "user_id": user.id}, condition=unused
                    ),
                    session,
                    *receipt,
                ]
            )
        except TransactionRefused as refusal:
            if request and (answer := request.answer(refusal.failures.get(_RECEIPT))):
                raise RegisteredBefore(answer["user_id"]) from None
            if 1 in refusal.failures:
                raise EmailTaken from None
            if 2 in refusal.failures:
                raise UsernameTaken from None
            raise IdTaken from None

    def credential(self, email: str) -> Credential | None:
        """What proves a login with an email in its normal form, or None."""
        found = self._table.get(f"EMAIL#{email}", "CREDENTIAL", consistent=True)
        return Credential(found["user_id"], found["password_hash"], found.get("epoch", 0)) if found else None

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

    def user_lookup(self, user_id: int) -> Lookup[User | None]:
        """An account in a read of several things."""
        return Lookup([(self._table, *_key(user_id))], lambda item: _user(item) if item else None)

    def user(self, user_id: int) -> User | None:
        """The account or None."""
        found = self._table.get(*_key(user_id), consistent=True)
        return _user(found) if found else None

    def users(self, user_ids: Sequence[int]) -> list[User]:
        """Those of at most a hundred accounts that exist; one call."""
        items = read([(self._table, *_key(user_id)) for user_id in user_ids]) if user_ids else []
        return [_user(item) for item in items if item]

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

    def avatar_write(self, user_id: int, key: str) -> Write:
        """The write that sets an account's picture."""
        return self._table.update(
            *_key(user_id),
            "SET #avatar = :avatar, #updated_at = :now",
            condition="attribute_exists(#pk)",
            values={"avatar": key, "now": clock.now_ms()},
        )

    def grant(self, user_id: int, role: str) -> User:
        """Give the user a role, `is_seller` or `is_staff`; having it already is fine. Raises NotFound, MayNotSell."""
        try:
            return _user(self._table.write(self.grant_write(user_id, role), returning="ALL_NEW"))
        except ConditionFailed as refusal:
            if refusal.found:
                raise MayNotSell from None
            raise NotFound("User") from None

    def grant_write(self, user_id: int, role: str) -> Write:
        """The write that gives the user a role; refused for nobody, and for who may not sell."""
        allowed = "attribute_exists(#pk)"
        if role == "is_seller":
            allowed += " AND (attribute_not_exists(#may_sell) OR #may_sell = :true)"
        return self._table.update(
            *_key(user_id),
            f"SET #{role} = :true, #updated_at = :now",
            condition=allowed,
            values={"true": True, "now": clock.now_ms()},
        )

    def change(
        self, user_id: int, facts: Mapping[str, bool], also: Sequence[Write], *, raises_epoch: bool, ends_sessions: bool
    ) -> None:
        """Set flags of an account that is not staff's, together with other writes. `raises_epoch` makes its present
        access tokens old, `ends_sessions` its refresh tokens too. Raises NotFound, StaffAccount, Busy."""
        user = self.user(user_id)
        if user is None:
            raise NotFound("User")
        values: Item = {**facts, "updated_at": clock.now_ms()}
        values |= _raised(user, ends_sessions=ends_sessions) if raises_epoch else {}
        change = self._table.update(
            *_key(user_id),
            "SET " + ", ".join(f"#{name} = :{name}" for name in values),
            condition="attribute_exists(#pk) AND #is_staff = :false"
            + (f" AND {_has_epoch(user.epoch)}" if raises_epoch else ""),
            values={**values, "false": False} | ({"seen": user.epoch} if raises_epoch else {}),
        )
        try:
            transact([change, *also])
        except TransactionRefused as refusal:
            found = refusal.failures.get(0)
            if found and not found["is_staff"]:
                raise Busy from None
            if found:
                raise StaffAccount from None
            raise NotFound("User") from None

    def replace_password(self, user: User, before: str, password_hash: str) -> User:
        """The account with another password in place of the one hashed as `before`; all its tokens and sessions end.

        Raises Busy when the account or its password changed meanwhile.
        """
        changes: Item = {**_raised(user, ends_sessions=True), "updated_at": clock.now_ms()}
        changes["password_epoch"] = changes["epoch"]
        try:
            transact(
                [
                    self._table.update(
                        *_key(user.id),
                        "SET " + ", ".join(f"#{name} = :{name}" for name in changes),
                        condition=f"attribute_exists(#pk) AND {_has_epoch(user.epoch)}",
                        values={**changes, "seen": user.epoch},
                    ),
                    self._table.update(
                        f"EMAIL#{user.email}",
                        "CREDENTIAL",
                        "SET #password_hash = :after, #epoch = :epoch",
                        condition="#password_hash = :before",
                        values={"after": password_hash, "before": before, "epoch": changes["epoch"]},
                    ),
                ]
            )
        except TransactionRefused:
            raise Busy from None
        return replace(user, **changes)

    def two_factor_write(self, user_id: int, epoch: int, *, is_on: bool) -> Write:
        """The write that says whether an account has a second factor: its epoch rises and its sessions end. Refused
        when it is closed or of another epoch."""
        changes: Item = {"has_two_factor": is_on, "epoch": epoch + 1, "sessions_epoch": epoch + 1}
        changes["updated_at"] = clock.now_ms()
        return self._table.update(
            *_key(user_id),
            "SET " + ", ".join(f"#{name} = :{name}" for name in changes),
            condition=f"#is_active = :true AND {_has_epoch(epoch)}",
            values={**changes, "true": True, "seen": epoch},
        )

    def epoch_check_write(self, user_id: int, epoch: int) -> Write:
        """The condition check that the account is open and of that epoch, for a transaction."""
        return self._table.check(
            *_key(user_id),
            condition=f"#is_active = :true AND {_has_epoch(epoch)}",
            values={"true": True, "seen": epoch},
        )


def _has_epoch(epoch: int) -> str:
    """The condition that `:seen` is the account's epoch; accounts from before there were epochs have none, or 0."""
    return "#epoch = :seen" if epoch else "(attribute_not_exists(#epoch) OR #epoch = :seen)"


def _raised(user: User, *, ends_sessions: bool) -> Item:
    epoch = user.epoch + 1
    return {"epoch": epoch, "sessions_epoch": epoch} if ends_sessions else {"epoch": epoch}


def _key(user_id: int) -> tuple[str, str]:
    return f"USER#{user_id}", "USER"


def _username_key(username: str) -> str:
    return f"USERNAME#{username.casefold()}"


def _user_item(user: User) -> Item:
    return {"pk": f"USER#{user.id}", "sk": "USER", "shard": f"USERS#{user.id % SHARDS}", **asdict(user)}


def _user(item: Item) -> User:
    """The account that an item holds."""
    return User(**{name: value for name, value in item.items() if name in _NAMES})
