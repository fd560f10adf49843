"""Eight ways to misuse leave to send a file. In-process AWS takes any form, so that S3's own rules are played here
(support/post_policy.py): what is tried is the policy that was signed."""

import base64
import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support.builders import Person, a_person, a_product
from support.client import Client
from support.pictures import MEDIA, UPLOADS, a_file, check_uploads, keys_of
from support.post_policy import PostRefused, send

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("marketplace")
MAX_BYTES = 10 * 1024 * 1024


@pytest.fixture
def seller() -> Person:
    return a_person(is_seller=True)


def announced(seller: Person, slug: str, **said: Any) -> dict[str, str]:
    """The fields of the form that the shop gives leave to send."""
    body = {"filename": "a.png", "content_type": "image/png", "size": 100, **said}
    answer = shop.post(f"/api/marketplace/products/{slug}/images/", json=body, token=seller.access)
    assert answer.status == 201, answer.body
    fields: dict[str, str] = answer.body["upload"]["fields"]
    return fields


def sent(fields: dict[str, str], content: bytes, **late: float) -> str:
    return send(UPLOADS, fields, content, os.environ["AWS_SECRET_ACCESS_KEY"], datetime.now(UTC) + timedelta(**late))


def test_the_form_as_it_was_given_is_taken_and_its_picture_shown(seller: Person) -> None:
    """The control: the rules that are played refuse no honest form."""
    product = a_product(seller)
    key = sent(announced(seller, product.slug), a_file())
    assert check_uploads(key) == []
    [image] = shop.get(f"/api/marketplace/products/{product.slug}/images/").body
    assert image["status"] == "ready"


def test_a_file_that_is_too_large(seller: Person) -> None:
    fields = announced(seller, a_product(seller).slug)
    with pytest.raises(PostRefused, match="size"):
        sent(fields, bytes(MAX_BYTES + 1))
    with pytest.raises(PostRefused, match="size"):
        sent(fields, b"")


def test_another_key(seller: Person) -> None:
    fields = announced(seller, a_product(seller).slug)
    for key in ("quarantine/products/1/2/3", fields["key"] + "0", "products/1/1/x-320.webp"):
        with pytest.raises(PostRefused, match="key"):
            sent({**fields, "key": key}, a_file())


def test_another_type(seller: Person) -> None:
    fields = announced(seller, a_product(seller).slug)
    with pytest.raises(PostRefused, match="content-type"):
        sent({**fields, "Content-Type": "text/html"}, a_file())
    with pytest.raises(PostRefused, match="not in the policy"):
        sent({**fields, "acl": "public-read"}, a_file())


def test_leave_that_has_expired(seller: Person) -> None:
    fields = announced(seller, a_product(seller).slug)
    sent(fields, a_file(), minutes=14)
    with pytest.raises(PostRefused, match="expired"):
        sent(fields, a_file(), minutes=16)


def test_a_policy_that_was_altered(seller: Person) -> None:
    fields = announced(seller, a_product(seller).slug)
    policy = json.loads(base64.b64decode(fields["policy"]))
    policy["conditions"] = [
        ["content-length-range", 0, 10**10] if "content-length-range" in condition else condition
        for condition in policy["conditions"]
    ]
    altered = base64.b64encode(json.dumps(policy).encode()).decode()
    with pytest.raises(PostRefused, match="signature"):
        sent({**fields, "policy": altered}, a_file())


def test_no_signature(seller: Person) -> None:
    fields = announced(seller, a_product(seller).slug)
    for name in ("policy", "x-amz-signature"):
        with pytest.raises(PostRefused, match="not signed"):
            sent({key: value for key, value in fields.items() if key != name}, a_file())
    with pytest.raises(PostRefused, match="signature"):
        sent({**fields, "x-amz-signature": "0" * 64}, a_file())


@pytest.mark.parametrize("name", ["../../../etc/passwd", "/products/1.png", "..\\..\\x", "quarantine/products/1/2/3"])
def test_a_path_in_the_file_s_name_leads_nowhere(seller: Person, name: str) -> None:
    product = a_product(seller)
    key = announced(seller, product.slug, filename=name)["key"]
    assert key.startswith(f"quarantine/products/{product.id}/{seller.id}/")
    assert key.rpartition("/")[2].isdigit()
    assert key.count("/") == 4


def test_sending_again_onto_a_ready_picture(seller: Person) -> None:
    """S3 takes it, as it takes anything that was signed; the shop removes it unread."""
    product = a_product(seller)
    fields = announced(seller, product.slug)
    check_uploads(sent(fields, a_file()))
    path = f"/api/marketplace/products/{product.slug}/images/"
    before = shop.get(path).body, keys_of(MEDIA)
    assert check_uploads(sent(fields, a_file(900))) == []
    assert (shop.get(path).body, keys_of(MEDIA)) == before
    assert keys_of(UPLOADS) == []
