"""Pictures of products and people, sent and checked as the shop does."""

import json
from collections.abc import Sequence
from typing import Any

from commerce.kit.aws import client
from support.hostile_images import photo, saved
from support.samples import queue_message, sample

UPLOADS, MEDIA = "bazaar-uploads", "bazaar-media"


def a_file(width: int = 640) -> bytes:
    """A PNG file, other bytes for another width."""
    return saved(photo(size=(width, 300)), "PNG")


def object_created(key: str) -> dict[str, Any]:
    """The event that tells the worker of a new object."""
    body = json.loads(sample("sqs-object-created")["Records"][0]["body"])
    body["detail"]["object"]["key"] = key
    return {"Records": [queue_message(body, "1")]}


def check_uploads(*keys: str) -> list[str]:
    """Have the worker check what lies in quarantine, or these keys; the messages that come again."""
    from workers.images.app import handler

    found = keys or keys_of(UPLOADS)
    return [
        failure["itemIdentifier"]
        for key in found
        for failure in handler(object_created(key), None)["batchItemFailures"]
    ]


def keys_of(bucket: str) -> list[str]:
    """All objects of a bucket."""
    return [found["Key"] for found in client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])]


def a_form(content: bytes, name: str = "image", filename: str = "a.png", **more: str) -> dict[str, Any]:
    """What a client is given to send a form with a file."""
    kind = more.pop("content_type", "image/png")
    boundary = "----0f1e2d3c4b5a"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in more.items()
    ]
    about = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {kind}'
    head = f"--{boundary}\r\n{about}\r\n\r\n"
    body = "".join(parts).encode() + head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return {"body": body, "headers": {"content-type": f"multipart/form-data; boundary={boundary}"}}


def a_form_of(
    fields: dict[str, str],
    files: Sequence[tuple[str, bytes]],
    key: str = "",
    filename: str = "a.png",
    content_type: str = "image/png",
) -> dict[str, Any]:
    """What a client is given to send a form with files among its fields; under an Idempotency-Key when given."""
    boundary = "----5d4c3b2a1f0e"
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    about = f'filename="{filename}"\r\nContent-Type: {content_type}'
    parts += [(f'name="{name}"; {about}', content) for name, content in files]
    body = b"".join(
        f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
        for head, content in parts
    )
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"} | ({"Idempotency-Key": key} if key else {})
    return {"body": body + f"--{boundary}--\r\n".encode(), "headers": headers}
