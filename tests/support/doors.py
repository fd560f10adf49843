"""The logins of all contracts, as one kind of thing, and people with a second factor."""

from dataclasses import dataclass
from typing import Any

from support.authenticator import Authenticator
from support.builders import PASSWORD, Person
from support.client import Answer, Client


@dataclass(frozen=True)
class Door:
    """How a contract is entered, and what it calls its tokens."""

    contract: str
    login: str
    refresh: str
    base: str = "/api/auth/"
    other: str = "/api/auth/sessions/"
    access_name: str = "access"
    refresh_name: str = "refresh"
    refresh_field: str = "refresh"
    invalid: int = 400

    @property
    def client(self) -> Client:
        return Client(self.contract)

    def log_in(self, person: Person) -> Answer:
        answer = self.client.post(self.login, json={"email": person.user.email, "password": PASSWORD})
        assert answer.status == 200, answer.body
        return answer

    def access_of(self, answer: Answer) -> str:
        return str(answer.body[self.access_name])

    def post(self, name: str, token: str | None, body: Any = ..., **options: Any) -> Answer:
        return self.client.post(f"{self.base}{name}/", json=body, token=token, **options)


DOORS = [
    Door("storefront", "/auth/api/token/", "/auth/api/token/refresh/"),
    Door(
        "parts",
        "/api/users/login/",
        "/api/users/token/refresh/",
        access_name="access_token",
        refresh_name="refresh_token",
        refresh_field="refresh_token",
    ),
    Door("marketplace", "/api/auth/login/", "/api/auth/token/refresh/"),
    Door("campus", "/api/auth/login/", "/api/auth/token/refresh/", invalid=422),
    Door(
        "admin",
        "/admin/api/auth/login/",
        "/admin/api/auth/refresh/",
        base="/admin/api/auth/",
        other="/admin/api/auth/sessions/",
    ),
]
SHOP = DOORS[0]


def enrolled(person: Person, door: Door = SHOP) -> tuple[Authenticator, list[str], dict[str, Any]]:
    """The person's app, their backup codes, and the answer that switched it on."""
    shown = door.post("enable-2fa", person.access).body
    app = Authenticator(shown["otpauth_url"])
    verified = door.post("verify-2fa", person.access, {"token": app.code()})
    assert verified.status == 200, verified.body
    return app, verified.body["backup_codes"], verified.body
