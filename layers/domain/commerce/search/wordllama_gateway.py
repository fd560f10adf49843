"""What texts mean, as vectors: WordLlama's static embeddings, 16 MB that come with its package.

Of the package only the two files are read, the tokens' table (mapped, so what no text needs is never loaded) and the
tokenizer's rules: its own code would bring a downloader along. Its vectors may be cut short; DIMENSIONS of them, in
bytes, are what the index keeps of a product. Loaded by the first question that words alone answer badly.

A file of vectors is a run of rows, id and vector, that never changes. New rows are a new file, and a file that has
grown to half of the one before it is put together with that: a change writes few bytes whatever the catalogue's size,
and there are never many files.
"""

import json
import secrets
import struct
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

DIMENSIONS = 128
_ROW = np.dtype([("id", "<i8"), ("vector", "i1", (DIMENSIONS,))])
_SCALE = 127.0
_MAX_CHARACTERS = 600
# So few stay in the processor's cache, and are multiplied by one thread: a function has hardly more than one core.
_ROWS_AT_ONCE = 1024
_SUFFIX = ".vectors"

Matrix = np.ndarray[Any, Any]


def rows_of(texts: Mapping[int, str]) -> Matrix:
    """The rows of these products' texts."""
    rows = np.empty(len(texts), _ROW)
    rows["id"] = list(texts)
    # Variants of a product often have one text.
    places = {text: place for place, text in enumerate(dict.fromkeys(texts.values()))}
    vectors = np.rint(_embedded(list(places)) * _SCALE).astype("i1")
    rows["vector"] = vectors[[places[text] for text in texts.values()]]
    return rows


def added(
    directory: Path, held: Sequence[str], parts: Sequence[Matrix], is_held: Callable[[int], bool]
) -> tuple[str, ...]:
    """The names of the directory's files of vectors once these rows are among them; products that are not held any
    more are left out where rows are written again."""
    if not parts:
        return tuple(held)
    rows = np.concatenate(parts)
    names = list(held)
    while names and len(rows) * 2 >= (directory / f"{names[-1]}{_SUFFIX}").stat().st_size // _ROW.itemsize:
        rows = _newest(np.concatenate([rows, _read(directory, names.pop())]))
        rows = rows[[is_held(int(number)) for number in rows["id"]]]
    name = f"vectors{secrets.token_hex(8)}"
    rows.tofile(directory / f"{name}{_SUFFIX}")
    return (*names, name)


def nearest(
    directory: Path, names: tuple[str, ...], text: str, limit: int, among: Sequence[int] | None
) -> list[tuple[int, float]]:
    """(id, likeness) of the products, `among` those ids if given, that mean most nearly what the text does, the nearest
    first."""
    numbers, vectors = _loaded(directory, names)
    if among is not None:
        chosen = np.flatnonzero(np.isin(numbers, np.array(among, "i8")))
        numbers, vectors = numbers[chosen], vectors[chosen]
    return _nearest(numbers, vectors, _embedded([text])[0] / _SCALE, limit)


def nearest_to(directory: Path, names: tuple[str, ...], product_id: int, limit: int) -> list[tuple[int, float]]:
    """(id, likeness) of the other products whose texts mean most nearly what a held product's does, the nearest first;
    none for one that is not held. No text is looked at, so nothing has to be loaded that texts need."""
    numbers, vectors = _loaded(directory, names)
    [places] = np.nonzero(numbers == product_id)
    if not len(places):
        return []
    wanted = vectors[places[0]].astype("f4") / _SCALE**2
    return [one for one in _nearest(numbers, vectors, wanted, limit + 1) if one[0] != product_id][:limit]


def _nearest(numbers: Matrix, vectors: Matrix, wanted: Matrix, limit: int) -> list[tuple[int, float]]:
    likeness = np.empty(len(vectors), "f4")
    for start in range(0, len(vectors), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        likeness[part] = vectors[part].astype("f4") @ wanted
    first = np.argpartition(-likeness, limit)[:limit] if limit < len(likeness) else np.arange(len(likeness))
    ordered = first[np.lexsort((-numbers[first], -likeness[first]))]
    return [(int(numbers[place]), float(likeness[place])) for place in ordered]


@lru_cache(maxsize=1)
def _loaded(directory: Path, names: tuple[str, ...]) -> tuple[Matrix, Matrix]:
    """Ids and vectors, kept for as long as no product's text changes."""
    parts = [_read(directory, name) for name in reversed(names)]
    rows = _newest(np.concatenate(parts)) if parts else np.empty(0, _ROW)
    return rows["id"].copy(), rows["vector"].copy()


def _read(directory: Path, name: str) -> Matrix:
    return np.fromfile(directory / f"{name}{_SUFFIX}", _ROW)


def _newest(rows: Matrix) -> Matrix:
    """One row for each id, the first of several."""
    first: Matrix = rows[np.unique(rows["id"], return_index=True)[1]]
    return first


def _embedded(texts: Sequence[str]) -> Matrix:
    """A vector of length one for each text, or of length zero for a text without any token."""
    tokenizer, table = _model()
    found = np.zeros((len(texts), DIMENSIONS), "f4")
    cut = [text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode() for text in texts]
    for place, encoded in enumerate(tokenizer.encode_batch(cut, add_special_tokens=False)):
        if encoded.ids:
            found[place] = table[encoded.ids].astype("f4").mean(axis=0)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    embedded: Matrix = found / np.maximum(lengths, 1e-9)
    return embedded


@cache
def _model() -> tuple[Any, Matrix]:
    package = find_spec("wordllama")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("wordllama")
    home = Path(package.submodule_search_locations[0])
    weights = home / "weights" / "l2_supercat_256.safetensors"
    with weights.open("rb") as file:
        [length] = struct.unpack("<Q", file.read(8))
        [described] = [value for name, value in json.loads(file.read(length)).items() if name != "__metadata__"]
    table = np.memmap(weights, "<f2", "r", 8 + length, tuple(described["shape"]))
    return Tokenizer.from_file(str(home / "tokenizers" / "l2_supercat_tokenizer_config.json")), table[:, :DIMENSIONS]
