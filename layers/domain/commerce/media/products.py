"""Products that are made and changed by one form with pictures of theirs (decision 25).

The records of the pictures are in the transaction of the product: either there are both, or none. The files follow it,
since an upload that no record awaits is removed unread; a repetition under the same key brings what the first time did
not.
"""

from collections.abc import Sequence
from functools import cache

from commerce.audit.service import Audit, audit
from commerce.catalog.changes import BesideRefused, ProductChange
from commerce.catalog.model import NewProduct, Product, may_edit
from commerce.catalog.service import Catalog, catalog
from commerce.kit import clock, ids, settings
from commerce.kit.contention import contended
from commerce.kit.errors import Busy, InvalidInput
from commerce.kit.idempotency import IdempotentRequest, Outcome
from commerce.kit.principal import Principal
from commerce.kit.tables import Table, Write
from commerce.media.model import MAX_BYTES, Album, AlbumKind, FormFile, Image, ImageStatus, ImageType
from commerce.media.s3_gateway import ImageBuckets, image_buckets
from commerce.media.service import album_of
from commerce.media.store import MediaStore

# A product, with those of its pictures that came in the form and are not checked yet.
Illustrated = tuple[Product, tuple[Image, ...]]


class IllustratedProducts:
    """Making and changing products together with pictures."""

    def __init__(self, store: MediaStore, buckets: ImageBuckets, catalog: Catalog, audit: Audit) -> None:
        self._store = store
        self._buckets = buckets
        self._catalog = catalog
        self._audit = audit

    def create(
        self, caller: Principal, draft: NewProduct, files: Sequence[FormFile], request: IdempotentRequest | None = None
    ) -> Outcome[Illustrated]:
        """A new product of the caller with these pictures, which are shown once they were checked. What is refused
        leaves neither product nor file.

        Raises InvalidInput (naming the fields of files that break a rule among it), Forbidden, TooManyImages,
        KeyReused.
        """
        images = _announced(files)

        def beside(product: Product) -> list[Write]:
            return self._writes(caller, Album(album_of(product)), images, request)

        made = self._catalog.create(caller, draft, request, beside)
        return self._brought(caller, made, images, files, request)

    def change(
        self,
        caller: Principal,
        product_id: int,
        change: ProductChange,
        files: Sequence[FormFile],
        request: IdempotentRequest | None = None,
    ) -> Outcome[Illustrated]:
        """The product after the change, with these pictures added to its own. What is refused changes nothing.

        Raises NotFound, Forbidden (somebody else's product), InvalidInput, TooManyImages, StockMoved, KeyReused, Busy.
        """
        if not files:
            return self._brought(caller, self._catalog.change(caller, product_id, change, request), [], files, request)
        product = self._catalog.visible_product(product_id, caller)
        may_edit(caller, product.seller_id)
        images = _announced(files)
        for _ in contended():
            before = self._store.album(album_of(product), consistent=True)
            # After the album, which may have the pictures already that a twin of this request announced.
            is_repeated = request is not None and self._store.announced_before(caller.user_id, request) is not None
            beside = [] if is_repeated else self._writes(caller, before, images, request)
            try:
                changed = self._catalog.change(caller, product_id, change, request, beside)
            except BesideRefused:
                continue
            return self._brought(caller, changed, images, files, request)
        raise Busy

    def _writes(
        self, caller: Principal, before: Album, images: Sequence[Image], request: IdempotentRequest | None
    ) -> list[Write]:
        """The writes that record the pictures, and that staff added them. Raises TooManyImages."""
        if not images:
            return []
        image_ids = tuple(image.id for image in images)
        keyed = (caller.user_id, request, image_ids) if request else None
        records = self._audit.record_writes(caller, "image.added", before.id.subject_id, {"image_ids": list(image_ids)})
        return [*self._store.save_writes(before.added(*images), keyed), *records]

    def _brought(
        self,
        caller: Principal,
        made: Outcome[Product],
        images: Sequence[Image],
        files: Sequence[FormFile],
        request: IdempotentRequest | None,
    ) -> Outcome[Illustrated]:
        """The product is there: bring the files of its pictures to where uploads lie. A repetition does so again for
        those that still await theirs, since the first time may have ended between the two."""
        album_id = album_of(made.value)
        awaited: list[Image | None] = list(images)
        if made.replayed and request and files:
            announced = self._store.announced_before(caller.user_id, request) or ()
            stored = self._store.album(album_id, consistent=True)
            awaited = [stored.image(image_id) for image_id in announced]
        waiting = []
        for image, file in zip(awaited, files, strict=False):
            if image is not None and image.status is ImageStatus.QUARANTINED:
                self._buckets.store_upload(Album(album_id).upload_key(image), file.content, image.content_type)
                waiting.append(image)
        return Outcome((made.value, tuple(waiting)), made.replayed)


def _announced(files: Sequence[FormFile]) -> list[Image]:
    """A record for each file. Raises InvalidInput naming the fields whose files break a rule."""
    problems: dict[str, list[str]] = {}
    for file in files:
        found = file.announced.problems(MAX_BYTES[AlbumKind.PRODUCTS])
        if texts := [text for broken in found.values() for text in broken]:
            problems.setdefault(file.field, []).extend(texts)
    mains = [file.field for file in files if file.announced.type is ImageType.MAIN]
    if len(mains) > 1:
        problems.setdefault(mains[0], []).append("Send one file.")
    if problems:
        raise InvalidInput(problems)
    said, now = [file.announced for file in files], clock.now_ms()
    return [Image(ids.new_id(), one.type, one.content_type, one.size, created_at=now) for one in said]


@cache
def illustrated_products() -> IllustratedProducts:
    """The service over the table and the buckets that the environment names."""
    store = MediaStore(Table(settings.text("CATALOG_TABLE")))
    return IllustratedProducts(store, image_buckets(), catalog(), audit())
