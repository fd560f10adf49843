"""Pictures of products and of people: what may be sent, what became of it, and which of them are shown. Rules only."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from commerce.kit import ids
from commerce.kit.errors import InvalidInput, Refused

MAX_FILENAME_LENGTH = 255
CONTENT_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
# The widest that pictures are made; each is at most twice as high as that.
WIDTHS = (320, 800, 1600)
# An upload that was announced and never came, and what was refused, are forgotten after this time.
FORGOTTEN_AFTER_MS = 24 * 60 * 60 * 1000
_UPLOAD = re.compile(r"quarantine/(products|profiles)/([0-9]{1,16})/([0-9]{1,16})/([0-9]{1,16})")

_SHOWN = re.compile(r"products/[0-9]{1,16}/([0-9]{1,16})/[^/]+")


class ImageType(StrEnum):
    MAIN = "main"
    GALLERY = "gallery"
    THUMBNAIL = "thumbnail"


class ImageStatus(StrEnum):
    QUARANTINED = "quarantined"
    READY = "ready"
    REFUSED = "refused"


class AlbumKind(StrEnum):
    PRODUCTS = "products"
    PROFILES = "profiles"


_MOST_IMAGES = {AlbumKind.PRODUCTS: 12, AlbumKind.PROFILES: 1}
MAX_BYTES = {AlbumKind.PRODUCTS: 10 * 1024 * 1024, AlbumKind.PROFILES: 5 * 1024 * 1024}


@dataclass(frozen=True)
class AlbumId:
    """Whose pictures: those of the product `subject_id` of the seller `owner_id`, or of the person who is both."""

    kind: AlbumKind
    owner_id: int
    subject_id: int

    @property
    def max_bytes(self) -> int:
        """How large a file may be."""
        return MAX_BYTES[self.kind]

    @property
    def folder(self) -> str:
        """Where all objects lie that are shown of it."""
        return f"{self.kind}/{self.subject_id}/"


@dataclass(frozen=True)
class Announced:
    """A file that somebody wants to send. Its name is taken note of and used for nothing: keys are made of ids."""

    filename: str
    content_type: str
    size: int
    type: ImageType = ImageType.GALLERY

    def check(self, max_bytes: int) -> None:
        """Raises InvalidInput naming every field that breaks a rule."""
        if problems := self.problems(max_bytes):
            raise InvalidInput(problems)

    def problems(self, max_bytes: int) -> dict[str, list[str]]:
        """What breaks a rule, by field."""
        problems = {}
        if not 0 < len(self.filename.strip()) <= MAX_FILENAME_LENGTH:
            problems["filename"] = [f"A name of 1 to {MAX_FILENAME_LENGTH} characters is required."]
        if self.content_type not in CONTENT_TYPES:
            problems["content_type"] = [f"Choose one of {', '.join(CONTENT_TYPES)}."]
        if not 0 < self.size <= max_bytes:
            problems["size"] = [f"A file of 1 to {max_bytes} bytes is required."]
        return problems


@dataclass(frozen=True)
class Image:
    """One picture. `size` is in bytes, as announced until the file was checked; `digest`, width and height and the
    `widths` that it is kept in are those of a ready one, `reason` of a refused one. Time in milliseconds, UTC."""

    id: int
    type: ImageType
    content_type: str
    size: int
    created_at: int
    status: ImageStatus = ImageStatus.QUARANTINED
    reason: str = ""
    width: int = 0
    height: int = 0
    digest: str = ""
    widths: tuple[int, ...] = ()

    @property
    def is_ready(self) -> bool:
        return self.status is ImageStatus.READY


@dataclass(frozen=True)
class Checked:
    """What the check of a file's bytes found: how large the picture is, and the WebP files made of it by width."""

    width: int
    height: int
    size: int
    digest: str
    renditions: tuple[tuple[int, bytes], ...]


