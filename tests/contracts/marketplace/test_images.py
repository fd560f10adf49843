"""Pictures of products: sending, seeing, arranging and removing them, as the marketplace's client does."""

import random
from typing import Any

import pytest

from commerce.catalog.service import catalog
from commerce.media.service import media
from support.builders import Person, a_person, a_product, listed
from support.client import Client
from support.pictures import MEDIA, UPLOADS, a_file, a_form, check_uploads, keys_of

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("marketplace")
BASE = "/api/marketplace/products"


@pytest.fixture
def seller() -> Person:
    return a_person(is_seller=True)


@pytest.fixture
def slug(seller: Person) -> str:
    return a_product(seller).slug


def ready(seller: Person, slug: str, count: int = 1, **said: str) -> list[dict[str, Any]]:
    """Pictures that were sent and checked."""
    for number in range(count):
        sent = shop.post(f"{BASE}/{slug}/images/", token=seller.access, **a_form(a_file(400 + number), **said))
        assert sent.status == 201, sent.body
    assert check_uploads() == []
    found: list[dict[str, Any]] = shop.get(f"{BASE}/{slug}/images/").body
    return found


@pytest.mark.covers("marketplace", "POST", "/api/marketplace/products/{slug}/images/")
def test_a_file_is_announced_and_sent_straight_to_the_bucket(seller: Person, slug: str) -> None:
    said = {"filename": "front.png", "content_type": "image/png", "size": 5_000_000, "image_type": "main"}
    answer = shop.post(f"{BASE}/{slug}/images/", json=said, token=seller.access)
    assert answer.status == 201
    body = answer.body
    product_id = catalog().product_id(slug)
    [image] = media().of_product(seller.principal, product_id).images
    key = f"quarantine/products/{product_id}/{seller.id}/{image.id}"
    upload = body.pop("upload")
    assert body == {
        "id": image.id,
        "image_key": key,
        "image_url": None,
        "status": "quarantined",
        "reason": None,
        "width": None,
        "height": None,
        "size": 5_000_000,
        "sizes": [],
        "created_at": body["created_at"],
        "image_type": "main",
        "is_primary": False,
        "order": 0,
    }
    assert (upload["method"], upload["expires_in"]) == ("POST", 900)
    assert upload["fields"]["key"] == key
    assert upload["fields"]["Content-Type"] == "image/png"
    assert UPLOADS in upload["url"]
    assert keys_of(UPLOADS) == []


@pytest.mark.covers("marketplace", "POST", "/api/marketplace/products/{slug}/upload_image/")
@pytest.mark.covers("marketplace", "GET", "/api/marketplace/products/{slug}/images/")
def test_a_file_comes_along_in_a_form_and_is_shown_when_it_was_checked(seller: Person, slug: str) -> None:
    sent = shop.post(f"{BASE}/{slug}/upload_image/", token=seller.access, **a_form(a_file(), image_type="main"))
    assert (sent.status, sent.body["status"], sent.body["upload"]) == (201, "quarantined", None)
    assert shop.get(f"{BASE}/{slug}/images/").body == []
    assert len(shop.get(f"{BASE}/{slug}/images/", token=seller.access).body) == 1
    check_uploads()
    [image] = shop.get(f"{BASE}/{slug}/images/").body
    assert (image["status"], image["width"], image["height"], image["is_primary"]) == ("ready", 640, 300, True)
    assert [size["width"] for size in image["sizes"]] == [320, 640]
    assert image["image_url"] == f"https://shop.test/media/{image['image_key']}"
    assert image["image_key"] in keys_of(MEDIA)


def test_the_bytes_of_a_form_arrive_as_they_were_sent(seller: Person, slug: str) -> None:
    from commerce.kit.aws import client

    content = b"\r\n\n\r\x00--\r\n" + random.Random(7).randbytes(50_000) + b"\r\n"
    shop.post(f"{BASE}/{slug}/images/", token=seller.access, **a_form(content))
    [key] = keys_of(UPLOADS)
    assert client("s3").get_object(Bucket=UPLOADS, Key=key)["Body"].read() == content


