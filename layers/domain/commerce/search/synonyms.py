"""The committed list of synonyms (synonyms.txt): which words mean what others mean.

A group's phrases stand for each other; `wide > narrow, …` lets a wide word find the narrow ones and not the reverse.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from commerce.search import tokenizer

Phrase = tuple[str, ...]
_FILE = Path(__file__).with_suffix(".txt")


@cache
def committed() -> Mapping[Phrase, Sequence[Phrase]]:
    """What each phrase of the list, in stems, also finds."""
    return parse(_FILE.read_text(encoding="utf-8"))


def parse(text: str) -> Mapping[Phrase, Sequence[Phrase]]:
    """{phrase: what it also finds}, in stems. A phrase may stand in several groups."""
    found: dict[Phrase, dict[Phrase, None]] = {}
    for line in text.splitlines():
        written = line.partition("#")[0]
        if not written.strip():
            continue
        wide, arrow, narrow = written.partition(">")
        asked = _phrases(wide)
        meant = _phrases(narrow) if arrow else asked
        for phrase in asked:
            found.setdefault(phrase, {}).update(dict.fromkeys(other for other in meant if other != phrase))
    return {phrase: list(others) for phrase, others in found.items()}


def _phrases(written: str) -> list[Phrase]:
    phrases = (tuple(tokenizer.stem(word) for word in tokenizer.split(part)) for part in written.split(","))
    return list(dict.fromkeys(phrase for phrase in phrases if phrase))
