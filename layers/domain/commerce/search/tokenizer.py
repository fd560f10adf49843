"""What counts as a word of a product's text or of a query: one rule for both sides, so that they always meet.

Words are runs of letters, digits and the marks that belong to them, in any script, without case and accents. Nothing
of a query is an operator: whatever is not part of a word only separates words.
"""

import re
import unicodedata

MAX_WORD_LENGTH = 40
MAX_QUERY_LENGTH = 1_000
MAX_QUERY_WORDS = 16

# Letters that Unicode does not decompose though shoppers write them with a plain one, and what is no part of a word.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
    | {"'": None, "’": None, "ʼ": None}
)
_SIGNS = str.maketrans(dict.fromkeys("™®©℠", " "))
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_WRITTEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*")

# Words of a question that say nothing about a product; they restrict only where a query has no others.
STOP_WORDS = frozenset(
    "a about am an and are as at be but by can cannot could do does for from get give go had has have how i if in into "  # noqa: SIM905
    "is it its like me my need of on or our please show so some somebody someone something than that the their them "
    "then there these they thing this those to want was we what when where which while who whole why will with without "
    "would you your".split()
)
_IRREGULAR = {
    "men": "man",
    "women": "woman",
    "children": "child",
    "feet": "foot",
    "teeth": "tooth",
    "mice": "mouse",
    "knives": "knife",
    "shelves": "shelf",
    "bookshelves": "bookshelf",
    "scarves": "scarf",
    "leaves": "leaf",
    "loaves": "loaf",
    "wolves": "wolf",
    "calves": "calf",
    "halves": "half",
}
_SHORTEST_PLURAL = 4


def fold(text: str) -> str:
    """The text without case, accents and typographic variants."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_SIGNS)).casefold().translate(_PLAIN)
    if decomposed.isascii():
        return decomposed
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def split(text: str) -> list[str]:
    """The folded words of a text in order, with repetitions, each cut at MAX_WORD_LENGTH."""
    return _cut(fold(text))


def indexed(text: str) -> list[str]:
    """The distinct words that a text is found by; hyphenated ones in one piece too (`t-shirt`: tshirt)."""
    folded = fold(text)
    written = _WRITTEN.findall(folded) if "-" in folded else []
    joined = (word.replace("-", "")[:MAX_WORD_LENGTH] for word in written if "-" in word)
    return list(dict.fromkeys([*_cut(folded), *joined]))


def query_terms(text: str) -> list[str]:
    """The distinct words of a query, the first MAX_QUERY_WORDS within its first MAX_QUERY_LENGTH characters."""
    return list(dict.fromkeys(split(text[:MAX_QUERY_LENGTH])))[:MAX_QUERY_WORDS]


def suffixes(words: list[str]) -> list[str]:
    """Every ending, from two characters up, of the words: what a prefix query needs to find the inside of a word."""
    cut = (word[start:] for word in words for start in range(max(1, len(word) - 1)))
    return list(dict.fromkeys(cut))


def stem(word: str) -> str:
    """The word that singular and plural have in common; other endings stay, so nothing else is thrown together."""
    if len(word) < _SHORTEST_PLURAL and word not in _IRREGULAR:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > _SHORTEST_PLURAL:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        singular = word[:-1]
        return _IRREGULAR.get(singular, singular)
    return word


def _cut(folded: str) -> list[str]:
    if folded.isascii():
        found = _ASCII_WORD.findall(folded)
    else:
        found = "".join(char if _belongs(char) else " " for char in folded).split()
    return [word[:MAX_WORD_LENGTH] for word in found]


def _belongs(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M"
