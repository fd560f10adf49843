"""What products and profiles carry of their pictures, written in the transaction that changes these."""

from commerce.accounts.service import Accounts
from commerce.catalog.service import Catalog
from commerce.kit.tables import Write
from commerce.media.model import Album, AlbumKind


class Showcase:
    """Products and profiles, as albums write to them."""

    def __init__(self, catalog: Catalog, accounts: Accounts) -> None:
        self._catalog = catalog
        self._accounts = accounts

    def writes(self, before: Album, after: Album) -> list[Write]:
        """The writes that show what an album has by now; none when that is what it had. A product's pictures from
        before there were albums stay, behind the album's."""
        keys = after.shown_keys
        if keys == before.shown_keys:
            return []
        if after.id.kind is AlbumKind.PROFILES:
            return [self._accounts.avatar_write(after.id.owner_id, next(iter(keys), ""))]
        products = self._catalog.products([after.id.subject_id])
        others = [key for product in products for key in product.images if not key.startswith(after.id.folder)]
        return [self._catalog.images_write(after.id.subject_id, [*keys, *others])]
