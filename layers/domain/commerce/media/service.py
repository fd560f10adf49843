"""Use cases of pictures: sending, seeing, arranging and removing them. What was sent is judged by `inspection`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from commerce.accounts.service import accounts
from commerce.audit.service import Audit, audit
from commerce.catalog.model import Product, may_edit
from commerce.catalog.service import Catalog, catalog
from commerce.kit import clock, ids, settings
from commerce.kit.contention import contended
from commerce.kit.errors import Busy, NotFound
from commerce.kit.idempotency import IdempotentRequest, Outcome
from commerce.kit.principal import Principal
from commerce.kit.tables import Table, Write
from commerce.media.model import Album, AlbumId, AlbumKind, Announced, Image, ImageStatus, ImageType
from commerce.media.s3_gateway import ImageBuckets, PresignedPost, image_buckets
from commerce.media.shown import Showcase
from commerce.media.store import AlbumChanged, MediaStore

UPLOAD_SECONDS = 15 * 60
URL_SECONDS = 60 * 60


@dataclass(frozen=True)
class Upload:
    """A picture whose file is awaited, with the album that it is in; `post` is how to send it, None when it came
    along."""

    album: Album
    image: Image
    post: PresignedPost | None


class Media:
    """Pictures of products, and everybody's own."""

    def __init__(
        self, store: MediaStore, buckets: ImageBuckets, showcase: Showcase, catalog: Catalog, audit: Audit
    ) -> None:
        self._store = store
        self._buckets = buckets
        self._showcase = showcase
        self._catalog = catalog
        self._audit = audit

    def of_product(self, caller: Principal | None, product_id: int) -> Album:
        """The pictures of a product that the caller may see; those that are not ready only its seller and staff see.
        Raises NotFound."""
        product = self._catalog.visible_product(product_id, caller)
        album = self._store.album(album_of(product))
        sees_all = caller is not None and (caller.is_staff or caller.user_id == product.seller_id)
        return album if sees_all else Album(album.id, tuple(one for one in album.images if one.is_ready))

    def image(self, caller: Principal | None, product_id: int, image_id: int) -> tuple[Album, Image]:
        """One of them, with all that the caller sees. Raises NotFound."""
        album = self.of_product(caller, product_id)
        found = album.image(image_id)
        if found is None:
            raise NotFound("Image")
        return album, found

    def add(
        self,
        caller: Principal,
        product_id: int,
        announced: Announced,
        content: bytes | None = None,
        request: IdempotentRequest | None = None,
    ) -> Outcome[Upload]:
        """Another picture of a product of the caller's, whose file comes along as `content` or is sent later.

        Raises NotFound, Forbidden (somebody else's product), InvalidInput, TooManyImages, KeyReused, Busy.
        """
        return self._add(caller, self._edited(caller, product_id), announced, content, request)

    def arrange(
        self, caller: Principal, product_id: int, image_id: int, type: ImageType | None, place: int | None
    ) -> tuple[Album, Image]:
        """Change the type of a picture, or its place in the order. Raises NotFound, Forbidden, Busy."""
        album_id = self._edited(caller, product_id)

        def arranged(album: Album) -> Album:
            if album.image(image_id) is None:
                raise NotFound("Image")
            return album.arranged(image_id, type, place)

        _, after = self._change(caller, album_id, "image.arranged", arranged, image_id=image_id, type=type, order=place)
        return after, next(image for image in after.images if image.id == image_id)

    def remove(self, caller: Principal, product_id: int, image_id: int) -> None:
        """Remove a picture with its objects. Raises NotFound, Forbidden, Busy."""
        self._remove(caller, self._edited(caller, product_id), lambda album: _only(album.image(image_id)))

    def remove_key(self, caller: Principal, product_id: int, key: str) -> None:
        """Remove the picture that was recorded for this product under the key. Raises NotFound, Forbidden, Busy."""
        self._remove(caller, self._edited(caller, product_id), lambda album: _only(album.of_key(key)))

    def remove_all(self, caller: Principal, product_id: int) -> int:
        """Remove all pictures of a product with their objects; how many there were.

        Raises NotFound, Forbidden, Busy.
        """
        return len(self._remove(caller, self._edited(caller, product_id), lambda album: album.images))

    # A person's own picture

    def of_person(self, caller: Principal) -> Album:
        """The caller's own picture."""
        return self._store.album(_of_person(caller))

    def replace_own(
        self,
        caller: Principal,
        announced: Announced,
        content: bytes | None = None,
        request: IdempotentRequest | None = None,
    ) -> Outcome[Upload]:
        """The caller's next picture; the present one is shown until it is ready.

        Raises InvalidInput, KeyReused, Busy.
        """
        return self._add(caller, _of_person(caller), announced, content, request)

    def remove_own(self, caller: Principal) -> None:
        """Remove the caller's picture. Raises NotFound when there is none, Busy."""

        def chosen(album: Album) -> tuple[Image, ...]:
            if not album.images:
                raise NotFound("Profile picture")
            return album.images

        self._remove(caller, _of_person(caller), chosen)

    def presigned_url(self, key: str) -> str:
        """An address of a ready picture's object, good for URL_SECONDS."""
        return self._buckets.presigned_url(key, URL_SECONDS)

    def _edited(self, caller: Principal, product_id: int) -> AlbumId:
        product = self._catalog.visible_product(product_id, caller)
        may_edit(caller, product.seller_id)
        return album_of(product)

    def _add(
        self,
        caller: Principal,
        album_id: AlbumId,
        announced: Announced,
        content: bytes | None,
        request: IdempotentRequest | None,
    ) -> Outcome[Upload]:
        announced.check(album_id.max_bytes)
        for _ in contended():
            before = self._store.album(album_id, consistent=True)
            if request and (earlier := self._store.announced_before(caller.user_id, request)):
                found = before.image(*earlier)
                if found is None:
                    raise NotFound("Image")
                return Outcome(self._awaited(before, found, content), replayed=True)
            image = Image(
                ids.new_id(), announced.type, announced.content_type, announced.size, created_at=clock.now_ms()
            )
            after = before.added(image)
            try:
                also = self._record_writes(caller, album_id, "image.added", image_ids=[image.id], type=image.type)
                self._store.save(after, also, (caller.user_id, request, (image.id,)) if request else None)
            except AlbumChanged:
                continue
            return Outcome(self._awaited(after, image, content))
        raise Busy

    def _awaited(self, album: Album, image: Image, content: bytes | None) -> Upload:
        """The record is there: bring its file, or say how. A repetition does so again while the file is awaited, since
        the first time may have ended between the two."""
        if image.status is not ImageStatus.QUARANTINED:
            return Upload(album, image, None)
        key = album.upload_key(image)
        if content is not None:
            self._buckets.store_upload(key, content, image.content_type)
            return Upload(album, image, None)
        post = self._buckets.presigned_post(key, image.content_type, album.id.max_bytes, UPLOAD_SECONDS)
        return Upload(album, image, post)

    def _remove(
        self, caller: Principal, album_id: AlbumId, choose: Callable[[Album], tuple[Image, ...]]
    ) -> tuple[Image, ...]:
        """Remove pictures: their objects first, so that what ends between the two is finished by doing it again."""
        gone: tuple[Image, ...] = ()

        def removed(album: Album) -> Album:
            nonlocal gone
            gone = choose(album)
            keys = [key for image in gone if image.is_ready for key in album.rendition_keys(image)]
            self._buckets.remove_renditions(keys)
            for image in gone:
                if image.status is ImageStatus.QUARANTINED:
                    self._buckets.remove_upload(album.upload_key(image))
            return album.without(image.id for image in gone) if gone else album

        self._change(caller, album_id, "image.removed", removed)
        return gone

    def _change(
        self, caller: Principal, album_id: AlbumId, action: str, change: Callable[[Album], Album], **values: Any
    ) -> tuple[Album, Album]:
        """The album before and after a change, which is made again when another one came first. Raises Busy."""
        for _ in contended():
            before = self._store.album(album_id, consistent=True)
            after = change(before)
            if after == before:
                return before, after
            if gone := [image.id for image in before.images if after.image(image.id) is None]:
                values["image_ids"] = gone
            try:
                records = self._record_writes(caller, album_id, action, **values)
                self._store.save(after, [*self._showcase.writes(before, after), *records])
            except AlbumChanged:
                continue
            return before, after
        raise Busy

    def _record_writes(self, caller: Principal, album_id: AlbumId, action: str, **values: Any) -> list[Write]:
        """What records that staff changed a product's pictures; with their own picture they act as anybody."""
        if album_id.kind is not AlbumKind.PRODUCTS:
            return []
        given = {name: value for name, value in values.items() if value is not None}
        return self._audit.record_writes(caller, action, album_id.subject_id, given)


def album_of(product: Product) -> AlbumId:
    """Whose pictures a product's are."""
    return AlbumId(AlbumKind.PRODUCTS, product.seller_id, product.id)


def _of_person(caller: Principal) -> AlbumId:
    return AlbumId(AlbumKind.PROFILES, caller.user_id, caller.user_id)


def _only(image: Image | None) -> tuple[Image, ...]:
    if image is None:
        raise NotFound("Image")
    return (image,)


@cache
def media() -> Media:
    """The service over the table and the buckets that the environment names."""
    store = MediaStore(Table(settings.text("CATALOG_TABLE")))
    return Media(store, image_buckets(), Showcase(catalog(), accounts()), catalog(), audit())
