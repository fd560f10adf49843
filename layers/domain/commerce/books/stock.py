"""Whether a product counts as sold what orders hold of it, while it is being sold. Rules only.

Orders and stock cannot be read at one moment. So orders are read before the stock and again after it, and what is sold
must lie between the two readings: it is exact when nothing moved. A sale that only one of the reads has seen is within
them, and a piece that is missing is not, as long as fewer pieces moved meanwhile.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from commerce.books.sums import PieceMove
from commerce.kit import clock

Known = Mapping[int, tuple[int, int]]


@dataclass(frozen=True)
class Taken:
    """Pieces that orders took and gave back since a time; both only ever grow."""

    taken: int = 0
    returned: int = 0

    @property
    def held(self) -> int:
        return self.taken - self.returned


class PieceCount:
    """What orders hold of products by one reading of them: `known` has (pieces, until) of each at the end of a window,
    `moves` is what they took and gave back since; of a product that is not known they count since `until`."""

    def __init__(self, known: Known, moves: Iterable[PieceMove], until: int) -> None:
        self._known = known
        self._until = until
        self._moves: dict[int, list[PieceMove]] = {}
        for move in moves:
            self._moves.setdefault(move.product_id, []).append(move)

    def held(self, product_id: int, until: int = clock.MAX_MS) -> int:
        """How many pieces orders hold of a product, or held at a time."""
        return self._known.get(product_id, (0, 0))[0] + self.moved(product_id, until).held

    def moved(self, product_id: int, until: int = clock.MAX_MS) -> Taken:
        """What moved since the product was last counted, or until a time."""
        since = self._known.get(product_id, (0, self._until))[1]
        moves = [move.pieces for move in self._moves.get(product_id, ()) if since <= move.at < until]
        return Taken(sum(one for one in moves if one > 0), -sum(one for one in moves if one < 0))

    def is_possible(self, product_id: int, sold: int, later: "PieceCount") -> bool:
        """Whether a known product may have counted `sold` at some moment between this reading and a later one."""
        known = self._known[product_id][0]
        before, after = self.moved(product_id), later.moved(product_id)
        return known + before.taken - after.returned <= sold <= known + after.taken - before.returned
