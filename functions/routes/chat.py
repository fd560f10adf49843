"""Chat, the same in every contract that has it: conversations of sellers with customers, and their messages."""

from typing import Annotated, NotRequired, TypedDict

from pydantic import Field

from commerce.accounts.model import MAX_EMAIL_LENGTH
from commerce.chat.model import (
    MAX_CONTENT_LENGTH,
    MAX_NAME_LENGTH,
    SOURCES,
    STATUSES,
    TEXT,
    WEBSITE,
    Conversation,
    ConversationFilter,
    Message,
    NewConversation,
    NotYourProduct,
    OwnConversation,
    Side,
)
from commerce.chat.service import Chat
from commerce.kit import clock, ids
from commerce.kit.errors import Forbidden, NotFound, RateLimited
from commerce.kit.principal import Principal
from rest import parameters
from rest.api import Access, Api, Outcome, Reply, Request
from rest.bodies import Body, one_of
from rest.lists import array, uncounted_array

_Id = Annotated[int, Field(ge=1, le=ids.LARGEST)]
_ORDERINGS = ("number", "-number")

_LISTED: parameters.Parameters = {
    "status": parameters.one_of("Only open or closed ones", STATUSES, f"Choose one of {', '.join(STATUSES)}."),
    "source": parameters.one_of("Where the customer was met", SOURCES, f"Choose one of {', '.join(SOURCES)}."),
    "search": parameters.text("Part of a name or an e-mail address"),
    **parameters.PAGE,
}
_READ: parameters.Parameters = {
    "after": parameters.whole("Only messages numbered above this"),
    "ordering": parameters.one_of(
        "The oldest first unless said here", _ORDERINGS, f"Choose one of {', '.join(_ORDERINGS)}."
    ),
    **parameters.PAGE,
}


class StartConversation(Body):
    """A seller names the customer by e-mail; a customer names the seller by the product."""

    customer_email: Annotated[str, Field(max_length=MAX_EMAIL_LENGTH)] = ""
    customer_name: Annotated[str, Field(max_length=MAX_NAME_LENGTH)] = ""
    product: _Id | None = None
    source: Annotated[str, one_of(SOURCES)] = WEBSITE

    def wanted(self) -> NewConversation:
        """What is asked for, in the core's words."""
        return NewConversation(self.product, self.customer_email, self.customer_name, self.source)


class ChangeConversation(Body):
    status: Annotated[str, one_of(STATUSES)]


class JoinConversation(Body):
    invitation: Annotated[str, Field(min_length=1, max_length=100)]


class MarkRead(Body):
    """Everything, unless the number of a message is given."""

    up_to: Annotated[int, Field(ge=1, le=ids.LARGEST)] | None = None


class SendMessage(Body):
    conversation: _Id
    content: Annotated[str, Field(min_length=1, max_length=MAX_CONTENT_LENGTH)]
    message_type: Annotated[str, one_of([TEXT])] = TEXT


class LastMessageBody(TypedDict):
    id: int
    sender_id: int
    content: str


class ConversationBody(TypedDict):
    """`customer` is null for a contact who has not shown up yet; `invitation` is what their seller hands to them."""

    id: int
    seller: int
    seller_name: str
    customer: int | None
    customer_name: str
    customer_email: str
    product: int | None
    product_name: str
    source: str
    status: str
    message_count: int
    unread_count: int
    last_message: LastMessageBody | None
    created_at: str
    updated_at: str
    invitation: NotRequired[str]


class MessageBody(TypedDict):
    """`number` counts the conversation's messages from 1; `is_read` is whether the other side has read it."""

    id: int
    conversation: int
    number: int
    sender_id: int
    sender: str
    content: str
    message_type: str
    is_read: bool
    created_at: str


