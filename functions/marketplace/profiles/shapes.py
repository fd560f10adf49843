"""Bodies of the marketplace's routes of people's own pictures."""

from typing import Annotated, TypedDict

from pydantic import Field

from commerce.media.model import CONTENT_TYPES, MAX_FILENAME_LENGTH, Album, Announced
from commerce.media.service import Upload
from rest.bodies import Body, one_of
from routes.pictures import PictureBody, PostBody, Presign, picture, post


class SendPicture(Body):
    """What a file is; in a form the file says so itself."""

    filename: Annotated[str, Field(min_length=1, max_length=MAX_FILENAME_LENGTH)]
    content_type: Annotated[str, one_of(CONTENT_TYPES)]
    size: Annotated[int, Field(ge=1)]

    def announced(self) -> Announced:
        """The use case's input."""
        return Announced(self.filename, self.content_type, self.size)


class ShownPicture(PictureBody):
    presigned_url: str


class ProfilePicture(TypedDict):
    profile_picture: ShownPicture | None
    next_picture: PictureBody | None


class SentPicture(TypedDict):
    profile_picture: PictureBody
    upload: PostBody | None


class Removed(TypedDict):
    message: str


def profile_picture(album: Album, presign: Presign) -> ProfilePicture:
    """The picture that is shown, and the latest one that is not, or not yet."""
    shown, waiting = album.main, [image for image in album.images if not image.is_ready]
    return {
        "profile_picture": {**picture(album, shown), "presigned_url": presign(album.key_of(shown))} if shown else None,
        "next_picture": picture(album, waiting[-1]) if waiting else None,
    }


def sent(upload: Upload) -> SentPicture:
    return {"profile_picture": picture(upload.album, upload.image), "upload": post(upload)}


def removed() -> Removed:
    return {"message": "Your profile picture was removed."}
