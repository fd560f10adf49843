"""Use cases of pictures: sending, seeing, arranging and removing them. What was sent is judged by `inspection`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from commerce.accounts.service import accounts
from commerce.catalog.model import Product, may_edit
from commerce.catalog.service import Catalog, catalog
from commerce.kit import clock, ids, settings
from commerce.kit.contention import contended
from commerce.kit.errors import Busy, NotFound
from commerce.kit.idempotency import IdempotentRequest, Outcome
from commerce.kit.principal import Principal
from commerce.kit.tables import Table
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

    def __init__(self, store: MediaStore, buckets: ImageBuckets, showcase: Showcase, catalog: Catalog) -> None:
        self._store = store
        self._buckets = buckets
        self._showcase = showcase
        self._catalog = catalog

    def of_product(self, caller: Principal | None, slug: str) -> Album:
        """The pictures of a product that the caller may see; those that are not ready only its seller and staff see.
        Raises NotFound."""
        product = self._catalog.visible_product_by_slug(slug, caller)
        album = self._store.album(_of(product))
        sees_all = caller is not None and (caller.is_staff or caller.user_id == product.seller_id)
        return album if sees_all else Album(album.id, tuple(one for one in album.images if one.is_ready))

    def image(self, caller: Principal | None, slug: str, image_id: int) -> tuple[Album, Image]:
        """One of them, with all that the caller sees. Raises NotFound."""
        album = self.of_product(caller, slug)
        found = album.image(image_id)
        if found is None:
            raise NotFound("Image")
        return album, found

    def add(
        self,
        caller: Principal,
        slug: str,
        announced: Announced,
        content: bytes | None = None,
        request: IdempotentRequest | None = None,
    ) -> Outcome[Upload]:
        """Another picture of a product of the caller's, whose file comes along as `content` or is sent later.

        Raises NotFound, Forbidden (somebody else's product), InvalidInput, TooManyImages, KeyReused, Busy.
        """
        return self._add(caller, self._edited(caller, slug), announced, content, request)

    def arrange(
        self, caller: Principal, slug: str, image_id: int, type: ImageType | None, place: int | None
    ) -> tuple[Album, Image]:
        """Change the type of a picture, or its place in the order. Raises NotFound, Forbidden, Busy."""
        album_id = self._edited(caller, slug)

        def arranged(album: Album) -> Album:
            if album.image(image_id) is None:
                raise NotFound("Image")
            return album.arranged(image_id, type, place)

        _, after = self._change(album_id, arranged)
        return after, next(image for image in after.images if image.id == image_id)

    def remove(self, caller: Principal, slug: str, image_id: int) -> None:
        """Remove a picture with its objects. Raises NotFound, Forbidden, Busy."""
        self._remove(self._edited(caller, slug), lambda album: _only(album.image(image_id)))

    def remove_key(self, caller: Principal, slug: str, key: str) -> None:
        """Remove the picture that was recorded for this product under the key. Raises NotFound, Forbidden, Busy."""
        self._remove(self._edited(caller, slug), lambda album: _only(album.of_key(key)))

    def remove_all(self, caller: Principal, slug: str) -> int:
        """Remove all pictures of a product with their objects; how many there were.

        Raises NotFound, Forbidden, Busy.
        """
        return len(self._remove(self._edited(caller, slug), lambda album: album.images))

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

        self._remove(_of_person(caller), chosen)

    def presigned_url(self, key: str) -> str:
        """An address of a ready picture's object, good for URL_SECONDS."""
        return self._buckets.presigned_url(key, URL_SECONDS)

    def _edited(self, caller: Principal, slug: str) -> AlbumId:
        product = self._catalog.visible_product_by_slug(slug, caller)
        may_edit(caller, product.seller_id)
        return _of(product)

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
                found = before.image(earlier)
                if found is None:
                    raise NotFound("Image")
                return Outcome(self._awaited(before, found, content), replayed=True)
            image = Image(
                ids.new_id(), announced.type, announced.content_type, announced.size, created_at=clock.now_ms()
            )
            after = before.added(image)
            try:
                self._store.save(after, keyed=(caller.user_id, request, image.id) if request else None)
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

    def _remove(self, album_id: AlbumId, choose: Callable[[Album], tuple[Image, ...]]) -> tuple[Image, ...]:
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

        self._change(album_id, removed)
        return gone

    def _change(self, album_id: AlbumId, change: Callable[[Album], Album]) -> tuple[Album, Album]:
        """The album before and after a change, which is made again when another one came first. Raises Busy."""
        for _ in contended():
            before = self._store.album(album_id, consistent=True)
            after = change(before)
            if after == before:
                return before, after
            try:
                self._store.save(after, self._showcase.writes(before, after))
            except AlbumChanged:
                continue
            return before, after
        raise Busy


def _of(product: Product) -> AlbumId:
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
    return Media(store, image_buckets(), Showcase(catalog(), accounts()), catalog())