def chat_routes(api: Api, chat: Chat, base: str = "/api/chat/") -> None:
    """Routes below `base` for conversations and their messages."""
    all_, one = f"{base}conversations/", f"{base}conversations/{{id}}/"

    @api.get(all_, access=Access.USER, returns=list[ConversationBody], query=_LISTED)
    def conversations(request: Request) -> Reply:
        """The caller's conversations, the latest active first."""
        query = request.query
        wanted = ConversationFilter(query["status"], query["source"], query["search"])
        page = chat.conversations(request.caller, wanted, request.page)
        rows = [conversation_body(one, request.caller) for one in page.conversations]
        return uncounted_array(request, rows, has_next=page.has_next)

    @api.post(
        all_,
        access=Access.USER,
        body=StartConversation,
        returns=ConversationBody,
        status=201,
        is_keyed=True,
        raises=(NotFound, NotYourProduct, OwnConversation, RateLimited),
        checks_caller=False,
    )
    def start(request: Request) -> Outcome[ConversationBody]:
        """Start a conversation: a customer about a product, or its seller with somebody whose address they have."""
        started = chat.start(request.caller, request.body.wanted(), request.keyed)
        return started.map(lambda conversation: conversation_body(conversation, request.caller))

    @api.get(one, access=Access.USER, returns=ConversationBody)
    def conversation(request: Request) -> ConversationBody:
        """A conversation that the caller takes part in."""
        found = chat.conversation(request.caller, request.id("id", "Conversation"))
        return conversation_body(found, request.caller)

    @api.patch(one, access=Access.USER, body=ChangeConversation, returns=ConversationBody, raises=(Forbidden,))
    def change(request: Request) -> ConversationBody:
        """Close a conversation or open it again, as its seller; a new message opens it as well."""
        changed = chat.set_status(request.caller, request.id("id", "Conversation"), request.body.status)
        return conversation_body(changed, request.caller)

    @api.post(
        f"{one}join/", access=Access.USER, body=JoinConversation, returns=ConversationBody, raises=(OwnConversation,)
    )
    def join(request: Request) -> ConversationBody:
        """Become the customer of a conversation by the invitation that its seller handed over."""
        joined = chat.join(request.caller, request.id("id", "Conversation"), request.body.invitation)
        return conversation_body(joined, request.caller)

    @api.get(f"{one}messages/", access=Access.USER, returns=list[MessageBody], query=_READ)
    def messages(request: Request) -> Reply:
        """Messages of a conversation, in their order."""
        conversation_id, query = request.id("id", "Conversation"), request.query
        newest_first = query["ordering"] == "-number"
        page = chat.messages(
            request.caller, conversation_id, request.page, after=query["after"] or 0, newest_first=newest_first
        )
        return array(request, [message_body(one, page.conversation) for one in page.messages], page.total)

    @api.post(f"{one}mark_read/", access=Access.USER, body=MarkRead, returns=ConversationBody)
    def mark_read(request: Request) -> ConversationBody:
        """Mark the other side's messages as read: all, or up to a number."""
        marked = chat.mark_read(request.caller, request.id("id", "Conversation"), request.body.up_to)
        return conversation_body(marked, request.caller)

    @api.post(
        f"{base}messages/",
        access=Access.USER,
        body=SendMessage,
        returns=MessageBody,
        status=201,
        is_keyed=True,
        raises=(NotFound, RateLimited),
        checks_caller=False,
    )
    def send(request: Request) -> Outcome[MessageBody]:
        """Write into a conversation that the caller takes part in."""
        body = request.body
        sent = chat.send(request.caller, body.conversation, body.content, request.keyed)
        return sent.map(message_body)


def conversation_body(conversation: Conversation, reader: Principal) -> ConversationBody:
    """A conversation as one who takes part in it sees it."""
    side, last = conversation.side_of(reader), conversation.last
    body: ConversationBody = {
        "id": conversation.id,
        "seller": conversation.seller_id,
        "seller_name": conversation.seller_name,
        "customer": conversation.customer_shown_to(side),
        "customer_name": conversation.customer_name,
        "customer_email": conversation.customer_email,
        "product": conversation.product_id,
        "product_name": conversation.product_name,
        "source": conversation.source,
        "status": conversation.status,
        "message_count": conversation.messages,
        "unread_count": conversation.unread(side),
        "last_message": {"id": last.id, "sender_id": last.sender_id, "content": last.excerpt} if last else None,
        "created_at": clock.iso(conversation.created_at),
        "updated_at": clock.iso(conversation.active_at),
    }
    if invitation := conversation.invitation_shown_to(side):
        body["invitation"] = invitation
    return body


def message_body(message: Message, conversation: Conversation | None = None) -> MessageBody:
    """A message as those who take part see it; without its conversation it is one that was just sent."""
    other = Side(message.side).other
    return {
        "id": message.id,
        "conversation": message.conversation_id,
        "number": message.number,
        "sender_id": message.sender_id,
        "sender": str(message.side),
        "content": message.content,
        "message_type": TEXT,
        "is_read": conversation is not None and conversation.mark_of(other).number >= message.number,
        "created_at": clock.iso(message.sent_at),
    }