def test_a_product_shows_its_pictures_once_they_are_ready(seller: Person) -> None:
    product = a_product(seller)
    listed(product)
    assert shop.get(f"{BASE}/").body[0]["primary_image"] is None
    ready(seller, product.slug)
    ready(seller, product.slug, image_type="main")
    listed(product)
    main = shop.get(f"{BASE}/{product.slug}/main_image/").body["main_image"]
    detail = shop.get(f"{BASE}/{product.slug}/").body
    assert detail["primary_image"] == main["image_url"] == shop.get(f"{BASE}/").body[0]["primary_image"]
    assert [image["is_primary"] for image in detail["images"]] == [True, False]
    assert detail["images"][0]["image"] == main["image_url"]


@pytest.mark.covers("marketplace", "GET", "/api/marketplace/products/{slug}/images/{id}/")
@pytest.mark.covers("marketplace", "PUT", "/api/marketplace/products/{slug}/images/{id}/")
@pytest.mark.covers("marketplace", "DELETE", "/api/marketplace/products/{slug}/images/{id}/")
def test_a_picture_is_arranged_and_removed(seller: Person, slug: str) -> None:
    first, second, third = ready(seller, slug, 3)
    path = f"{BASE}/{slug}/images/{third['id']}/"
    assert shop.get(path).body == third
    arranged = shop.put(path, json={"order": 0, "image_type": "main"}, token=seller.access)
    assert (arranged.status, arranged.body) == (
        200,
        {**third, "order": 0, "image_type": "main", "is_primary": True},
    )
    assert [image["id"] for image in shop.get(f"{BASE}/{slug}/images/").body] == [
        third["id"],
        first["id"],
        second["id"],
    ]
    objects = set(keys_of(MEDIA))
    assert shop.delete(path, token=seller.access).status == 204
    assert shop.get(path).status == 404
    assert objects - set(keys_of(MEDIA)) == {
        size["image_url"].removeprefix("https://shop.test/media/") for size in third["sizes"]
    }
    assert shop.delete(path, token=seller.access).status == 404


@pytest.mark.covers("marketplace", "DELETE", "/api/marketplace/products/{slug}/delete_image/")
def test_only_keys_that_were_recorded_for_the_product_are_removed(seller: Person, slug: str) -> None:
    [image] = ready(seller, slug)
    other = a_product(seller)
    [others] = ready(seller, other.slug)
    path = f"{BASE}/{slug}/delete_image/"
    before = keys_of(MEDIA)
    for key in (others["image_key"], image["image_key"].replace("-400", "-320"), "index/manifest.json", "../x"):
        answer = shop.delete(path, json={"image_key": key}, token=seller.access)
        assert (answer.status, answer.body) == (404, {"detail": "Image not found."})
    assert keys_of(MEDIA) == before
    gone = shop.delete(path, json={"image_key": image["image_key"]}, token=seller.access)
    assert (gone.status, gone.body) == (200, {"deleted_key": image["image_key"]})
    assert [image["id"] for image in shop.get(f"{BASE}/{other.slug}/images/").body] == [others["id"]]
    assert shop.delete(path, json={}, token=seller.access).body == {"image_key": ["This field is required."]}
    by_query = shop.delete(
        f"{BASE}/{other.slug}/delete_image/", query={"image_key": others["image_key"]}, token=seller.access
    )
    assert by_query.status == 200


@pytest.mark.covers("marketplace", "DELETE", "/api/marketplace/products/{slug}/delete_all_images/")
def test_all_pictures_are_removed_with_their_objects(seller: Person, slug: str) -> None:
    ready(seller, slug, 3)
    shop.post(f"{BASE}/{slug}/images/", token=seller.access, **a_form(a_file()))
    path = f"{BASE}/{slug}/delete_all_images/"
    assert shop.delete(path, token=seller.access).body == {"deleted_count": 4}
    assert keys_of(MEDIA) == keys_of(UPLOADS) == []
    assert shop.get(f"{BASE}/{slug}/").body["images"] == []
    assert shop.delete(path, token=seller.access).body == {"deleted_count": 0}


