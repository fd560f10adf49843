"""Chat: conversations of a seller with a customer, and the messages in them. Rules only."""

import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

from commerce.kit.errors import Forbidden, InvalidInput, NotFound, Refused
from commerce.kit.principal import Principal

# Where a customer was met; the shop's own pages unless said.
WEBSITE = "website"
SOURCES = ("facebook", "instagram", WEBSITE)
OPEN = "open"
CLOSED = "closed"
STATUSES = (OPEN, CLOSED)
# The one kind of message that there is.
TEXT = "text"
MAX_CONTENT_LENGTH = 4_000
MAX_NAME_LENGTH = 150
# What lists show of the latest message: the whole row stays below a kilobyte as a rule, which is what a unit writes.
EXCERPT_LENGTH = 100
_ALLOWED_CONTROLS = "\n\t"


class Side(StrEnum):
    """As what somebody takes part in a conversation."""

    SELLER = "seller"
    CUSTOMER = "customer"

    @property
    def other(self) -> "Side":
        """The one they talk to."""
        return Side.CUSTOMER if self is Side.SELLER else Side.SELLER


@dataclass(frozen=True)
class Mark:
    """How far one side has read: up to the message `number`, by which the other side had sent `seen`."""

    number: int = 0
    seen: int = 0


@dataclass(frozen=True)
class LastMessage:
    """What a list shows of the latest message."""

    id: int
    sender_id: int
    excerpt: str


@dataclass(frozen=True)
class Conversation:
    """A seller and a customer, who may be a contact: an e-mail address, with no account (`customer_id` is None).

    `messages` counts them all, and is the number of the latest; `sent` counts each side's. Whoever holds `invitation`
    may become a contact's customer. `has_joined` says that the customer has shown up: wrote, read, or came by
    themselves. Times in milliseconds, UTC.
    """

    id: int
    seller_id: int
    seller_name: str
    customer_id: int | None
    customer_name: str
    customer_email: str
    product_id: int | None
    product_name: str
    source: str
    created_at: int
    active_at: int
    invitation: str = ""
    has_joined: bool = False
    status: str = OPEN
    messages: int = 0
    last: LastMessage | None = None
    seller_sent: int = 0
    customer_sent: int = 0
    seller_mark: Mark = Mark()
    customer_mark: Mark = Mark()

    def side_of(self, caller: Principal) -> Side:
        """As what the caller takes part. Raises NotFound: for everybody else it does not exist."""
        if caller.user_id == self.seller_id:
            return Side.SELLER
        if caller.user_id == self.customer_id:
            return Side.CUSTOMER
        raise NotFound("Conversation")

    def require_seller(self, caller: Principal) -> None:
        """Raises NotFound for who takes no part, Forbidden for the customer."""
        if self.side_of(caller) is not Side.SELLER:
            raise Forbidden

    def sent_by(self, side: Side) -> int:
        """How many messages a side has sent."""
        return self.seller_sent if side is Side.SELLER else self.customer_sent

    def mark_of(self, side: Side) -> Mark:
        """How far a side has read."""
        return self.seller_mark if side is Side.SELLER else self.customer_mark

    def unread(self, side: Side) -> int:
        """How many of the other side's messages a side has not read."""
        return self.sent_by(side.other) - self.mark_of(side).seen

    def latest_mark(self, side: Side) -> Mark:
        """The mark of a side that has read everything."""
        return Mark(self.messages, self.sent_by(side.other))

    def customer_shown_to(self, side: Side) -> int | None:
        """The customer's account. A seller learns only by what the customer does that the address which they named has
        one; it would tell who is registered."""
        return self.customer_id if side is Side.CUSTOMER or self.has_joined else None

    def invitation_shown_to(self, side: Side) -> str | None:
        """What the seller hands to a contact, until the customer has shown up."""
        return self.invitation if side is Side.SELLER and self.invitation and not self.has_joined else None

    def with_message(self, message: "Message") -> "Conversation":
        """With one message more. It opens a closed conversation, and who writes has joined."""
        return replace(
            self,
            messages=message.number,
            last=LastMessage(message.id, message.sender_id, excerpt(message.content)),
            seller_sent=message.seller_sent,
            customer_sent=message.customer_sent,
            has_joined=self.has_joined or message.side is Side.CUSTOMER,
            status=OPEN,
            active_at=max(self.active_at, message.sent_at),
        )