class NotAPicture(Exception):
    """The bytes are no picture that can be shown; `reason` says why, to a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class FormFile:
    """A file that came along in a form, in the field of that name."""

    field: str
    announced: Announced
    content: bytes


class TooManyImages(Refused):
    code = "too_many_images"

    def __init__(self, most: int) -> None:
        super().__init__(f"There are {most} images, and more are not kept. Remove one first.")


@dataclass(frozen=True)
class Album:
    """All pictures of a product, or of a person, in their order; `version` grows with every change."""

    id: AlbumId
    images: tuple[Image, ...] = ()
    version: int = 0

    @property
    def ready(self) -> tuple[Image, ...]:
        """Those that are shown: the main one first, then in their order."""
        shown = [image for image in self.images if image.is_ready]
        return tuple(sorted(shown, key=lambda image: image.type is not ImageType.MAIN))

    @property
    def main(self) -> Image | None:
        """The one that stands for all: the one said to, else the first."""
        return next(iter(self.ready), None)

    @property
    def shown_keys(self) -> tuple[str, ...]:
        """The largest rendition of each that is shown."""
        return tuple(self.key_of(image) for image in self.ready)

    def image(self, image_id: int) -> Image | None:
        """The picture of that id, or None."""
        return next((image for image in self.images if image.id == image_id), None)

    def of_key(self, key: str) -> Image | None:
        """The picture that was recorded under the key, or None: whatever else the key may lead to."""
        return next((image for image in self.images if key == self.key_of(image)), None)

    def key_of(self, image: Image) -> str:
        """The key by which a picture is known: its upload's until it is ready, then its largest rendition's."""
        return self.rendition_key(image, max(image.widths)) if image.is_ready else self.upload_key(image)

    def upload_key(self, image: Image) -> str:
        """Where the file lies until it was checked."""
        return f"quarantine/{self.id.kind}/{self.id.subject_id}/{self.id.owner_id}/{image.id}"

    def rendition_key(self, image: Image, width: int) -> str:
        """Where a rendition lies. What is in it is part of the key, so that no other upload ever replaces it."""
        return f"{self.id.folder}{image.id}/{image.digest}-{width}.webp"

    def rendition_keys(self, image: Image) -> list[str]:
        """All objects of a ready picture."""
        return [self.rendition_key(image, width) for width in image.widths]

    def added(self, *images: Image) -> "Album":
        """With more, which await their files. A person's next picture takes the place of one that never came. Raises
        TooManyImages."""
        after = self
        for image in images:
            after = after._with_one_more(image)
        return replace(after, version=self.version + 1)

    def _with_one_more(self, image: Image) -> "Album":
        most = _MOST_IMAGES[self.id.kind]
        kept = [one for one in self.images if not _is_forgotten(one, image.created_at)]
        if self.id.kind is AlbumKind.PROFILES:
            return self._with([*(one for one in kept if one.is_ready), image])
        if sum(one.status is not ImageStatus.REFUSED for one in kept) >= most:
            raise TooManyImages(most)
        refused = [one for one in kept if one.status is ImageStatus.REFUSED][-most:]
        return self._with(one for one in (*kept, image) if one.status is not ImageStatus.REFUSED or one in refused)

    def checked(self, image_id: int, found: Checked) -> "Album":
        """With that one ready. A main one takes the place of the main one before, a person's of the one before."""
        made = [
            replace(
                image,
                status=ImageStatus.READY,
                width=found.width,
                height=found.height,
                size=found.size,
                digest=found.digest,
                widths=tuple(width for width, _ in found.renditions),
            )
            for image in self.images
            if image.id == image_id
        ]
        if self.id.kind is AlbumKind.PROFILES:
            return self._with([*made, *(one for one in self.images if one.id != image_id and not one.is_ready)])
        images = [made[0] if image.id == image_id else image for image in self.images]
        return self._with(_with_one_main(images, made[0]))

    def refused(self, image_id: int, reason: str) -> "Album":
        """With that one refused."""
        status = ImageStatus.REFUSED
        return self._with(
            replace(image, status=status, reason=reason) if image.id == image_id else image for image in self.images
        )

    def arranged(self, image_id: int, type: ImageType | None, place: int | None) -> "Album":
        """With that one of another type, or in another place of the order, 0 the first."""
        found = next(image for image in self.images if image.id == image_id)
        changed = replace(found, type=type or found.type)
        others = [image for image in self.images if image.id != image_id]
        at = self.images.index(found) if place is None else min(place, len(others))
        return self._with(_with_one_main([*others[:at], changed, *others[at:]], changed))

    def without(self, image_ids: Iterable[int]) -> "Album":
        """Without those."""
        gone = set(image_ids)
        return self._with(image for image in self.images if image.id not in gone)

    def _with(self, images: Iterable[Image]) -> "Album":
        return Album(self.id, tuple(images), self.version + 1)


def _with_one_main(images: Iterable[Image], changed: Image) -> list[Image]:
    """The pictures, of which `changed` is the only main one if it is one and is shown."""
    if not changed.is_ready or changed.type is not ImageType.MAIN:
        return list(images)
    return [
        replace(one, type=ImageType.GALLERY)
        if one.id != changed.id and one.is_ready and one.type is ImageType.MAIN
        else one
        for one in images
    ]


def image_of(key: str) -> int | None:
    """The picture that a key of what is shown belongs to, None for one of before there were albums."""
    found = _SHOWN.fullmatch(key)
    return int(found[1]) if found else None


def _is_forgotten(image: Image, now: int) -> bool:
    return not image.is_ready and now - image.created_at > FORGOTTEN_AFTER_MS


def upload_of(key: str) -> tuple[AlbumId, int] | None:
    """The album and the picture that an upload's key was made for, None for any other key."""
    found = _UPLOAD.fullmatch(key)
    numbers = [ids.parse(number) for number in found.groups()[1:]] if found else []
    if not found or None in numbers:
        return None
    subject_id, owner_id, image_id = (number or 0 for number in numbers)
    return AlbumId(AlbumKind(found[1]), owner_id, subject_id), image_id


def content_type_of(content: bytes) -> str | None:
    """What a file's first bytes say that it is, None for what is not taken."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return None
