"""The objects of pictures: uploads in a bucket that nobody reads but their check, and what that made, to be shown.

<uploads bucket>   quarantine/products/<product id>/<owner id>/<image id>
<media bucket>     products/<product id>/<image id>/<digest>-<width>.webp, which clients reach below /media/
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from commerce.kit import aws, settings

# A picture never changes under its key.
_CACHE_CONTROL = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class PresignedPost:
    """A form with which a client sends one file straight to the bucket: the address, and the fields before the file."""

    url: str
    fields: dict[str, str]
    seconds: int


class UploadTooLarge(Exception):
    """There are more bytes than are read."""


class ImageBuckets:
    """Every access to both buckets."""

    def __init__(self, uploads: str, media: str) -> None:
        self._uploads = uploads
        self._media = media

    def presigned_post(self, key: str, content_type: str, max_bytes: int, seconds: int) -> PresignedPost:
        """Leave to send one file of that key, type and size, within that time. Makes no call."""
        made = aws.client("s3").generate_presigned_post(
            Bucket=self._uploads,
            Key=key,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", 1, max_bytes]],
            ExpiresIn=seconds,
        )
        return PresignedPost(made["url"], dict(made["fields"]), seconds)

    def store_upload(self, key: str, content: bytes, content_type: str) -> None:
        """Put a file that came through us where uploads lie."""
        aws.client("s3").put_object(Bucket=self._uploads, Key=key, Body=content, ContentType=content_type)

    def upload(self, key: str, max_bytes: int) -> bytes | None:
        """The bytes of an upload, None when there is none. Raises UploadTooLarge without reading them."""
        s3 = aws.client("s3")
        try:
            answer = s3.get_object(Bucket=self._uploads, Key=key)
        except s3.exceptions.NoSuchKey:
            return None
        if answer["ContentLength"] > max_bytes:
            answer["Body"].close()
            raise UploadTooLarge
        content: bytes = answer["Body"].read()
        return content

    def remove_upload(self, key: str) -> None:
        """Remove an upload; without one it is a no-op."""
        aws.client("s3").delete_object(Bucket=self._uploads, Key=key)

    def store_rendition(self, key: str, content: bytes) -> None:
        """Put what is shown."""
        aws.client("s3").put_object(
            Bucket=self._media, Key=key, Body=content, ContentType="image/webp", CacheControl=_CACHE_CONTROL
        )

    def remove_renditions(self, keys: Sequence[str]) -> None:
        """Remove what was shown; what is not there is passed over."""
        if keys:
            objects: list[dict[str, Any]] = [{"Key": key} for key in keys]
            aws.client("s3").delete_objects(Bucket=self._media, Delete={"Objects": objects, "Quiet": True})

    def presigned_url(self, key: str, seconds: int) -> str:
        """An address of one object that is good for that time. Makes no call."""
        parameters = {"Bucket": self._media, "Key": key}
        return str(aws.client("s3").generate_presigned_url("get_object", Params=parameters, ExpiresIn=seconds))


@cache
def image_buckets() -> ImageBuckets:
    """The buckets that the environment names."""
    return ImageBuckets(settings.text("UPLOADS_BUCKET"), settings.text("MEDIA_BUCKET"))
