"""Second factors, in the Accounts table beside the accounts that they protect.

USER#<id>   TWOFACTOR   {state, secret, last_step, salt, codes, version, change, changed_at}

The secret is encrypted, `codes` holds a digest for each backup code that is left: {digest: true}. A change that the
owner is told of raises `version` and says in `change` what it was, so the table's stream tells it.
"""

from commerce.kit import clock
from commerce.kit.attributes import Item
from commerce.kit.tables import ConditionFailed, Table, Write
from commerce.two_factor.model import AlreadyEnabled, BackupCodes, Change, State, TwoFactor

_SORT_KEY = "TWOFACTOR"
_TOLD = "#version = :version, #change = :change, #changed_at = :now"
_ACCEPTS_STEP = "#state = :on AND #last_step < :step"


class TwoFactorStore:
    """Every access to second factors."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of(self, user_id: int) -> TwoFactor:
        """The account's, also when it never had one."""
        found = self._table.get(*_key(user_id), consistent=True)
        return _two_factor(user_id, found) if found else TwoFactor(user_id)

    def begin(self, user_id: int, sealed_secret: str) -> None:
        """Keep a secret until a code proves it, in place of one that none has proved. Raises AlreadyEnabled."""
        try:
            self._table.write(
                self._table.update(
                    *_key(user_id),
                    "SET #state = :pending, #secret = :secret",
                    condition="attribute_not_exists(#state) OR #state <> :on",
                    values={"pending": str(State.PENDING), "secret": sealed_secret, "on": str(State.ON)},
                )
            )
        except ConditionFailed:
            raise AlreadyEnabled from None

    def enable_write(self, proved: TwoFactor, step: int, codes: BackupCodes) -> Write:
        """The write that switches it on, refused when the pending secret is another by now."""
        return self._table.update(
            *_key(proved.user_id),
            f"SET #state = :on, #last_step = :step, #salt = :salt, #codes = :codes, {_TOLD}",
            condition="#state = :pending AND #secret = :secret",
            values={
                "on": str(State.ON),
                "pending": str(State.PENDING),
                "secret": proved.sealed_secret,
                "step": step,
                **_stored(codes),
                **_told(proved, Change.ENABLED),
            },
        )

    def accept_write(self, found: TwoFactor, step: int) -> Write:
        """The write that accepts a step, refused when it or a later one was accepted before."""
        return self._table.update(
            *_key(found.user_id),
            "SET #last_step = :step",
            condition=_ACCEPTS_STEP,
            values={"step": step, "on": str(State.ON)},
        )

    def regenerate_write(self, found: TwoFactor, step: int, codes: BackupCodes) -> Write:
        """The write that accepts a step and puts other backup codes in place of all there are."""
        return self._table.update(
            *_key(found.user_id),
            f"SET #last_step = :step, #salt = :salt, #codes = :codes, {_TOLD}",
            condition=_ACCEPTS_STEP,
            values={
                "step": step,
                "on": str(State.ON),
                **_stored(codes),
                **_told(found, Change.CODES_REGENERATED),
            },
        )

    def spend_write(self, found: TwoFactor, digest: str) -> Write:
        """The write that uses a backup code up, refused when it is not there any more."""
        return self._table.update(
            *_key(found.user_id),
            f"SET {_TOLD} REMOVE #codes.#{digest}",
            condition=f"#state = :on AND attribute_exists(#codes.#{digest})",
            values={"on": str(State.ON), **_told(found, Change.CODE_USED)},
        )

    def disable_write(self, found: TwoFactor, *, step: int | None = None, digest: str | None = None) -> Write:
        """The write that switches it off for a step or a backup code, whichever is given; secret and codes are gone."""
        condition, values = (
            (_ACCEPTS_STEP, {"step": step})
            if step is not None
            else (f"#state = :on AND attribute_exists(#codes.#{digest})", {})
        )
        return self._table.update(
            *_key(found.user_id),
            f"SET #state = :off, {_TOLD} REMOVE #secret, #salt, #codes, #last_step",
            condition=condition,
            values={"on": str(State.ON), "off": str(State.OFF), **values, **_told(found, Change.DISABLED)},
        )


def _key(user_id: int) -> tuple[str, str]:
    return f"USER#{user_id}", _SORT_KEY


def _stored(codes: BackupCodes) -> Item:
    return {"salt": codes.salt, "codes": dict.fromkeys(sorted(codes.digests), True)}


def _told(before: TwoFactor, change: Change) -> Item:
    return {"version": before.version + 1, "change": str(change), "now": clock.now_ms()}


def _two_factor(user_id: int, item: Item) -> TwoFactor:
    return TwoFactor(
        user_id,
        State(item["state"]),
        item.get("secret", ""),
        item.get("last_step", 0),
        BackupCodes(item.get("salt", ""), frozenset(item.get("codes", ()))),
        item.get("version", 0),
    )
