"""People's own pictures."""

import pytest

from support.builders import a_person, a_product, listed
from support.client import Client
from support.pictures import MEDIA, UPLOADS, a_file, a_form, check_uploads, keys_of

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("marketplace")
BASE = "/api/marketplace/profiles"


@pytest.mark.covers("marketplace", "GET", "/api/marketplace/profiles/profile_picture/")
@pytest.mark.covers("marketplace", "POST", "/api/marketplace/profiles/upload_profile_picture/")
def test_a_picture_is_sent_and_shown_to_everybody() -> None:
    seller = a_person(is_seller=True)
    nothing = {"profile_picture": None, "next_picture": None}
    assert shop.get(f"{BASE}/profile_picture/", token=seller.access).body == nothing
    sent = shop.post(f"{BASE}/upload_profile_picture/", token=seller.access, **a_form(a_file(), name="profile_picture"))
    assert (sent.status, sent.body["upload"]) == (201, None)
    waiting = shop.get(f"{BASE}/profile_picture/", token=seller.access).body
    assert waiting == {"profile_picture": None, "next_picture": sent.body["profile_picture"]}
    check_uploads()
    shown = shop.get(f"{BASE}/profile_picture/", token=seller.access).body["profile_picture"]
    assert (shown["status"], shown["width"]) == ("ready", 640)
    assert "X-Amz-Signature=" in shown["presigned_url"]
    product = a_product(seller)
    listed(product)
    [row] = shop.get("/api/marketplace/products/").body
    assert row["seller"]["avatar"] == shown["image_url"]


@pytest.mark.covers("marketplace", "PATCH", "/api/marketplace/profiles/update_profile_picture/")
def test_another_one_takes_its_place_when_it_was_checked() -> None:
    person = a_person()
    shop.post(f"{BASE}/upload_profile_picture/", token=person.access, **a_form(a_file(400)))
    check_uploads()
    first = shop.get(f"{BASE}/profile_picture/", token=person.access).body["profile_picture"]
    sent = shop.patch(f"{BASE}/update_profile_picture/", token=person.access, **a_form(a_file(500)))
    assert sent.status == 201
    between = shop.get(f"{BASE}/profile_picture/", token=person.access).body["profile_picture"]
    assert between["image_key"] == first["image_key"]
    check_uploads()
    shown = shop.get(f"{BASE}/profile_picture/", token=person.access).body["profile_picture"]
    assert shown["width"] == 500
    assert first["image_key"] not in keys_of(MEDIA)


def test_a_file_is_announced_with_at_most_five_megabytes() -> None:
    person = a_person()
    said = {"filename": "me.jpg", "content_type": "image/jpeg", "size": 5 * 1024 * 1024}
    answer = shop.post(f"{BASE}/upload_profile_picture/", json=said, token=person.access)
    assert answer.body["upload"]["fields"]["key"].startswith(f"quarantine/profiles/{person.id}/{person.id}/")
    refused = shop.post(f"{BASE}/upload_profile_picture/", json={**said, "size": 6_000_000}, token=person.access)
    assert (refused.status, refused.body.keys()) == (400, {"size"})


@pytest.mark.covers("marketplace", "DELETE", "/api/marketplace/profiles/delete_profile_picture/")
def test_a_picture_is_removed_with_its_objects() -> None:
    person = a_person()
    path = f"{BASE}/delete_profile_picture/"
    assert shop.delete(path, token=person.access).status == 404
    shop.post(f"{BASE}/upload_profile_picture/", token=person.access, **a_form(a_file()))
    check_uploads()
    assert shop.delete(path, token=person.access).body == {"message": "Your profile picture was removed."}
    assert keys_of(MEDIA) == keys_of(UPLOADS) == []
    assert shop.get(f"{BASE}/profile_picture/", token=person.access).body["profile_picture"] is None
    assert shop.delete(path, token=person.access).status == 404


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("GET", "profile_picture"),
        ("POST", "upload_profile_picture"),
        ("PATCH", "update_profile_picture"),
        ("DELETE", "delete_profile_picture"),
    ],
)
def test_nobody_s_picture_is_asked_to_log_in(method: str, name: str) -> None:
    assert shop.send(method, f"{BASE}/{name}/").status == 401
