"""Pictures of products and people, and the check of their files."""

from typing import Any

from benchmarks.cases.case import Request, case, shop_product
from benchmarks.cases.event import event
from commerce.catalog.model import Product
from commerce.media.model import Album, Announced
from commerce.media.service import media
from support.builders import Person, a_person, a_product
from support.hostile_images import html_called_jpg
from support.pictures import UPLOADS, a_file, a_form, a_form_of, check_uploads, keys_of, object_created

PRODUCTS = "/api/marketplace/products"
PROFILES = "/api/marketplace/profiles"
_SAID = {"filename": "front.png", "content_type": "image/png", "size": 5_000_000}


def _sent(content: bytes | None = None) -> tuple[Person, Product, str]:
    """A product with a picture that was not checked yet; its seller and where the file lies."""
    seller = a_person(is_seller=True)
    product = a_product(seller)
    content = content or a_file(1700)
    media().add(seller.principal, product.id, Announced("a.png", "image/png", len(content)), content)
    return seller, product, next(key for key in keys_of(UPLOADS) if f"/{product.id}/" in key)


def _shown(count: int = 3) -> tuple[Person, Product, Album]:
    """A product with pictures, and its seller."""
    seller = a_person(is_seller=True)
    product = a_product(seller)
    for number in range(count):
        content = a_file(1700 + number)
        media().add(seller.principal, product.id, Announced("a.png", "image/png", len(content)), content)
    check_uploads()
    return seller, product, media().of_product(seller.principal, product.id)


def _person_with_picture() -> Person:
    person, content = a_person(), a_file()
    media().replace_own(person.principal, Announced("me.png", "image/png", len(content)), content)
    check_uploads()
    return person


@case("marketplace", "GET /api/marketplace/products/{slug}/images/", "three")
def _() -> tuple[str, Request]:
    _seller, product, _album = _shown()
    return f"{PRODUCTS}/{product.slug}/images/", {}


@case("marketplace", "POST /api/marketplace/products/{slug}/images/", "announced, keyed")
def _() -> tuple[str, Request]:
    seller, product, _album = _shown()
    headers = {"Idempotency-Key": "k"}
    return f"{PRODUCTS}/{product.slug}/images/", {"token": seller.access, "json": _SAID, "headers": headers}


@case("marketplace", "POST /api/marketplace/products/{slug}/upload_image/", "with its file")
def _() -> tuple[str, Request]:
    seller, product, _album = _shown()
    return f"{PRODUCTS}/{product.slug}/upload_image/", {"token": seller.access, **a_form(a_file())}


@case("marketplace", "GET /api/marketplace/products/{slug}/images/{id}/")
def _() -> tuple[str, Request]:
    _seller, product, album = _shown()
    return f"{PRODUCTS}/{product.slug}/images/{album.images[0].id}/", {}


@case("marketplace", "PUT /api/marketplace/products/{slug}/images/{id}/", "another place")
def _() -> tuple[str, Request]:
    seller, product, album = _shown()
    path = f"{PRODUCTS}/{product.slug}/images/{album.images[2].id}/"
    return path, {"token": seller.access, "json": {"order": 0}}


@case("marketplace", "DELETE /api/marketplace/products/{slug}/images/{id}/")
def _() -> tuple[str, Request]:
    seller, product, album = _shown()
    return f"{PRODUCTS}/{product.slug}/images/{album.images[0].id}/", {"token": seller.access}


@case("marketplace", "DELETE /api/marketplace/products/{slug}/delete_image/")
def _() -> tuple[str, Request]:
    seller, product, album = _shown()
    said = {"image_key": album.shown_keys[0]}
    return f"{PRODUCTS}/{product.slug}/delete_image/", {"token": seller.access, "json": said}


@case("marketplace", "DELETE /api/marketplace/products/{slug}/delete_all_images/", "three, and one that waits")
def _() -> tuple[str, Request]:
    seller, product, _album = _shown()
    content = a_file()
    media().add(seller.principal, product.id, Announced("a.png", "image/png", len(content)), content)
    return f"{PRODUCTS}/{product.slug}/delete_all_images/", {"token": seller.access}


@case("marketplace", "GET /api/marketplace/products/{slug}/main_image/")
def _() -> tuple[str, Request]:
    _seller, product, _album = _shown()
    return f"{PRODUCTS}/{product.slug}/main_image/", {}


