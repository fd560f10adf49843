"""Chat of students about what they sell."""

from campus.contract import campus_api
from commerce.chat.service import chat
from routes.chat import chat_routes

handler = campus_api()
chat_routes(handler, chat())
