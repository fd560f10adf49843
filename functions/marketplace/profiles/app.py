"""People's own pictures."""

from typing import Any

from commerce.media.service import media
from marketplace.contract import marketplace_api
from marketplace.profiles import shapes
from rest.api import Access, Outcome, Request

handler = marketplace_api()
_media = media()
_PROFILES = "/api/marketplace/profiles"
# What a picture is sent with, under either name of the route.
_SENDING: Any = {
    "access": Access.USER,
    "body": shapes.SendPicture,
    "returns": shapes.SentPicture,
    "status": 201,
    "is_keyed": True,
    "takes_file": ("profile_picture", "image"),
}


@handler.get(f"{_PROFILES}/profile_picture/", access=Access.USER, returns=shapes.ProfilePicture)
def profile_picture(request: Request) -> shapes.ProfilePicture:
    """The caller's picture."""
    return shapes.profile_picture(_media.of_person(request.caller), _media.presigned_url)


@handler.post(f"{_PROFILES}/upload_profile_picture/", **_SENDING)
def upload_profile_picture(request: Request) -> Outcome[shapes.SentPicture]:
    """Send the caller's next picture; the present one is shown until it was checked."""
    return _sent(request)


@handler.patch(f"{_PROFILES}/update_profile_picture/", **_SENDING)
def update_profile_picture(request: Request) -> Outcome[shapes.SentPicture]:
    """The same under its other name."""
    return _sent(request)


@handler.delete(f"{_PROFILES}/delete_profile_picture/", access=Access.USER, returns=shapes.Removed)
def remove_profile_picture(request: Request) -> shapes.Removed:
    """Remove the caller's picture."""
    _media.remove_own(request.caller)
    return shapes.removed()


def _sent(request: Request) -> Outcome[shapes.SentPicture]:
    announced = request.body.announced()
    return _media.replace_own(request.caller, announced, request.file, request.keyed).map(shapes.sent)
