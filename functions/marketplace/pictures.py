"""How the marketplace shows pictures, of products and of people."""

from collections.abc import Callable
from typing import TypedDict

from commerce.kit import clock
from commerce.media.model import Album, Image
from commerce.media.service import Upload
from marketplace.contract import image_url

# A ready picture's key → an address that is good for a while.
Presign = Callable[[str], str]


class SizeBody(TypedDict):
    width: int
    image_url: str | None


class PictureBody(TypedDict):
    id: int
    image_key: str
    image_url: str | None
    status: str
    reason: str | None
    width: int | None
    height: int | None
    size: int
    sizes: list[SizeBody]
    created_at: str


class PostBody(TypedDict):
    """How to send the file: a form of the fields, and after them the file as `file`."""

    url: str
    method: str
    fields: dict[str, str]
    expires_in: int


def picture(album: Album, image: Image) -> PictureBody:
    """A picture; only a ready one has addresses."""
    key = album.key_of(image)
    renditions = {width: album.rendition_key(image, width) for width in image.widths}
    return {
        "id": image.id,
        "image_key": key,
        "image_url": image_url(key) if image.is_ready else None,
        "status": image.status.value,
        "reason": image.reason or None,
        "width": image.width or None,
        "height": image.height or None,
        "size": image.size,
        "sizes": [{"width": width, "image_url": image_url(rendition)} for width, rendition in renditions.items()],
        "created_at": clock.iso(image.created_at),
    }


def post(sent: Upload) -> PostBody | None:
    """How the file is sent, None when it came along or was sent before."""
    if sent.post is None:
        return None
    return {"url": sent.post.url, "method": "POST", "fields": sent.post.fields, "expires_in": sent.post.seconds}
