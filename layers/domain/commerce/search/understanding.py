"""What a query's words may mean: synonyms of the committed list, words written apart, words that are in no product.

Pure: what is known of the index comes in as a function.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from commerce.search import tokenizer
from commerce.search.synonyms import Phrase

_LONGEST_PHRASE = 4
# A word is compared with misspellings from this length on, and with two mistakes from the second.
_ONE_MISTAKE_FROM, _TWO_MISTAKES_FROM = 4, 8


@dataclass(frozen=True)
class Concept:
    """A run of a query's words that mean one thing: as they are written, and the phrases (in stems) that mean the same.

    `mistakes` is how many letters may be wrong, 0 for words that products have.
    """

    written: tuple[str, ...]
    others: tuple[Phrase, ...] = ()
    mistakes: int = 0

    @property
    def stems(self) -> Phrase:
        return tuple(map(tokenizer.stem, self.written))


def meaningful(words: Sequence[str]) -> list[str]:
    """The words without those that say nothing, unless there are no others."""
    return [word for word in words if word not in tokenizer.STOP_WORDS] or list(words)


def concepts(
    words: Sequence[str], synonyms: Mapping[Phrase, Sequence[Phrase]], occurs: Callable[[str], bool]
) -> list[Concept]:
    """The query cut into concepts, the longest known phrases first; `occurs` says whether products have a stem."""
    return list(_concepts([*words], synonyms, occurs))


def _concepts(
    words: list[str], synonyms: Mapping[Phrase, Sequence[Phrase]], occurs: Callable[[str], bool]
) -> Iterator[Concept]:
    stems = [tokenizer.stem(word) for word in words]
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + _LONGEST_PHRASE), start, -1):
            if others := synonyms.get(tuple(stems[start:end])):
                yield Concept(tuple(words[start:end]), tuple(others))
                break
        else:
            end = start + 1
            together = "".join(words[start : start + 2])
            if end < len(words) and occurs(tokenizer.stem(together)):
                end += 1
                yield Concept(tuple(words[start:end]), ((tokenizer.stem(together),),))
            else:
                yield Concept((words[start],), (), 0 if occurs(stems[start]) else _mistakes(words[start]))
        start = end


def _mistakes(word: str) -> int:
    if len(word) < _ONE_MISTAKE_FROM or any(sign.isdigit() for sign in word):
        return 0
    return 1 if len(word) < _TWO_MISTAKES_FROM else 2
