"""The check of uploads: once for each, whatever is repeated, and only what was checked is shown."""

import pytest

from commerce.accounts.service import accounts
from commerce.catalog.service import catalog
from commerce.kit import ids
from commerce.kit.aws import client
from commerce.media.model import Announced, ImageStatus, ImageType
from commerce.media.service import Upload, media
from support.builders import Person, a_person, a_product
from support.hostile_images import html_called_jpg, photo_with_gps
from support.pictures import MEDIA, UPLOADS, a_file, check_uploads, keys_of, object_created
from support.samples import sample

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def seller() -> Person:
    return a_person(is_seller=True)


def sent(seller: Person, product_id: int, content: bytes, type: ImageType = ImageType.GALLERY) -> Upload:
    announced = Announced("a.png", "image/png", len(content), type)
    return media().add(seller.principal, product_id, announced, content).value


def test_a_picture_is_shown_once_it_was_checked(seller: Person) -> None:
    product = a_product(seller)
    upload = sent(seller, product.id, a_file(1000))
    assert keys_of(UPLOADS) == [f"quarantine/products/{product.id}/{seller.id}/{upload.image.id}"]
    assert catalog().products([product.id])[0].images == ()
    assert check_uploads() == []
    album = media().of_product(None, product.id)
    [image] = album.images
    assert (image.status, image.width, image.height, image.widths) == (ImageStatus.READY, 1000, 300, (320, 800, 1000))
    assert sorted(album.rendition_keys(image)) == sorted(keys_of(MEDIA))
    assert catalog().products([product.id])[0].images == album.shown_keys
    assert keys_of(UPLOADS) == []


def test_an_event_that_comes_twice_changes_nothing(seller: Person) -> None:
    product = a_product(seller)
    sent(seller, product.id, a_file())
    [key] = keys_of(UPLOADS)
    check_uploads()
    before = media().of_product(seller.principal, product.id), keys_of(MEDIA)
    assert check_uploads(key, key) == []
    assert (media().of_product(seller.principal, product.id), keys_of(MEDIA)) == before


def test_a_function_that_died_before_it_removed_the_upload_goes_on(seller: Person) -> None:
    product = a_product(seller)
    content = a_file()
    sent(seller, product.id, content)
    [key] = keys_of(UPLOADS)
    check_uploads()
    client("s3").put_object(Bucket=UPLOADS, Key=key, Body=content)
    before = media().of_product(seller.principal, product.id)
    assert check_uploads(key) == []
    assert media().of_product(seller.principal, product.id) == before
    assert keys_of(UPLOADS) == []


def test_another_file_sent_again_onto_a_ready_picture_is_removed_unread(seller: Person) -> None:
    product = a_product(seller)
    sent(seller, product.id, a_file())
    [key] = keys_of(UPLOADS)
    check_uploads()
    before = media().of_product(seller.principal, product.id), keys_of(MEDIA)
    client("s3").put_object(Bucket=UPLOADS, Key=key, Body=a_file(999))
    assert check_uploads(key) == []
    assert (media().of_product(seller.principal, product.id), keys_of(MEDIA)) == before
    assert keys_of(UPLOADS) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [(html_called_jpg(), "This is no JPEG, PNG, WebP or GIF file."), (photo_with_gps(), "announced as image/png")],
)
def test_what_is_no_picture_is_refused_and_removed(seller: Person, content: bytes, reason: str) -> None:
    product = a_product(seller)
    sent(seller, product.id, content)
    assert check_uploads() == []
    [image] = media().of_product(seller.principal, product.id).images
    assert image.status is ImageStatus.REFUSED
    assert reason in image.reason
    assert media().of_product(None, product.id).images == ()
    assert catalog().products([product.id])[0].images == ()
    assert keys_of(UPLOADS) == keys_of(MEDIA) == []


def test_a_file_larger_than_was_said_is_refused_unread(seller: Person) -> None:
    product = a_product(seller)
    sent(seller, product.id, a_file())
    [key] = keys_of(UPLOADS)
    client("s3").put_object(Bucket=UPLOADS, Key=key, Body=bytes(10 * 1024 * 1024 + 1))
    check_uploads(key)
    [image] = media().of_product(seller.principal, product.id).images
    assert (image.status, image.reason) == (ImageStatus.REFUSED, "The file is too large.")
    assert keys_of(UPLOADS) == []


