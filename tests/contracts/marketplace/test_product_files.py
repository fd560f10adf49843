"""Pictures within the form that makes or changes a product: there are both, or neither."""

from dataclasses import replace
from typing import Any

import pytest

from commerce.audit.service import audit
from commerce.catalog.service import Catalog
from commerce.kit.aws import client
from commerce.kit.tables import Write
from commerce.media.service import media
from commerce.media.store import MediaStore
from support.builders import Person, a_person, a_product
from support.client import Client
from support.pictures import UPLOADS, a_file, a_form_of, check_uploads, keys_of

from .test_products import PRODUCTS

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("marketplace")
FRONT, BACK, SIDE = a_file(700), a_file(701), a_file(702)
FIELDS = {"name": "Radio", "price": "25.00", "category": "electronics", "stock_quantity": "4", "is_digital": "false"}


@pytest.fixture
def seller() -> Person:
    a_product(a_person(is_seller=True))
    return a_person(is_seller=True)


def made(seller: Person, *files: tuple[str, bytes], key: str = "", **fields: str) -> Any:
    return shop.post(PRODUCTS, token=seller.access, **a_form_of({**FIELDS, **fields}, files, key=key))


def sent_files() -> set[bytes]:
    s3 = client("s3")
    return {s3.get_object(Bucket=UPLOADS, Key=key)["Body"].read() for key in keys_of(UPLOADS)}


def test_a_product_comes_with_its_pictures_which_are_shown_once_they_were_checked(seller: Person) -> None:
    answer = made(seller, ("images", BACK), ("main_image", FRONT), ("images", SIDE))
    assert answer.status == 201, answer.body
    body = answer.body
    assert (body["name"], body["price"], body["stock_quantity"], body["is_digital"]) == ("Radio", "25.00", 4, False)
    recorded = media().of_product(seller.principal, body["id"]).images
    assert body["images"] == [
        {"id": image.id, "image": None, "is_primary": False, "status": "quarantined"} for image in recorded
    ]
    assert [image.type.value for image in recorded] == ["main", "gallery", "gallery"]
    assert sent_files() == {FRONT, BACK, SIDE}
    path = f"{PRODUCTS}{body['slug']}/"
    assert shop.get(path).body["images"] == []

    assert check_uploads() == []
    shown = shop.get(path).body
    assert [(one["id"], one["is_primary"], one["status"]) for one in shown["images"]] == [
        (recorded[0].id, True, "ready"),
        (recorded[1].id, False, "ready"),
        (recorded[2].id, False, "ready"),
    ]
    assert shown["primary_image"] == shown["images"][0]["image"]

    main = shop.patch(path, token=seller.access, **a_form_of({"price": "26.00"}, [("uploaded_images", a_file(710))]))
    assert (main.status, main.body["price"]) == (200, "26.00"), main.body
    assert [one["status"] for one in main.body["images"]] == ["ready"] * 3 + ["quarantined"]
    only_files = shop.patch(path, token=seller.access, **a_form_of({}, [("main_image", a_file(711))]))
    assert (only_files.status, len(only_files.body["images"])) == (200, 4), only_files.body
    check_uploads()
    after = shop.get(path).body
    assert (len(after["images"]), after["primary_image"] != shown["primary_image"]) == (5, True)


def test_what_is_refused_leaves_neither_product_nor_file(seller: Person) -> None:
    with_text = a_form_of(FIELDS, [("images", b"words")], content_type="text/plain")
    refusals = [
        (made(seller, ("main_image", FRONT), price="-1"), "price"),
        (made(seller, ("main_image", FRONT), category="no-such"), "category"),
        (made(seller, ("main_image", FRONT), ("main_image", BACK)), "main_image"),
        (made(seller, ("uploaded_images", b"")), "uploaded_images"),
        (shop.post(PRODUCTS, token=seller.access, **with_text), "images"),
    ]
    for answer, field in refusals:
        assert (answer.status, list(answer.body)) == (400, [field]), answer.body
    types = "Choose one of image/jpeg, image/png, image/webp, image/gif."
    assert refusals[-1][0].body == {"images": [types]}
    too_many = made(seller, *(("images", FRONT) for _ in range(13)))
    assert (too_many.status, list(too_many.body)) == (400, ["detail"])
    too_large = made(seller, ("images", bytes(4_400_001)))
    assert too_large.status == 413
    assert shop.post(PRODUCTS, **a_form_of(FIELDS, [("images", FRONT)])).status == 401
    assert shop.get(f"{PRODUCTS}my_products/", token=seller.access).body == []
    assert keys_of(UPLOADS) == []


