"""Bodies of the marketplace's routes of product pictures."""

from typing import Annotated, TypedDict

from pydantic import Field

from commerce.media.model import CONTENT_TYPES, MAX_FILENAME_LENGTH, Album, Announced, Image, ImageType
from commerce.media.service import Upload
from marketplace.pictures import PictureBody, PostBody, Presign, picture, post
from rest.bodies import Body, one_of

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


class RemoveImage(Body):
    image_key: Annotated[str, Field(min_length=1, max_length=300)]


class ImageBody(PictureBody):
    image_type: str
    is_primary: bool
    order: int


class PresignedImage(ImageBody):
    presigned_url: str


class UploadBody(ImageBody):
    upload: PostBody | None


class MainImage(TypedDict):
    main_image: PresignedImage | None
    message: str


class PresignedImages(TypedDict):
    images: list[PresignedImage]
    primary_image: PresignedImage | None


class DeletedKey(TypedDict):
    deleted_key: str


class DeletedCount(TypedDict):
    deleted_count: int


def image(album: Album, image: Image) -> ImageBody:
    return {
        **picture(album, image),
        "image_type": image.type.value,
        "is_primary": image == album.main,
        "order": album.images.index(image),
    }


def images(album: Album) -> list[ImageBody]:
    return [image(album, one) for one in album.images]


def presigned(album: Album, one: Image, presign: Presign) -> PresignedImage:
    return {**image(album, one), "presigned_url": presign(album.key_of(one))}


def presigned_images(album: Album, presign: Presign) -> PresignedImages:
    return {
        "images": [presigned(album, one, presign) for one in album.ready],
        "primary_image": presigned(album, album.main, presign) if album.main else None,
    }


def main_image(album: Album, presign: Presign) -> MainImage:
    if album.main is None:
        return {"main_image": None, "message": "This product has no main image."}
    return {"main_image": presigned(album, album.main, presign), "message": ""}


def upload(sent: Upload) -> UploadBody:
    return {**image(sent.album, sent.image), "upload": post(sent)}


def deleted_key(key: str) -> DeletedKey:
    return {"deleted_key": key}


def deleted_count(count: int) -> DeletedCount:
    return {"deleted_count": count}
