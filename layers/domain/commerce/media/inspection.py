"""The check of uploads: an object that came becomes pictures that are shown, or is refused, once."""

from functools import cache

from commerce.accounts.service import accounts
from commerce.catalog.service import catalog
from commerce.kit import settings
from commerce.kit.contention import contended
from commerce.kit.errors import Busy, NotFound
from commerce.kit.tables import Table
from commerce.media.model import Album, AlbumId, Checked, Image, ImageStatus, NotAPicture, upload_of
from commerce.media.s3_gateway import ImageBuckets, UploadTooLarge, image_buckets
from commerce.media.shown import Showcase
from commerce.media.store import AlbumChanged, MediaStore


class Inspection:
    """Judges uploads. May be told of an object as often as one likes: what was judged stays so."""

    def __init__(self, store: MediaStore, buckets: ImageBuckets, showcase: Showcase) -> None:
        self._store = store
        self._buckets = buckets
        self._showcase = showcase

    def inspect(self, key: str) -> None:
        """Judge the upload under a key, and remove it. What nobody waits for (it was judged before, or its record is
        gone) is removed unread. Raises NotFound for a key that no upload has, Busy."""
        found = upload_of(key)
        if found is None:
            raise NotFound("Upload")
        album_id, image_id = found
        image = self._awaited(album_id, image_id)
        if image is not None:
            try:
                content = self._buckets.upload(key, album_id.max_bytes)
            except UploadTooLarge:
                self._refuse(album_id, image_id, "The file is too large.")
            else:
                if content is None:
                    return
                self._judge(album_id, image, content)
        self._buckets.remove_upload(key)

    def _awaited(self, album_id: AlbumId, image_id: int) -> Image | None:
        image = self._store.album(album_id, consistent=True).image(image_id)
        return image if image and image.status is ImageStatus.QUARANTINED else None

    def _judge(self, album_id: AlbumId, image: Image, content: bytes) -> None:
        from commerce.media import pillow_gateway

        try:
            checked = pillow_gateway.check(content, image.content_type)
        except NotAPicture as refusal:
            self._refuse(album_id, image.id, refusal.reason)
            return
        # As it will be: where the renditions lie follows from it.
        ready = Album(album_id, (image,)).checked(image.id, checked).images[0]
        for width, rendition in checked.renditions:
            self._buckets.store_rendition(Album(album_id).rendition_key(ready, width), rendition)
        if not self._show(album_id, ready, checked):
            self._buckets.remove_renditions(Album(album_id).rendition_keys(ready))

    def _show(self, album_id: AlbumId, ready: Image, checked: Checked) -> bool:
        """Make it ready; False when the record is gone or says that another upload was, so that this one is not shown.
        Raises Busy."""
        for _ in contended():
            before = self._store.album(album_id, consistent=True)
            found = before.image(ready.id)
            if found is None or found.status is not ImageStatus.QUARANTINED:
                return found is not None and found.digest == ready.digest
            after = before.checked(ready.id, checked)
            try:
                self._store.save(after, self._showcase.writes(before, after))
            except AlbumChanged:
                continue
            for replaced in before.ready:
                if after.image(replaced.id) is None:
                    self._buckets.remove_renditions(before.rendition_keys(replaced))
            return True
        raise Busy

    def _refuse(self, album_id: AlbumId, image_id: int, reason: str) -> None:
        for _ in contended():
            before = self._store.album(album_id, consistent=True)
            found = before.image(image_id)
            if found is None or found.status is not ImageStatus.QUARANTINED:
                return
            try:
                self._store.save(before.refused(image_id, reason))
            except AlbumChanged:
                continue
            return
        raise Busy


@cache
def inspection() -> Inspection:
    """The service over the table and the buckets that the environment names."""
    store = MediaStore(Table(settings.text("CATALOG_TABLE")))
    return Inspection(store, image_buckets(), Showcase(catalog(), accounts()))
