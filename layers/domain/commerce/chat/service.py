"""Use cases of chat. A message is ordered when it is written; who is told of it follows from the table's stream."""

import secrets
from functools import cache

from commerce.accounts.epochs import Epochs, epochs
from commerce.accounts.model import User, normal_email
from commerce.accounts.service import Accounts, accounts
from commerce.catalog.model import Product
from commerce.catalog.service import Catalog, catalog
from commerce.chat.model import (
    Conversation,
    ConversationFilter,
    ConversationPage,
    Message,
    MessagePage,
    NewConversation,
    NotYourProduct,
    OwnConversation,
    checked_content,
    checked_name,
    next_message,
)
from commerce.chat.store import ChatStore, ConversationMoved, IdTaken
from commerce.kit import clock, ids, settings
from commerce.kit.contention import contended
from commerce.kit.errors import Busy, Forbidden, InvalidInput, NotFound
from commerce.kit.idempotency import IdempotentRequest, Outcome
from commerce.kit.limits import Limiter
from commerce.kit.lookups import Lookup, read_lookups
from commerce.kit.pages import PageRequest
from commerce.kit.principal import Principal
from commerce.kit.tables import Table, TransactionRefused

INVITATION_BYTES = 16


class Chat:
    """Conversations, which only those who take part in them know of."""

    def __init__(
        self, store: ChatStore, accounts: Accounts, catalog: Catalog, epochs: Epochs, limiter: Limiter
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._catalog = catalog
        self._epochs = epochs
        self._limiter = limiter

    # Conversations

    def start(
        self, caller: Principal, wanted: NewConversation, request: IdempotentRequest | None = None
    ) -> Outcome[Conversation]:
        """A new conversation: of a customer with the seller of a product, or of a seller with who has an address.

        Raises InvalidInput, NotFound (the product), NotYourProduct, Forbidden (no seller), RateLimited, KeyReused,
        TokenRefused.
        """
        product = self._catalog.visible_product(wanted.product_id, caller) if wanted.product_id else None
        epoch, receipts = self._epochs.epoch_read(caller), self._receipt(caller, request)
        found = read_lookups([epoch.lookup, *receipts])
        epoch.require(found)
        if receipts and (earlier := found[receipts[0]]):
            return Outcome(earlier, replayed=True)
        user = found[epoch.lookup]
        if user is None:
            raise NotFound("User")
        self._limiter.take("chat_start", str(caller.user_id))
        draft = self._drafted(caller, user, product, wanted)
        while True:
            try:
                self._store.create(draft, caller.user_id, request)
            except IdTaken:
                draft = self._drafted(caller, user, product, wanted)
                continue
            except TransactionRefused:
                # A twin of this request wrote the receipt between our look and our write.
                return self.start(caller, wanted, request)
            return Outcome(draft)

    def conversations(self, caller: Principal, wanted: ConversationFilter, page: PageRequest) -> ConversationPage:
        """A page of the conversations that the caller takes part in, the latest active first. A message just written
        may show there a moment late."""
        end = page.offset + page.size
        found: list[int] = []
        for listed in self._store.active(caller.user_id, end + 1 if wanted.is_open else None):
            if wanted.admits(listed):
                found.append(listed.id)
            if len(found) > end:
                break
        conversations = self._store.conversations(found[page.offset : end])
        return ConversationPage(tuple(conversations), len(found) > end)

    def conversation(self, caller: Principal, conversation_id: int) -> Conversation:
        """A conversation that the caller takes part in. Raises NotFound."""
        found = self._store.conversation(conversation_id)
        if found is None:
            raise NotFound("Conversation")
        found.side_of(caller)
        return found

    def set_status(self, caller: Principal, conversation_id: int, status: str) -> Conversation:
        """Close a conversation, or open it again: its seller. Raises NotFound, Forbidden (the customer)."""
        self.conversation(caller, conversation_id).require_seller(caller)
        return self._store.set_status(conversation_id, status)

    def join(self, caller: Principal, conversation_id: int, invitation: str) -> Conversation:
        """The conversation with the caller as its customer, who was only a contact: whoever holds its invitation, once.

        Raises NotFound (also for a wrong invitation, and when somebody else came first), OwnConversation.
        """
        found = self._store.conversation(conversation_id)
        if found is None or not _is_invitation(found, invitation):
            raise NotFound("Conversation")
        if found.seller_id == caller.user_id:
            raise OwnConversation
        if found.customer_id is None:
            try:
                return self._store.join(found, caller.user_id, found.invitation)
            except ConversationMoved:
                return self.join(caller, conversation_id, invitation)
        found.side_of(caller)
        return found

    # Messages

    def send(
        self, caller: Principal, conversation_id: int, content: str, request: IdempotentRequest | None = None
    ) -> Outcome[Message]:
        """The caller's message as the next one of a conversation.

        Raises NotFound, InvalidInput, RateLimited, KeyReused, TokenRefused, Busy.
        """
        content = checked_content(content)
        before: Conversation | None = None
        for attempt in contended():
            if before is None:
                found = self._to_write_into(caller, conversation_id, request)
                if isinstance(found, Message):
                    return Outcome(found, replayed=True)
                before = found
            message = next_message(before, caller, content, ids.new_id(), clock.now_ms())
            if attempt == 0:
                self._limiter.take("chat_send", str(caller.user_id))
            try:
                self._store.append(before, message, request)
            except ConversationMoved as moved:
                before = moved.now
            except TransactionRefused:
                # A twin of this request wrote the receipt between our look and our write.
                before = None
            else:
                return Outcome(message)
        raise Busy

    def _to_write_into(
        self, caller: Principal, conversation_id: int, request: IdempotentRequest | None
    ) -> Conversation | Message:
        """The conversation as it stands, or the message that the keyed request has sent before. Raises NotFound."""
        epoch, conversation = self._epochs.epoch_read(caller), self._store.conversation_lookup(conversation_id)
        receipts = [self._store.sent_lookup(caller.user_id, request)] if request else []
        found = read_lookups([epoch.lookup, conversation, *receipts])
        epoch.require(found)
        if receipts and (place := found[receipts[0]]):
            return self._sent(*place)
        stands = found[conversation]
        if stands is None:
            raise NotFound("Conversation")
        return stands

    def messages(
        self, caller: Principal, conversation_id: int, page: PageRequest, *, after: int = 0, newest_first: bool = False
    ) -> MessagePage:
        """A page of the messages that are numbered above `after`. Raises NotFound."""
        conversation = self.conversation(caller, conversation_id)
        total = max(conversation.messages - after, 0)
        first = min(page.offset, total) + 1
        last = min(page.offset + page.size, total)
        if newest_first:
            first, last = total + 1 - last, total + 1 - first
        found = self._store.messages(conversation_id, after + first, after + last, newest_first=newest_first)
        return MessagePage(conversation, tuple(found), total)

    def mark_read(self, caller: Principal, conversation_id: int, up_to: int | None = None) -> Conversation:
        """The conversation with what the caller has read marked: all of it, or up to the message of that number. A mark
        never goes back. Raises NotFound (there is no such message)."""
        conversation = self.conversation(caller, conversation_id)
        side = conversation.side_of(caller)
        mark = conversation.latest_mark(side) if up_to is None else self._sent(conversation_id, up_to).mark(side)
        return self._store.mark(conversation_id, side, mark) or self.conversation(caller, conversation_id)

    def _sent(self, conversation_id: int, number: int) -> Message:
        message = self._store.message(conversation_id, number)
        if message is None:
            raise NotFound("Message")
        return message

    def _receipt(self, caller: Principal, request: IdempotentRequest | None) -> list[Lookup[Conversation | None]]:
        return [self._store.started_lookup(caller.user_id, request)] if request else []

    def _drafted(self, caller: Principal, user: User, product: Product | None, wanted: NewConversation) -> Conversation:
        now = clock.now_ms()
        email = _address(wanted.customer_email)
        is_seller = product.seller_id == caller.user_id if product else bool(email) and email != user.email
        if not is_seller:
            return self._of_customer(user, product, wanted, email, now)
        if not (caller.is_seller or caller.is_staff):
            raise Forbidden
        if not email:
            raise InvalidInput.of("customer_email", "This field is required.")
        if email == user.email:
            raise OwnConversation
        return Conversation(
            id=ids.new_id(),
            seller_id=user.id,
            seller_name=_name(user),
            customer_id=self._accounts.id_of_email(email),
            customer_name=checked_name(wanted.customer_name),
            customer_email=email,
            product_id=product.id if product else None,
            product_name=product.name if product else "",
            source=wanted.source,
            created_at=now,
            active_at=now,
            invitation=secrets.token_urlsafe(INVITATION_BYTES),
        )

    def _of_customer(
        self, user: User, product: Product | None, wanted: NewConversation, email: str, now: int
    ) -> Conversation:
        if product is None:
            raise InvalidInput.of("product", "This field is required.")
        if email not in ("", user.email):
            raise NotYourProduct
        seller = self._accounts.profiles([product.seller_id]).get(product.seller_id)
        return Conversation(
            id=ids.new_id(),
            seller_id=product.seller_id,
            seller_name=(f"{seller.first_name} {seller.last_name}".strip() or seller.username) if seller else "",
            customer_id=user.id,
            customer_name=_name(user),
            # Their address is theirs to give.
            customer_email=email,
            product_id=product.id,
            product_name=product.name,
            source=wanted.source,
            created_at=now,
            active_at=now,
            has_joined=True,
        )


def _address(written: str) -> str:
    """An address in its normal form, "" for none. Raises InvalidInput."""
    if not written.strip():
        return ""
    email = normal_email(written)
    if email is None:
        raise InvalidInput.of("customer_email", "Enter a valid email address.")
    return email


def _name(user: User) -> str:
    return f"{user.first_name} {user.last_name}".strip() or user.username


def _is_invitation(conversation: Conversation, said: str) -> bool:
    return bool(conversation.invitation) and secrets.compare_digest(conversation.invitation.encode(), said.encode())


@cache
def chat() -> Chat:
    """The service over the tables that the environment names."""
    table = Table(settings.text("CHAT_TABLE"))
    return Chat(ChatStore(table), accounts(), catalog(), epochs(), Limiter(table, settings.rate_limits()))