def test_a_picture_that_was_removed_meanwhile_does_not_come_back(seller: Person) -> None:
    product = a_product(seller)
    upload = sent(seller, product.id, a_file())
    [key] = keys_of(UPLOADS)
    media().remove(seller.principal, product.id, upload.image.id)
    client("s3").put_object(Bucket=UPLOADS, Key=key, Body=a_file())
    assert check_uploads(key) == []
    assert keys_of(UPLOADS) == keys_of(MEDIA) == []
    assert media().of_product(seller.principal, product.id).images == ()


def test_a_picture_that_is_removed_while_it_is_checked_leaves_nothing(
    seller: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from commerce.media import pillow_gateway

    product = a_product(seller)
    upload = sent(seller, product.id, a_file())
    check = pillow_gateway.check

    def removed_meanwhile(content: bytes, content_type: str) -> object:
        found = check(content, content_type)
        media().remove(seller.principal, product.id, upload.image.id)
        return found

    monkeypatch.setattr(pillow_gateway, "check", removed_meanwhile)
    assert check_uploads() == []
    assert keys_of(UPLOADS) == keys_of(MEDIA) == []
    assert catalog().products([product.id])[0].images == ()


def test_pictures_from_before_there_were_albums_stay_behind_the_new_ones(seller: Person) -> None:
    product = a_product(seller, images=("products/0123.webp",))
    sent(seller, product.id, a_file())
    check_uploads()
    images = catalog().products([product.id])[0].images
    assert len(images) == 2
    assert images[1] == "products/0123.webp"
    media().remove_all(seller.principal, product.id)
    assert catalog().products([product.id])[0].images == ("products/0123.webp",)


def test_a_person_s_next_picture_takes_the_place_of_the_present_one() -> None:
    person = a_person()
    for width in (400, 500):
        content = a_file(width)
        media().replace_own(person.principal, Announced("me.png", "image/png", len(content)), content)
        check_uploads()
        album = media().of_person(person.principal)
        assert [image.width for image in album.images] == [width]
        assert accounts().user(person.id).avatar == album.shown_keys[0]
        assert sorted(keys_of(MEDIA)) == sorted(album.rendition_keys(album.images[0]))
    media().remove_own(person.principal)
    assert accounts().user(person.id).avatar == ""
    assert keys_of(MEDIA) == []


def test_objects_that_are_no_uploads_are_done_with() -> None:
    client("s3").put_object(Bucket=UPLOADS, Key="quarantine/else", Body=b"x")
    assert check_uploads("quarantine/else", "quarantine/products/42/7/5") == []


def test_the_sample_is_what_the_worker_reads() -> None:
    from workers.images.app import handler

    assert handler(sample("sqs-object-created"), None) == {"batchItemFailures": []}


def test_what_cannot_be_done_now_comes_again(seller: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from commerce.media.s3_gateway import ImageBuckets

    product = a_product(seller)
    sent(seller, product.id, a_file())

    def broken(*_: object) -> None:
        raise OSError("S3 does not answer")

    with monkeypatch.context() as patched:
        patched.setattr(ImageBuckets, "store_rendition", broken)
        assert check_uploads() == ["1"]
    assert check_uploads() == []
    assert media().of_product(None, product.id).images[0].is_ready


def test_ids_in_keys_are_those_of_the_record(seller: Person) -> None:
    """A key names its album, and its record has to be there: nobody makes one up."""
    product = a_product(seller)
    other = a_product(a_person(is_seller=True))
    upload = sent(seller, product.id, a_file())
    made_up = f"quarantine/products/{other.id}/{other.seller_id}/{upload.image.id}"
    client("s3").put_object(Bucket=UPLOADS, Key=made_up, Body=a_file())
    assert check_uploads(made_up) == []
    assert media().of_product(None, other.id).images == ()
    assert object_created(made_up)["Records"][0]["messageId"] == "1"
    assert ids.parse(str(upload.image.id)) == upload.image.id
