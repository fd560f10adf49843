"""Bodies of the staff's account routes."""

from typing import TypedDict

from commerce.accounts.model import User
from commerce.kit import clock


class UserBody(TypedDict):
    id: int
    email: str
    username: str
    first_name: str
    last_name: str
    phone: str
    is_seller: bool
    may_sell: bool
    is_staff: bool
    is_active: bool
    created_at: str
    updated_at: str


class UserList(TypedDict):
    users: list[UserBody]
    next: int | None


def user(user: User) -> UserBody:
    return {
        "id": user.id,
        "email": user.email,
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "phone": user.phone,
        "is_seller": user.is_seller,
        "may_sell": user.may_sell,
        "is_staff": user.is_staff,
        "is_active": user.is_active,
        "created_at": clock.iso(user.created_at),
        "updated_at": clock.iso(user.updated_at),
    }


def user_list(users: list[User], size: int) -> UserList:
    """A page of at most `size` accounts; a full one may be followed by another."""
    return {"users": [user(one) for one in users], "next": users[-1].id if size and len(users) == size else None}
