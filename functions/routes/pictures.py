"""Pictures of products and of people, as every contract that has them sends and shows them."""

from collections.abc import Callable
from typing import Annotated, TypedDict

from pydantic import Field

from commerce.kit import clock
from commerce.media.model import CONTENT_TYPES, MAX_FILENAME_LENGTH, Album, Announced, Image, ImageType
from commerce.media.service import Upload
from rest.bodies import Body, one_of
from rest.values import image_url

# A ready picture's key → an address that is good for a while.
Presign = Callable[[str], str]
Type = Annotated[str, one_of(ImageType)]


class SendImage(Body):
    """What a file is; in a form the file says so itself."""

    filename: Annotated[str, Field(min_length=1, max_length=MAX_FILENAME_LENGTH)]
    content_type: Annotated[str, one_of(CONTENT_TYPES)]
    size: Annotated[int, Field(ge=1)]
    image_type: Type = ImageType.GALLERY

    def announced(self) -> Announced:
        """The use case's input."""
        return Announced(self.filename, self.content_type, self.size, ImageType(self.image_type))


class ArrangeImage(Body):
    image_type: Type | None = None
    order: Annotated[int, Field(ge=0, le=1000)] | None = None

    @property
    def type(self) -> ImageType | None:
        """The type to be, None to leave it."""
        return ImageType(self.image_type) if self.image_type is not None else None


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


class ImageBody(PictureBody):
    image_type: str
    is_primary: bool
    order: int


class PostBody(TypedDict):
    """How to send the file: a form of the fields, and after them the file as `file`."""

    url: str
    method: str
    fields: dict[str, str]
    expires_in: int


class UploadBody(ImageBody):
    upload: PostBody | None


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


def image(album: Album, image: Image) -> ImageBody:
    """A picture of a product."""
    return {
        **picture(album, image),
        "image_type": image.type.value,
        "is_primary": image == album.main,
        "order": album.images.index(image),
    }


def images(album: Album) -> list[ImageBody]:
    """All of them, in their order."""
    return [image(album, one) for one in album.images]


def upload(sent: Upload) -> UploadBody:
    """A picture whose file is awaited."""
    return {**image(sent.album, sent.image), "upload": post(sent)}