@dataclass(frozen=True)
class Message:
    """One message; `number` counts those of its conversation from 1 without gaps, and is their order for everybody.

    `seller_sent` and `customer_sent` are how many each side had sent with it; it never changes.
    """

    id: int
    conversation_id: int
    number: int
    sender_id: int
    side: Side
    seller_id: int
    customer_id: int | None
    content: str
    sent_at: int
    seller_sent: int
    customer_sent: int

    @property
    def participants(self) -> list[int]:
        """The accounts that are told of it."""
        return [self.seller_id] if self.customer_id is None else [self.seller_id, self.customer_id]

    def mark(self, side: Side) -> Mark:
        """The mark of a side that has read up to here."""
        return Mark(self.number, self.customer_sent if side is Side.SELLER else self.seller_sent)


def next_message(conversation: Conversation, caller: Principal, content: str, id: int, now: int) -> Message:
    """What comes of the caller's words in a conversation that they take part in. Raises NotFound."""
    side = conversation.side_of(caller)
    return Message(
        id=max(id, conversation.last.id + 1 if conversation.last else 0),
        conversation_id=conversation.id,
        number=conversation.messages + 1,
        sender_id=caller.user_id,
        side=side,
        seller_id=conversation.seller_id,
        customer_id=conversation.customer_id,
        content=content,
        sent_at=max(now, conversation.active_at),
        seller_sent=conversation.seller_sent + (side is Side.SELLER),
        customer_sent=conversation.customer_sent + (side is Side.CUSTOMER),
    )


@dataclass(frozen=True)
class NewConversation:
    """What somebody wants to talk about, and a seller with whom."""

    product_id: int | None = None
    customer_email: str = ""
    customer_name: str = ""
    source: str = WEBSITE


@dataclass(frozen=True)
class ListedConversation:
    """What the lists of its participants know of a conversation, to tell whether it is asked for."""

    id: int
    status: str
    source: str
    seller_name: str
    customer_name: str
    customer_email: str


@dataclass(frozen=True)
class ConversationFilter:
    """Which of somebody's conversations; `text` is looked for in names and addresses of the people in them."""

    status: str | None = None
    source: str | None = None
    text: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it lets everything through."""
        return not (self.status or self.source or self.text)

    def admits(self, listed: ListedConversation) -> bool:
        """Whether the conversation is one of those."""
        if self.status and listed.status != self.status:
            return False
        if self.source and listed.source != self.source:
            return False
        if not self.text:
            return True
        people = (listed.customer_name, listed.customer_email, listed.seller_name)
        return any(self.text.casefold() in one.casefold() for one in people)


@dataclass(frozen=True)
class ConversationPage:
    """A page of somebody's conversations, the latest active first."""

    conversations: tuple[Conversation, ...]
    has_next: bool


@dataclass(frozen=True)
class MessagePage:
    """A page of a conversation's messages, in the order asked for; `total` counts those of all pages."""

    conversation: Conversation
    messages: tuple[Message, ...]
    total: int


def checked_content(written: str) -> str:
    """A message's text as it is kept: lines end in \\n, nothing else is changed. Raises InvalidInput.

    Links and markup stay the text that they are. Characters that nobody can see and terminals obey are refused.
    """
    content = written.replace("\r\n", "\n").replace("\r", "\n")
    if not content.strip():
        raise InvalidInput.of("content", "This field may not be blank.")
    if len(content) > MAX_CONTENT_LENGTH:
        raise InvalidInput.of("content", f"Ensure this field has no more than {MAX_CONTENT_LENGTH} characters.")
    if not _is_plain(content, _ALLOWED_CONTROLS):
        raise InvalidInput.of("content", "Control characters are not allowed.")
    return content


def checked_name(written: str) -> str:
    """A contact's name as it is kept. Raises InvalidInput."""
    name = written.strip()
    if len(name) > MAX_NAME_LENGTH:
        raise InvalidInput.of("customer_name", f"Ensure this field has no more than {MAX_NAME_LENGTH} characters.")
    if not _is_plain(name, ""):
        raise InvalidInput.of("customer_name", "Control characters are not allowed.")
    return name


def excerpt(content: str) -> str:
    """The beginning of a text, in one line."""
    return " ".join(content[: 2 * EXCERPT_LENGTH].split())[:EXCERPT_LENGTH]


def _is_plain(text: str, allowed: str) -> bool:
    return all(one in allowed or unicodedata.category(one) not in ("Cc", "Cs") for one in text)


class NotYourProduct(Forbidden):
    code = "not_your_product"

    def __init__(self) -> None:
        super().__init__("Only its seller may start a conversation with a customer about this product.")


class OwnConversation(Refused):
    code = "own_conversation"

    def __init__(self) -> None:
        super().__init__("You cannot be the customer of your own conversation.")