def test_a_change_that_is_refused_adds_no_picture(seller: Person) -> None:
    product = a_product(seller)
    path, rival = f"{PRODUCTS}{product.slug}/", a_person(is_seller=True)
    form = a_form_of({"price": "7.00"}, [("images", FRONT)])
    assert shop.patch(path, token=rival.access, **form).status == 403
    bad = shop.patch(path, token=seller.access, **a_form_of({"category": "no-such"}, [("images", FRONT)]))
    assert (bad.status, list(bad.body)) == (400, ["category"])
    full = shop.patch(path, token=seller.access, **a_form_of({"price": "7.00"}, [("images", FRONT)] * 13))
    assert (full.status, list(full.body)) == (400, ["detail"])
    assert shop.get(path).body["price"] != "7.00"
    assert (keys_of(UPLOADS), media().of_product(seller.principal, product.id).images) == ([], ())


def test_a_repeated_form_makes_nothing_twice_and_brings_the_files_that_are_missing(seller: Person) -> None:
    first = made(seller, ("main_image", FRONT), ("images", BACK), key="k1")
    # As if it had ended between the product and its files.
    for key in keys_of(UPLOADS):
        client("s3").delete_object(Bucket=UPLOADS, Key=key)
    again = made(seller, ("main_image", FRONT), ("images", BACK), key="k1")
    assert (again.status, again.headers["Idempotent-Replayed"], again.body) == (201, "true", first.body)
    assert sent_files() == {FRONT, BACK}
    assert made(seller, ("main_image", FRONT), ("images", SIDE), key="k1").status == 422
    check_uploads()
    assert made(seller, ("main_image", FRONT), ("images", BACK), key="k1").body["id"] == first.body["id"]
    assert keys_of(UPLOADS) == []

    path = f"{PRODUCTS}{first.body['slug']}/"
    form = a_form_of({"price": "9.00"}, [("images", SIDE)], key="k2")
    changed = [shop.patch(path, token=seller.access, **form) for _ in range(2)]
    assert [(one.status, one.headers.get("Idempotent-Replayed")) for one in changed] == [(200, None), (200, "true")]
    assert changed[0].body["images"] == changed[1].body["images"]
    assert len(media().of_product(seller.principal, first.body["id"]).images) == 3


@pytest.mark.parametrize("is_naive", [False, True])
def test_another_picture_that_comes_at_the_same_time_is_kept(
    seller: Person, monkeypatch: pytest.MonkeyPatch, is_naive: bool
) -> None:
    """The control is naive: without the condition on the album's version the form writes over the other picture."""
    product = a_product(seller)
    change, save_writes, others = Catalog.change, MediaStore.save_writes, []

    def late(self: Any, *said: Any, **more: Any) -> Any:
        if not others:
            others.append(1)
            sent = a_form_of({}, [("image", BACK)])
            assert shop.post(f"{PRODUCTS}{product.slug}/images/", token=seller.access, **sent).status == 201
        return change(self, *said, **more)

    def unconditional(*said: Any) -> list[Write]:
        return [replace(write, content={"Item": write.content["Item"]}) for write in save_writes(*said)]

    monkeypatch.setattr(Catalog, "change", late)
    if is_naive:
        monkeypatch.setattr(MediaStore, "save_writes", unconditional)
    form = a_form_of({"price": "9.00"}, [("images", SIDE)])
    answer = shop.patch(f"{PRODUCTS}{product.slug}/", token=seller.access, **form)
    assert (answer.status, answer.body["price"]) == (200, "9.00")
    assert len(media().of_product(seller.principal, product.id).images) == (1 if is_naive else 2)
    assert sent_files() == {BACK, SIDE}


def test_json_and_fields_without_a_chosen_file_make_a_product_without_pictures(seller: Person) -> None:
    plain = shop.post(PRODUCTS, token=seller.access, json={**FIELDS, "main_image": "https://elsewhere/a.png"})
    empty = shop.post(PRODUCTS, token=seller.access, **a_form_of(FIELDS, [("main_image", b"")], filename=""))
    assert [(one.status, one.body["images"]) for one in (plain, empty)] == [(201, []), (201, [])]
    assert keys_of(UPLOADS) == []


def test_staff_s_pictures_of_another_s_product_are_recorded(seller: Person) -> None:
    staff, product = a_person(is_staff=True), a_product(seller)
    path = f"{PRODUCTS}{product.slug}/"
    assert shop.patch(path, token=staff.access, **a_form_of({}, [("images", SIDE)])).status == 200
    [image] = media().of_product(seller.principal, product.id).images
    [record] = audit().newest(staff.principal, 10)
    assert (record.action, record.object_id, record.values) == (
        "image.added",
        str(product.id),
        {"image_ids": [image.id]},
    )
