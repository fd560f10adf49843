"""Albums: their order, the main picture, how many there may be, and the keys of what belongs to them."""

from dataclasses import replace

import pytest

from commerce.kit.errors import InvalidInput
from commerce.media.model import (
    FORGOTTEN_AFTER_MS,
    Album,
    AlbumId,
    AlbumKind,
    Announced,
    Checked,
    Image,
    ImageStatus,
    ImageType,
    TooManyImages,
    content_type_of,
    upload_of,
)

OF_PRODUCT = AlbumId(AlbumKind.PRODUCTS, 7, 42)
OF_PERSON = AlbumId(AlbumKind.PROFILES, 7, 7)
FOUND = Checked(640, 480, 999, "0123456789abcdef", ((320, b"small"), (640, b"large")))


def image(number: int, kind: ImageType = ImageType.GALLERY, at: int = 0) -> Image:
    return Image(number, kind, "image/png", 100, created_at=at)


def album_of(*images: Image, of: AlbumId = OF_PRODUCT) -> Album:
    """With all of them ready."""
    album = Album(of)
    for one in images:
        album = album.added(one).checked(one.id, FOUND)
    return album


def numbers(album: Album) -> list[int]:
    return [one.id for one in album.images]


def test_what_was_sent_is_shown_once_it_is_ready() -> None:
    album = Album(OF_PRODUCT).added(image(1)).added(image(2))
    assert (album.version, album.ready, album.main, album.shown_keys) == (2, (), None, ())
    album = album.checked(2, FOUND)
    assert [one.id for one in album.ready] == [2]
    assert album.shown_keys == ("products/42/2/0123456789abcdef-640.webp",)
    assert (album.main.width, album.main.height, album.main.size) == (640, 480, 999)  # type: ignore[union-attr]


def test_the_main_picture_comes_first_and_there_is_one() -> None:
    album = album_of(image(1), image(2, ImageType.MAIN), image(3))
    assert [one.id for one in album.ready] == [2, 1, 3]
    album = album.added(image(4, ImageType.MAIN))
    assert album.main == album.image(2), "what is not ready takes nobody's place"
    album = album.checked(4, FOUND)
    assert [one.id for one in album.images if one.type is ImageType.MAIN] == [4]
    album = album.arranged(1, ImageType.MAIN, None)
    assert [one.id for one in album.ready] == [1, 2, 3, 4]


def test_pictures_are_put_in_another_place() -> None:
    album = album_of(image(1), image(2), image(3))
    assert numbers(album.arranged(3, None, 0)) == [3, 1, 2]
    assert numbers(album.arranged(1, None, 1)) == [2, 1, 3]
    assert numbers(album.arranged(1, None, 99)) == [2, 3, 1]
    assert numbers(album.arranged(2, ImageType.THUMBNAIL, None)) == [1, 2, 3]


def test_an_album_holds_twelve_and_refused_ones_do_not_count() -> None:
    album = album_of(*(image(number) for number in range(1, 13)))
    with pytest.raises(TooManyImages):
        album.added(image(13))
    album = album.without([1]).added(image(13)).refused(13, "Damaged.")
    assert len(album.added(image(14)).images) == 13
    for number in range(20, 80):
        album = album.added(image(number)).refused(number, "Damaged.")
    assert len(album.images) <= 11 + 12 + 1


def test_what_never_came_is_forgotten_after_a_day() -> None:
    album = Album(OF_PRODUCT)
    for number in range(1, 13):
        album = album.added(image(number, at=1000))
    with pytest.raises(TooManyImages):
        album.added(image(13, at=1000 + FORGOTTEN_AFTER_MS))
    assert numbers(album.added(image(13, at=1001 + FORGOTTEN_AFTER_MS))) == [13]


def test_a_person_has_one_picture_and_the_next_one_takes_its_place_when_it_is_ready() -> None:
    album = album_of(image(1), of=OF_PERSON).added(image(2)).added(image(3))
    assert numbers(album) == [1, 3]
    assert album.main == album.image(1)
    assert numbers(album.checked(3, FOUND)) == [3]
    assert numbers(album.refused(3, "Damaged.")) == [1, 3]


def test_keys_name_the_owner_and_the_product_and_lead_back() -> None:
    album = Album(OF_PRODUCT).added(image(5))
    key = album.upload_key(album.images[0])
    assert key == "quarantine/products/42/7/5"
    assert upload_of(key) == (OF_PRODUCT, 5)
    assert album.of_key(key) == album.images[0]
    ready = album.checked(5, FOUND)
    assert ready.of_key(key) is None
    assert ready.of_key("products/42/5/0123456789abcdef-640.webp") == ready.images[0]


@pytest.mark.parametrize(
    "key",
    [
        "quarantine/products/42/7/5/",
        "quarantine/products/42/7",
        "quarantine/../42/7/5",
        "quarantine/products/0/7/5",
        "quarantine/products/42/7/99999999999999999",
        "quarantine/orders/42/7/5",
        "products/42/7/5",
        "/quarantine/products/42/7/5",
        "quarantine/products/42/7/5\n",
        "",
    ],
)
def test_other_keys_lead_nowhere(key: str) -> None:
    assert upload_of(key) is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"filename": " "}, "filename"),
        ({"filename": "x" * 256}, "filename"),
        ({"content_type": "image/svg+xml"}, "content_type"),
        ({"content_type": "text/html"}, "content_type"),
        ({"size": 0}, "size"),
        ({"size": 10 * 1024 * 1024 + 1}, "size"),
    ],
)
def test_what_is_announced_is_checked(change: dict[str, object], field: str) -> None:
    announced = replace(Announced("a.png", "image/png", 10), **change)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput) as refusal:
        announced.check(OF_PRODUCT.max_bytes)
    assert set(refusal.value.fields) == {field}


def test_a_person_s_picture_may_have_five_megabytes() -> None:
    Announced("a.png", "image/png", OF_PERSON.max_bytes).check(OF_PERSON.max_bytes)
    assert (OF_PERSON.max_bytes, OF_PRODUCT.max_bytes) == (5 * 1024 * 1024, 10 * 1024 * 1024)


def test_types_are_told_by_the_first_bytes() -> None:
    assert content_type_of(b"RIFF\0\0\0\0WEBPVP8 ") == "image/webp"
    assert content_type_of(b"RIFF\0\0\0\0WAVEfmt ") is None
    assert content_type_of(b"GIF89b") is None
    assert Image(1, ImageType.MAIN, "image/png", 1, 0).status is ImageStatus.QUARANTINED