@case("marketplace", "GET /api/marketplace/products/{slug}/images_with_presigned_urls/", "three")
def _() -> tuple[str, Request]:
    _seller, product, _album = _shown()
    return f"{PRODUCTS}/{product.slug}/images_with_presigned_urls/", {}


@case("marketplace", "PUT /api/marketplace/products/{slug}/images/{id}/", "the main one, by staff")
def _() -> tuple[str, Request]:
    _seller, product, album = _shown()
    path = f"{PRODUCTS}/{product.slug}/images/{album.images[2].id}/"
    return path, {"token": a_person(is_staff=True).access, "json": {"image_type": "main"}}


@case("marketplace", "POST /api/marketplace/products/", "with two pictures, keyed")
def _() -> Request:
    a_product()
    said = {"name": "Radio", "price": "5.00", "category": "electronics"}
    files = [("main_image", a_file()), ("images", a_file(500))]
    return {"token": a_person(is_seller=True).access, **a_form_of(said, files, key="k")}


@case("marketplace", "PATCH /api/marketplace/products/{slug}/", "with a picture")
def _() -> tuple[str, Request]:
    seller, product, _album = _shown(1)
    form = a_form_of({"price": "5.00"}, [("images", a_file())])
    return f"{PRODUCTS}/{product.slug}/", {"token": seller.access, **form}


def _of_staff(product: Product, *picture: int) -> str:
    return "/".join(map(str, (f"/admin/api/products/{product.id}/images", *picture, "")))


@case("admin", "GET /admin/api/products/{id}/images/", "three", most=2)
def _() -> tuple[str, Request]:
    return _of_staff(_shown()[1]), {"token": a_person(is_staff=True).access}


@case("admin", "POST /admin/api/products/{id}/images/", "with its file, keyed")
def _() -> tuple[str, Request]:
    form = a_form(a_file())
    form["headers"]["Idempotency-Key"] = "k"
    return _of_staff(_shown()[1]), {"token": a_person(is_staff=True).access, **form}


@case("admin", "PATCH /admin/api/products/{id}/images/{image_id}/", "the main one")
def _() -> tuple[str, Request]:
    _seller, product, album = _shown()
    path = _of_staff(product, album.images[2].id)
    return path, {"token": a_person(is_staff=True).access, "json": {"image_type": "main"}}


@case("admin", "DELETE /admin/api/products/{id}/images/{image_id}/")
def _() -> tuple[str, Request]:
    _seller, product, album = _shown()
    return _of_staff(product, album.images[0].id), {"token": a_person(is_staff=True).access}


@case("admin", "DELETE /admin/api/products/{id}/images/{image_id}/", "one that waits")
def _() -> tuple[str, Request]:
    seller, product, _key = _sent()
    [image] = media().of_product(seller.principal, product.id).images
    return _of_staff(product, image.id), {"token": a_person(is_staff=True).access}


@case("marketplace", "GET /api/marketplace/profiles/profile_picture/", most=1)
def _() -> Request:
    return {"token": _person_with_picture().access}


@case("marketplace", "POST /api/marketplace/profiles/upload_profile_picture/", "with its file")
def _() -> Request:
    return {"token": _person_with_picture().access, **a_form(a_file())}


@case("marketplace", "PATCH /api/marketplace/profiles/update_profile_picture/", "announced")
def _() -> Request:
    return {"token": _person_with_picture().access, "json": _SAID}


@case("marketplace", "DELETE /api/marketplace/profiles/delete_profile_picture/")
def _() -> Request:
    person, content = _person_with_picture(), a_file()
    media().replace_own(person.principal, Announced("me.png", "image/png", len(content)), content)
    return {"token": person.access}


@event("Images")
def _() -> dict[str, Any]:
    _seller, _product, key = _sent()
    return object_created(key)


@event("Images")
def _() -> dict[str, Any]:
    """Refused."""
    _seller, _product, key = _sent(html_called_jpg())
    return object_created(key)


@event("Images")
def _() -> dict[str, Any]:
    """A person's next one, in place of the present one."""
    person, content = _person_with_picture(), a_file(500)
    media().replace_own(person.principal, Announced("me.png", "image/png", len(content)), content)
    return object_created(keys_of(UPLOADS)[-1])


@event("Images")
def _() -> dict[str, Any]:
    """Its file is gone already."""
    seller, product = a_person(is_seller=True), shop_product()
    product = a_product(seller, name=f"Thing {product.id}")
    sent = media().add(seller.principal, product.id, Announced("a.png", "image/png", 10)).value
    return object_created(sent.album.upload_key(sent.image))
