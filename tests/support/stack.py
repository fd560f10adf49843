"""A running local stack, as tests reach it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

PASSWORD = "securepass123"
PATIENCE_SECONDS = 60


def awaited(question: Callable[[], Any], is_right: Callable[[Any], bool]) -> Any:
    """The answer once it is right, or the last after a minute."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_right(found := question()) and time.monotonic() < deadline:
        time.sleep(0.3)
    return found


@dataclass(frozen=True)
class Stack:
    """A running stack: its address and the demo's logins."""

    url: str
    demo: dict[str, Any]
    opened: list[Any] = field(default_factory=list)

    def close(self) -> None:
        """Close every client that was handed out."""
        for client in self.opened:
            client.close()

    @property
    def sockets(self) -> str:
        return self.url.replace("http://", "ws://")

    def client(self, contract: str, token: str | None = None) -> httpx.Client:
        """An HTTP client of one contract, logged in when a token is given; it keeps cookies as a browser does."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        client = httpx.Client(base_url=f"{self.url}/{contract}", headers=headers, timeout=30)
        self.opened.append(client)
        return client

    def register(self, contract: str) -> dict[str, Any]:
        """A new account of a contract that has the shared account routes, its password PASSWORD: what that answers."""
        form = {"email": f"{uuid4().hex}@example.com", "password": PASSWORD, "password_confirm": PASSWORD}
        registered = self.client(contract).post("/api/auth/register/", json=form)
        assert registered.status_code == 201, registered.text
        return dict(registered.json())

    def login(self, role: str) -> str:
        """An access token of the demo's buyer or admin."""
        answer = self.client("storefront").post("/auth/api/token/", json=self.demo[role])
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access"])

    def make_staff(self, user_id: int) -> None:
        """What the operator's command does: no API makes staff."""
        found = self.aws("cloudformation").describe_stack_resource(StackName="bazaar", LogicalResourceId="Accounts")
        self.aws("dynamodb").update_item(
            TableName=found["StackResourceDetail"]["PhysicalResourceId"],
            Key={"pk": {"S": f"USER#{user_id}"}, "sk": {"S": "USER"}},
            UpdateExpression="SET is_staff = :true",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues={":true": {"BOOL": True}},
        )

    def aws(self, service: str, **options: Any) -> Any:
        """An AWS client of the local stack, as its account root unless said otherwise."""
        import boto3

        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"} | options
        endpoint = self.url.replace("localhost", "127.0.0.1")
        client = boto3.client(service, region_name="us-east-1", endpoint_url=endpoint, **keys)
        self.opened.append(client)
        return client
