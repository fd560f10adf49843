"""Mail: events of accounts, as the bus puts them on the mail queue, become mails to their owners.

Nobody waits for a mail: what cannot be sent is tried again by the queue, and waits for a person in its dead letters.
"""

from typing import Any

from commerce.events.model import read_account_event
from commerce.mail.service import mailer
from workers.batches import handle_each

# What one mail may take: a read, a call of the mail server, a write.
SECONDS = 8

_mailer = mailer()


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Mail a batch of events; answers the messages that have to come again."""
    return handle_each(
        event,
        context,
        lambda envelope: _mailer.tell(read_account_event(envelope["detail-type"], envelope["detail"])),
        seconds=SECONDS,
        unknown="a mail to an account that does not exist",
        failed="an event is not mailed yet",
    )
