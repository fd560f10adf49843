"""Pictures of products: everybody sees those that were checked, sellers send, arrange and remove their own.

A file comes along in a form, as far as the gateway takes it, or goes straight to the bucket with what the answer says.
"""

from typing import Any

from commerce.catalog.service import catalog
from commerce.media.model import TooManyImages
from commerce.media.service import media
from marketplace.contract import marketplace_api
from marketplace.images import shapes
from rest.api import Access, Outcome, Reply, Request
from routes import pictures

handler = marketplace_api()
_catalog = catalog()
_media = media()
_PRODUCT = "/api/marketplace/products/{slug}"
_ALL = f"{_PRODUCT}/images/"
_ONE = f"{_PRODUCT}/images/{{id}}/"
# What a picture is sent with, under either name of the route.
_SENDING: Any = {
    "access": Access.SELLER,
    "body": pictures.SendImage,
    "returns": pictures.UploadBody,
    "status": 201,
    "is_keyed": True,
    "takes_file": ("image",),
    "raises": (TooManyImages,),
}


@handler.get(_ALL, access=Access.OPTIONAL, returns=list[pictures.ImageBody])
def images(request: Request) -> list[pictures.ImageBody]:
    """Pictures of a product, in their order."""
    return pictures.images(_media.of_product(request.principal, _product(request)))


@handler.post(_ALL, **_SENDING)
def add_image(request: Request) -> Outcome[pictures.UploadBody]:
    """Add a picture to a product of the caller's; it is shown once it was checked."""
    return _added(request)


@handler.post(f"{_PRODUCT}/upload_image/", **_SENDING)
def upload_image(request: Request) -> Outcome[pictures.UploadBody]:
    """The same under its other name."""
    return _added(request)


@handler.get(_ONE, access=Access.OPTIONAL, returns=pictures.ImageBody)
def image(request: Request) -> pictures.ImageBody:
    """One picture."""
    return pictures.image(*_media.image(request.principal, _product(request), request.id("id", "Image")))


@handler.put(_ONE, access=Access.SELLER, body=pictures.ArrangeImage, returns=pictures.ImageBody)
def arrange_image(request: Request) -> pictures.ImageBody:
    """Change a picture's type, or its place in the order."""
    product_id, image_id, body = _product(request), request.id("id", "Image"), request.body
    return pictures.image(*_media.arrange(request.caller, product_id, image_id, body.type, body.order))


@handler.delete(_ONE, access=Access.SELLER, status=204)
def remove_image(request: Request) -> Reply:
    """Remove a picture."""
    _media.remove(request.caller, _product(request), request.id("id", "Image"))
    return Reply(None, 204)


@handler.delete(
    f"{_PRODUCT}/delete_image/",
    access=Access.SELLER,
    body=shapes.RemoveImage,
    returns=shapes.DeletedKey,
)
def remove_image_of_key(request: Request) -> shapes.DeletedKey:
    """Remove the picture that was recorded for this product under a key."""
    key = request.body.image_key
    _media.remove_key(request.caller, _product(request), key)
    return shapes.deleted_key(key)


@handler.delete(f"{_PRODUCT}/delete_all_images/", access=Access.SELLER, returns=shapes.DeletedCount)
def remove_all_images(request: Request) -> shapes.DeletedCount:
    """Remove all pictures of a product of the caller's."""
    return shapes.deleted_count(_media.remove_all(request.caller, _product(request)))


@handler.get(f"{_PRODUCT}/main_image/", access=Access.OPTIONAL, returns=shapes.MainImage)
def main_image(request: Request) -> shapes.MainImage:
    """The picture that stands for a product, with an address that is good for an hour."""
    album = _media.of_product(request.principal, _product(request))
    return shapes.main_image(album, _media.presigned_url)


@handler.get(f"{_PRODUCT}/images_with_presigned_urls/", access=Access.OPTIONAL, returns=shapes.PresignedImages)
def images_with_presigned_urls(request: Request) -> shapes.PresignedImages:
    """All checked pictures of a product, with addresses that are good for an hour."""
    album = _media.of_product(request.principal, _product(request))
    return shapes.presigned_images(album, _media.presigned_url)


def _product(request: Request) -> int:
    return _catalog.product_id(request.params["slug"])


def _added(request: Request) -> Outcome[pictures.UploadBody]:
    announced = request.body.announced()
    sent = _media.add(request.caller, _product(request), announced, request.file, request.keyed)
    return sent.map(pictures.upload)
