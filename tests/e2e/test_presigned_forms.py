"""Eight ways to misuse leave to send a file, on the running stack: what the bucket refuses, and what the shop makes of
the rest. tests/contracts/marketplace/test_presigned_uploads.py tries the same on the signed policy alone."""

import base64
import json
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import httpx
from botocore.config import Config

from e2e.test_marketplace import BASE, awaited, person, picture, product
from support.stack import Stack

MAX_BYTES = 10 * 1024 * 1024
Fields = dict[str, str]


def announced(seller: httpx.Client, path: str, **said: Any) -> dict[str, Any]:
    """Leave to send one file: `url` and `fields`."""
    body = {"filename": "a.jpg", "content_type": "image/jpeg", "size": 1000, **said}
    answer = seller.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["upload"])


def sent(url: str, fields: Fields, content: bytes, filename: str = "a.jpg") -> httpx.Response:
    return httpx.post(url, data=fields, files={"file": (filename, content)}, timeout=30)


def altered(fields: Fields) -> Fields:
    """The form with another greatest size in its policy, under the signature of the old one."""
    policy = json.loads(base64.b64decode(fields["policy"]))
    policy["conditions"] = [
        ["content-length-range", 0, 10**10] if "content-length-range" in condition else condition
        for condition in policy["conditions"]
    ]
    return {**fields, "policy": base64.b64encode(json.dumps(policy).encode()).decode()}


def without(fields: Fields, *names: str) -> Fields:
    return {name: value for name, value in fields.items() if name not in names}


def hostile(fields: Fields) -> list[tuple[str, Fields, bytes]]:
    """What is sent in place of the form that was given, and why none of it may be taken."""
    small, owner = picture("navy"), fields["key"].rpartition("/")[0]
    unsigned = [name for name in fields if name == "policy" or name.startswith("x-amz-")]
    return [
        ("too large", fields, bytes(MAX_BYTES + 1)),
        ("empty", fields, b""),
        ("another record's key", {**fields, "key": f"{owner}/1"}, small),
        ("a key that is shown", {**fields, "key": "products/1/1/x-320.webp"}, small),
        ("the file's name as key", {**fields, "key": f"{owner}/${{filename}}"}, small),
        ("another type", {**fields, "Content-Type": "text/html"}, small),
        ("a field of its own", {**fields, "acl": "public-read"}, small),
        ("an altered policy", altered(fields), small),
        ("another signature", {**fields, "x-amz-signature": "0" * 64}, small),
        ("no signature", without(fields, "x-amz-signature"), small),
        ("no policy", without(fields, "policy"), small),
        ("nothing signed", without(fields, *unsigned), small),
    ]


def keys_of(s3: Any, bucket: str) -> set[str]:
    return {found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])}


def test_the_bucket_takes_the_form_that_was_given_and_no_other(stack: Stack) -> None:
    seller, s3 = person(stack, sells=True), stack.aws("s3", config=Config(signature_version="s3v4"))
    path = f"{BASE}/products/{product(seller, 'Lens', '5.00')['slug']}/images/"
    # A path in the file's name leads nowhere, neither where it is announced nor where it is sent.
    upload = announced(seller, path, filename="../../../products/1/1/x.jpg")
    url, fields = upload["url"], upload["fields"]
    bucket, key = urlsplit(url).path.strip("/"), PurePosixPath(fields["key"])
    assert (key.parts[:2], key.name.isdigit(), len(key.parts)) == (("quarantine", "products"), True, 5)

    before = keys_of(s3, bucket)
    answers = {name: sent(url, said, content).status_code for name, said, content in hostile(fields)}
    assert {name for name, status in answers.items() if status not in (400, 403)} == set()
    assert (keys_of(s3, bucket) - before, [one["status"] for one in seller.get(path).json()]) == (
        set(),
        ["quarantined"],
    )

    # Nobody waits for a quarter of an hour: the same policy, signed by the account with another end. The control is
    # that it is taken before that.
    conditions = [{"Content-Type": "image/jpeg"}, ["content-length-range", 1, MAX_BYTES]]
    other = f"{fields['key'].rpartition('/')[0]}/1"
    for seconds, statuses in ((-60, (400, 403)), (60, (200, 204))):
        form = s3.generate_presigned_post(
            bucket, other, Fields={"Content-Type": "image/jpeg"}, Conditions=conditions, ExpiresIn=seconds
        )
        assert sent(form["url"], form["fields"], picture("navy")).status_code in statuses
    assert awaited(lambda: keys_of(s3, bucket) - before, lambda found: not found) == set(), "no record awaits it"

    # As it was given, it is taken.
    assert sent(url, fields, picture("maroon"), filename="../../x.jpg").status_code in (200, 204)
    ready = awaited(lambda: seller.get(path).json(), lambda images: images[0]["status"] == "ready")
    assert [one["status"] for one in ready] == ["ready"]
    assert awaited(lambda: keys_of(s3, bucket) - before, lambda found: not found) == set()

    # Sent again, the bucket takes it, as anything that was signed; the shop removes it unread.
    assert sent(url, fields, picture("olive")).status_code in (200, 204)
    assert awaited(lambda: keys_of(s3, bucket) - before, lambda found: not found) == set()
    assert seller.get(path).json() == ready
