"""Chat of sellers with their customers, and the ticket for its socket."""

from commerce.chat.service import chat
from commerce.sessions.service import sessions
from omnisell.contract import omnisell_api
from routes.chat import chat_routes
from routes.tickets import ticket_routes

handler = omnisell_api()
chat_routes(handler, chat())
ticket_routes(handler, sessions())
