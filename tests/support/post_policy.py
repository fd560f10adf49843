"""What S3 asks of a form that is sent to a bucket, as AWS documents it: for tests, whose S3 does not ask.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

_EXEMPT = {"policy", "x-amz-signature", "file", "bucket"}


class PostRefused(Exception):
    """S3 takes nothing of this form."""


def send(bucket: str, fields: dict[str, str], content: bytes, secret: str, now: datetime) -> str:
    """Send a form; the key under which its file lies then. Raises PostRefused."""
    policy = _policy(fields, secret)
    if datetime.fromisoformat(policy["expiration"].replace("Z", "+00:00")) <= now:
        raise PostRefused("expired")
    values = {**{name.lower(): value for name, value in fields.items()}, "bucket": bucket}
    covered = set()
    for condition in policy["conditions"]:
        covered |= _require(condition, values, len(content))
    if extra := set(values) - covered - _EXEMPT:
        raise PostRefused(f"not in the policy: {sorted(extra)}")
    if "bucket" not in covered or "key" not in covered:
        raise PostRefused("the policy leaves open where the file goes")
    from commerce.kit.aws import client

    client("s3").put_object(Bucket=bucket, Key=fields["key"], Body=content, ContentType=values["content-type"])
    return fields["key"]


def _policy(fields: dict[str, str], secret: str) -> dict[str, Any]:
    try:
        encoded, signature = fields["policy"], fields["x-amz-signature"]
        scope = fields["x-amz-credential"].split("/")[1:]
    except KeyError:
        raise PostRefused("not signed") from None
    key = f"AWS4{secret}".encode()
    for part in scope:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(hmac.new(key, encoded.encode(), hashlib.sha256).hexdigest(), signature):
        raise PostRefused("the signature is another's")
    found: dict[str, Any] = json.loads(base64.b64decode(encoded))
    return found


def _require(condition: Any, values: dict[str, str], size: int) -> set[str]:
    """The fields that a condition is about, all of which satisfy it."""
    if isinstance(condition, dict):
        for name, value in condition.items():
            if values.get(name.lower()) != value:
                raise PostRefused(f"{name.lower()} is another")
        return {name.lower() for name in condition}
    kind, name, value = condition
    if kind == "content-length-range":
        if not name <= size <= value:
            raise PostRefused("the size is not within its range")
        return set()
    name = name.removeprefix("$").lower()
    written = values.get(name, "")
    if not (written == value if kind == "eq" else written.startswith(value)):
        raise PostRefused(f"{name} is another")
    return {name}