@pytest.mark.covers("marketplace", "GET", "/api/marketplace/products/{slug}/main_image/")
@pytest.mark.covers("marketplace", "GET", "/api/marketplace/products/{slug}/images_with_presigned_urls/")
def test_private_objects_are_shown_for_a_time(seller: Person, slug: str) -> None:
    nothing = {"main_image": None, "message": "This product has no main image."}
    assert shop.get(f"{BASE}/{slug}/main_image/").body == nothing
    assert shop.get(f"{BASE}/{slug}/images_with_presigned_urls/").body == {"images": [], "primary_image": None}
    first, second = ready(seller, slug, 2)
    found = shop.get(f"{BASE}/{slug}/images_with_presigned_urls/").body
    assert [image["id"] for image in found["images"]] == [first["id"], second["id"]]
    assert found["primary_image"] == found["images"][0]
    url = found["primary_image"]["presigned_url"]
    assert first["image_key"] in url
    assert "X-Amz-Signature=" in url
    assert "X-Amz-Expires=3600" in url
    assert shop.get(f"{BASE}/{slug}/main_image/").body["main_image"]["id"] == first["id"]


def test_twelve_pictures_and_no_more(seller: Person, slug: str) -> None:
    said = {"filename": "a.png", "content_type": "image/png", "size": 10}
    for _ in range(12):
        assert shop.post(f"{BASE}/{slug}/images/", json=said, token=seller.access).status == 201
    answer = shop.post(f"{BASE}/{slug}/images/", json=said, token=seller.access)
    assert (answer.status, answer.code) == (400, "too_many_images")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "images/", {"filename": "a.png", "content_type": "image/png", "size": 10}),
        ("POST", "upload_image/", {"filename": "a.png", "content_type": "image/png", "size": 10}),
        ("PUT", "images/{id}/", {"order": 0}),
        ("DELETE", "images/{id}/", {}),
        ("DELETE", "delete_image/", {"image_key": "{key}"}),
        ("DELETE", "delete_all_images/", {}),
    ],
)
def test_a_rival_may_not_and_nobody_is_asked_to_log_in(
    seller: Person, slug: str, method: str, path: str, body: dict[str, Any]
) -> None:
    [image] = ready(seller, slug)
    path = f"{BASE}/{slug}/{path.replace('{id}', str(image['id']))}"
    if "image_key" in body:
        body = {"image_key": image["image_key"]}
    before = keys_of(MEDIA)
    assert shop.send(method, path, json=body, token=a_person(is_seller=True).access).status == 403
    assert shop.send(method, path, json=body, token=a_person().access).status == 403
    assert shop.send(method, path, json=body).status == 401
    assert shop.get(f"{BASE}/{slug}/images/", token=seller.access).body == [image]
    assert keys_of(MEDIA) == before


def test_a_keyed_upload_is_made_once(seller: Person, slug: str) -> None:
    form = a_form(a_file())
    keyed = {**form["headers"], "idempotency-key": "one"}
    first = shop.post(f"{BASE}/{slug}/images/", token=seller.access, body=form["body"], headers=keyed)
    again = shop.post(f"{BASE}/{slug}/images/", token=seller.access, body=form["body"], headers=keyed)
    assert (again.body, again.headers["Idempotent-Replayed"]) == (first.body, "true")
    other = shop.post(f"{BASE}/{slug}/images/", token=seller.access, body=a_form(a_file(500))["body"], headers=keyed)
    assert other.status == 422
    assert len(shop.get(f"{BASE}/{slug}/images/", token=seller.access).body) == 1


def test_forms_that_are_none_are_refused(seller: Person, slug: str) -> None:
    path = f"{BASE}/{slug}/images/"
    assert shop.post(path, token=seller.access, **a_form(b"x", content_type="text/html")).status == 400
    assert shop.post(path, token=seller.access, **a_form(b"x", name="another")).body.keys() == {
        "filename",
        "content_type",
        "size",
    }
    assert shop.post(path, token=seller.access, **a_form(b"")).body == {
        "size": ["Ensure this value is greater than or equal to 1."]
    }
    broken = a_form(a_file())
    assert shop.post(path, token=seller.access, body=broken["body"][:-10], headers=broken["headers"]).status == 400
    assert shop.post(path, token=seller.access, **a_form(bytes(4_500_000))).status == 413
    twice = a_form(b"x")
    head, _, _ = twice["body"].rpartition(b"\r\n------")
    doubled = head + b"\r\n" + twice["body"]
    assert shop.post(path, token=seller.access, body=doubled, headers=twice["headers"]).status == 400
    assert keys_of(UPLOADS) == []
