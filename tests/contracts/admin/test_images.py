"""Pictures of products as staff arranges them."""

from typing import Any

import pytest

from commerce.audit.service import audit
from support.builders import Person, a_person, a_product
from support.client import Client
from support.pictures import MEDIA, UPLOADS, a_file, a_form, check_uploads, keys_of

pytestmark = pytest.mark.usefixtures("aws")
staff_api = Client("admin")


@pytest.fixture
def staff() -> Person:
    return a_person(is_staff=True)


def images_of(product_id: int) -> str:
    return f"/admin/api/products/{product_id}/images/"


def recorded(staff: Person) -> list[tuple[str, str, dict[str, Any]]]:
    """What the audit trail has, the first first."""
    found = reversed(audit().newest(staff.principal, 20))
    return [(record.action, record.object_id, dict(record.values)) for record in found]


def test_pictures_are_sent_arranged_and_removed_and_all_of_it_is_recorded(staff: Person) -> None:
    product = a_product(a_person(is_seller=True), is_active=False)
    path = images_of(product.id)
    assert staff_api.get(path, token=staff.access).body == []
    first = staff_api.post(path, token=staff.access, **a_form(a_file(400)))
    assert (first.status, first.body["status"], first.body["upload"]) == (201, "quarantined", None)
    check_uploads()
    said = {"filename": "b.png", "content_type": "image/png", "size": 9_000_000}
    second = staff_api.post(path, token=staff.access, json=said)
    assert (second.status, second.body["upload"]["fields"]["key"]) == (201, second.body["image_key"])
    shown = staff_api.get(path, token=staff.access).body
    assert [(one["status"], one["is_primary"], one["order"]) for one in shown] == [
        ("ready", True, 0),
        ("quarantined", False, 1),
    ]
    assert shown[0]["image_url"] == f"https://shop.test/media/{shown[0]['image_key']}"

    one = f"{path}{second.body['id']}/"
    moved = staff_api.patch(one, token=staff.access, json={"order": 0, "image_type": "main"})
    assert (moved.status, moved.body["order"], moved.body["image_type"]) == (200, 0, "main")
    assert staff_api.patch(one, token=staff.access, json={"image_type": "poster"}).status == 400
    for image in shown:
        assert staff_api.delete(f"{path}{image['id']}/", token=staff.access).status == 204
        assert staff_api.delete(f"{path}{image['id']}/", token=staff.access).status == 404
    assert (staff_api.get(path, token=staff.access).body, keys_of(UPLOADS), keys_of(MEDIA)) == ([], [], [])

    ids = [image["id"] for image in shown]
    assert recorded(staff) == [
        ("image.added", str(product.id), {"image_ids": [ids[0]], "type": "gallery"}),
        ("image.added", str(product.id), {"image_ids": [ids[1]], "type": "gallery"}),
        ("image.arranged", str(product.id), {"image_id": ids[1], "type": "main", "order": 0}),
        ("image.removed", str(product.id), {"image_ids": [ids[0]]}),
        ("image.removed", str(product.id), {"image_ids": [ids[1]]}),
    ]


def test_a_repeated_upload_adds_one_picture_and_one_record(staff: Person) -> None:
    path = images_of(a_product().id)
    form = a_form(a_file())
    form["headers"]["Idempotency-Key"] = "k"
    sent = [staff_api.post(path, token=staff.access, **form) for _ in range(2)]
    assert [(one.status, one.headers.get("Idempotent-Replayed")) for one in sent] == [(201, None), (201, "true")]
    assert sent[0].body == sent[1].body
    assert len(staff_api.get(path, token=staff.access).body) == len(recorded(staff)) == 1


def test_refusals(staff: Person) -> None:
    product = a_product()
    path = images_of(product.id)
    assert staff_api.get(images_of(1), token=staff.access).status == 404
    assert staff_api.get(path, token=a_person(is_seller=True).access).status == 403
    wrong = staff_api.post(path, token=staff.access, **a_form(b"x", content_type="text/html"))
    assert (wrong.status, list(wrong.body)) == (400, ["content_type"])
    for _ in range(12):
        sent = {"filename": "a.png", "content_type": "image/png", "size": 1}
        assert staff_api.post(path, token=staff.access, json=sent).status == 201
    full = staff_api.post(path, token=staff.access, json=sent)
    assert (full.status, full.body["code"]) == (400, "too_many_images")
