"""Staff arranges the pictures of any product; what it sends is checked as everybody's is."""

from admin.contract import admin_api
from commerce.media.model import TooManyImages
from commerce.media.service import media
from rest.api import Access, Outcome, Reply, Request
from routes import pictures

handler = admin_api()
_media = media()
_ALL = "/admin/api/products/{id}/images/"
_ONE = f"{_ALL}{{image_id}}/"


@handler.get(_ALL, access=Access.STAFF, returns=list[pictures.ImageBody])
def images(request: Request) -> list[pictures.ImageBody]:
    """All pictures of a product, in their order: those that wait for their check, and refused ones, too."""
    return pictures.images(_media.of_product(request.principal, request.id("id", "Product")))


@handler.post(
    _ALL,
    access=Access.STAFF,
    body=pictures.SendImage,
    returns=pictures.UploadBody,
    status=201,
    is_keyed=True,
    takes_file=("image",),
    raises=(TooManyImages,),
)
def add_image(request: Request) -> Outcome[pictures.UploadBody]:
    """Add a picture, whose file comes along in a form, or is sent to the bucket with what the answer says."""
    product_id, announced = request.id("id", "Product"), request.body.announced()
    return _media.add(request.caller, product_id, announced, request.file, request.keyed).map(pictures.upload)


@handler.patch(_ONE, access=Access.STAFF, body=pictures.ArrangeImage, returns=pictures.ImageBody)
def arrange_image(request: Request) -> pictures.ImageBody:
    """Make a picture the main one, or of another type, or give it another place in the order."""
    product_id, image_id, body = request.id("id", "Product"), request.id("image_id", "Image"), request.body
    return pictures.image(*_media.arrange(request.caller, product_id, image_id, body.type, body.order))


@handler.delete(_ONE, access=Access.STAFF, status=204)
def remove_image(request: Request) -> Reply:
    """Remove a picture with its files."""
    _media.remove(request.caller, request.id("id", "Product"), request.id("image_id", "Image"))
    return Reply(None, 204)
