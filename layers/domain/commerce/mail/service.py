"""Mails to the owners of accounts about what happened to them."""

from functools import cache

from commerce.accounts.service import Accounts, accounts
from commerce.events.model import AccountEvent
from commerce.kit import logs, settings
from commerce.kit.tables import Table
from commerce.mail.model import mail_of
from commerce.mail.ses_gateway import MailServer
from commerce.mail.store import MailStore


class Mailer:
    """Mails events. Without a server, in a shop that has no address yet, nothing is mailed, and the log says so."""

    def __init__(self, store: MailStore, accounts: Accounts, server: MailServer | None) -> None:
        self._store = store
        self._accounts = accounts
        self._server = server

    def tell(self, event: AccountEvent) -> None:
        """Mail the event to the account's owner, once, however often it comes. Only who dies between sending and
        recording it leaves a second mail to be sent, which is better than none.

        Raises NotFound for an account that does not exist, KeyError for an event without words, the SDK's errors.
        """
        user = self._accounts.user(event.payload["user_id"])
        mail = mail_of(event, user.email, user.first_name)
        if self._server is None:
            logs.warning("nothing is mailed: the stack has no address to mail from", event_id=event.id)
            return
        if self._store.is_sent(event.id):
            return
        self._server.send(mail)
        self._store.record(event.id)


@cache
def mailer() -> Mailer:
    """The service over the tables and the address that the environment names."""
    sender = settings.text("MAIL_FROM")
    store = MailStore(Table(settings.text("REALTIME_TABLE")))
    return Mailer(store, accounts(), MailServer(sender) if sender else None)
