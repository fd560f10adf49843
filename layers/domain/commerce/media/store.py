"""Records of pictures, in the Catalog table.

    IMAGES#<owner id>   PRODUCTS#<product id>   {images, version}: all pictures of the product, in their order
    IMAGES#<owner id>   PROFILES#<owner id>     {images, version}: the person's own
    IMAGES#<user id>    RECEIPT#<digest>        of a keyed upload, {image_ids}

One item holds all, under a version: how many there are, their order and which of them is the main one stay true
whatever happens at the same time. The owner is in the key, so nobody reaches another's by naming them.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from commerce.kit.attributes import Item
from commerce.kit.idempotency import IdempotentRequest
from commerce.kit.tables import Table, TransactionRefused, Write, transact
from commerce.media.model import Album, AlbumId, Image, ImageStatus, ImageType

# Whose request it was, and the pictures that it announced.
Keyed = tuple[int, IdempotentRequest, tuple[int, ...]]


class AlbumChanged(Exception):
    """Another change of the same album came first; look again."""


class MediaStore:
    """Every access to records of pictures."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def album(self, album_id: AlbumId, *, consistent: bool = False) -> Album:
        """The album, empty when nothing was ever sent."""
        found = self._table.get(_pk(album_id.owner_id), _sk(album_id), consistent=consistent)
        return _album(album_id, found) if found else Album(album_id)

    def announced_before(self, user_id: int, request: IdempotentRequest) -> tuple[int, ...] | None:
        """The pictures that a keyed request of the user's announced when it came first. Raises KeyReused."""
        answer = request.answer(self._table.get(_pk(user_id), request.sk, consistent=True))
        return tuple(answer["image_ids"]) if answer else None

    def save(self, album: Album, also: Sequence[Write] = (), keyed: Keyed | None = None) -> None:
        """Store an album as `save_writes` does, with other writes. Raises AlbumChanged, also when the receipt is there
        already."""
        try:
            transact([*self.save_writes(album, keyed), *also])
        except TransactionRefused:
            raise AlbumChanged from None

    def save_writes(self, album: Album, keyed: Keyed | None = None) -> list[Write]:
        """The writes that store an album one version above what is stored and, when `keyed`, a receipt; refused when
        another version is stored by now, or the receipt."""
        writes = [
            self._table.put(
                {
                    "pk": _pk(album.id.owner_id),
                    "sk": _sk(album.id),
                    "version": album.version,
                    "images": [_image_item(image) for image in album.images],
                },
                condition="#version = :before" if album.version > 1 else "attribute_not_exists(#pk)",
                values={"before": album.version - 1} if album.version > 1 else None,
            )
        ]
        if keyed:
            user_id, request, image_ids = keyed
            writes.append(request.receipt(self._table, _pk(user_id), {"image_ids": list(image_ids)}))
        return writes


def _pk(owner_id: int) -> str:
    return f"IMAGES#{owner_id}"


def _sk(album_id: AlbumId) -> str:
    return f"{album_id.kind.upper()}#{album_id.subject_id}"


def _image_item(image: Image) -> Item:
    return {**asdict(image), "type": str(image.type), "status": str(image.status)}


def _album(album_id: AlbumId, item: Item) -> Album:
    return Album(album_id, tuple(_image(row) for row in item["images"]), item["version"])


def _image(row: dict[str, Any]) -> Image:
    kinds = {"type": ImageType(row["type"]), "status": ImageStatus(row["status"])}
    return Image(**{**row, **kinds, "widths": tuple(row["widths"])})
