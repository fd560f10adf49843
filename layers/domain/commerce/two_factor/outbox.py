"""Second factors in the Accounts table's stream: what a changed row tells the rest of the platform."""

from commerce.events.model import TWO_FACTOR_CHANGED, VERSION, AccountEvent
from commerce.kit.attributes import Item


def account_events(before: Item | None, after: Item | None) -> list[AccountEvent]:
    """The event of a changed row, or none: secrets that wait for their proof and accepted steps change no version.

    Rows of other kinds say nothing here. Nothing of the secret or the codes leaves the row.
    """
    if after is None or after["sk"] != "TWOFACTOR" or "change" not in after:
        return []
    if before is not None and before.get("version") == after["version"]:
        return []
    user_id = int(after["pk"].rpartition("#")[2])
    return [
        AccountEvent(
            TWO_FACTOR_CHANGED,
            {
                "event_id": f"{TWO_FACTOR_CHANGED}:{user_id}:{after['version']}",
                "version": VERSION,
                "occurred_at": after["changed_at"],
                "user_id": user_id,
                "change": after["change"],
            },
        )
    ]
