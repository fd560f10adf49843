"""Bodies of the marketplace's routes of product pictures."""

from typing import Annotated, TypedDict

from pydantic import Field

from commerce.media.model import Album, Image
from rest.bodies import Body
from routes.pictures import ImageBody, Presign, image


class RemoveImage(Body):
    image_key: Annotated[str, Field(min_length=1, max_length=300)]


class PresignedImage(ImageBody):
    presigned_url: str


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


def deleted_key(key: str) -> DeletedKey:
    return {"deleted_key": key}


def deleted_count(count: int) -> DeletedCount:
    return {"deleted_count": count}
