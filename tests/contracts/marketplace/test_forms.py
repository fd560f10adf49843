"""Products from forms: what a form says as text means the same as in JSON."""

import json
from urllib.parse import urlencode

import pytest

from support.builders import a_category, a_person
from support.client import Client

from .test_products import PRODUCTS, SAID

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("marketplace")


def _multipart(fields: list[tuple[str, str]]) -> tuple[str, str]:
    boundary = "----edge"
    lines = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields
    ]
    # A file in a field that takes none is passed over.
    picture = (
        'Content-Disposition: form-data; name="manual"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nPNG\r\n'
    )
    body = "".join(lines) + f"--{boundary}\r\n{picture}--{boundary}--\r\n"
    return f"multipart/form-data; boundary={boundary}", body


@pytest.mark.parametrize("kind", ["multipart", "urlencoded"])
def test_a_form_says_the_same_as_json(kind: str) -> None:
    seller = a_person(is_seller=True)
    a_category()
    fields = [
        *((name, str(value)) for name, value in SAID.items() if not isinstance(value, list | bool)),
        ("colors", "red, blue"),
        ("tags", json.dumps(["outdoor", "fm"])),
        ("is_digital", "False"),
        ("is_active", "on"),
    ]
    content_type, body = (
        _multipart(fields) if kind == "multipart" else ("application/x-www-form-urlencoded", urlencode(fields))
    )
    sent = {"body": body, "headers": {"Content-Type": content_type}, "token": seller.access}
    made = shop.post(PRODUCTS, **sent)
    assert made.status == 201, made.body
    plain = shop.post(PRODUCTS, json=SAID, token=seller.access)
    own = {"id", "slug", "created_at", "updated_at"}
    assert {name: value for name, value in made.body.items() if name not in own} == {
        name: value for name, value in plain.body.items() if name not in own
    }


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", "no boundary"),
        ("multipart/form-data; boundary=b", "nothing of it"),
        ("multipart/form-data; boundary=b", "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n"),
        ("application/x-www-form-urlencoded", b"name=\xff"),
        ("application/x-www-form-urlencoded", "&".join(f"f{number}=1" for number in range(101))),
        ("application/x-www-form-urlencoded", "name=a%00b"),
    ],
)
def test_a_form_that_is_none_is_refused(content_type: str, body: str | bytes) -> None:
    seller = a_person(is_seller=True)
    sent = {"body": body, "headers": {"Content-Type": content_type}, "token": seller.access}
    assert shop.post(PRODUCTS, **sent).status == 400


def test_a_form_is_read_only_where_one_is_expected() -> None:
    sent = {"body": "email=a", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
    assert shop.post("/api/auth/login/", **sent).status == 415
