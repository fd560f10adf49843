"""The published index in S3: immutable objects, and one manifest that says which of them make up the index now.

    index/manifest.json                    replaced by conditional put only, so of two writers one wins
    index/<generation>-<token>/<bundle>    the files of one bundle, one after another; written once

A bundle is a set of files that live and die together (a segment; the deletions of a segment). Objects of an older
manifest stay for GRACE_MS after they were left out of the newest, so a reader that is still fetching them ends well.
Knows nothing of what the files mean.
"""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from commerce.kit import aws, clock

MANIFEST_KEY = "index/manifest.json"
OBJECTS = "index/"
GRACE_MS = 15 * 60 * 1000
# Objects of publications that failed are in no manifest; they are looked for once in so many generations.
SWEEP_EVERY = 256
_CHUNK_BYTES = 1 << 20
_MAX_DELETES = 1000


class PublishConflict(Exception):
    """Another writer published first; start again from what it published."""


class Incomplete(Exception):
    """An object holds less, or more, than the manifest says."""


@dataclass(frozen=True)
class Bundle:
    """One object: its name within the index, its key, and the files in it with their sizes, in order."""

    name: str
    key: str
    files: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Manifest:
    """One generation of the index. `schema` is the engine's, `meta` its own table of contents, `retired` maps the keys
    that are needed no more to the time when that came so.
    """

    schema: int
    generation: int
    token: str
    meta: str
    bundles: tuple[Bundle, ...]
    retired: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> bytes:
        bundles = [{"name": b.name, "key": b.key, "files": [list(file) for file in b.files]} for b in self.bundles]
        return json.dumps({**self.__dict__, "bundles": bundles, "retired": dict(self.retired)}).encode()

    @classmethod
    def from_json(cls, body: bytes) -> "Manifest":
        """Raises ValueError, KeyError or TypeError for what is no manifest."""
        fields = json.loads(body)
        bundles = tuple(
            Bundle(b["name"], b["key"], tuple((name, size) for name, size in b["files"])) for b in fields["bundles"]
        )
        return cls(**{**fields, "bundles": bundles})


@dataclass(frozen=True)
class Version:
    """A manifest as it was found, with the tag by which S3 tells whether it still stands."""

    manifest: Manifest
    etag: str


class IndexBucket:
    """Every access to the index bucket."""

    def __init__(self, name: str) -> None:
        self._name = name

    def current_version(self, known: Version | None) -> Version | None:
        """The version that is published now, in one GET: `known` itself when it still stands, None before the first."""
        s3 = aws.client("s3")
        condition = {"IfNoneMatch": known.etag} if known else {}
        try:
            answer = s3.get_object(Bucket=self._name, Key=MANIFEST_KEY, **condition)
        except s3.exceptions.ClientError as refusal:
            match _code(refusal):
                case "304":
                    return known
                case "NoSuchKey":
                    return None
            raise
        return Version(Manifest.from_json(answer["Body"].read()), answer["ETag"])

    def fetch(self, bundle: Bundle, directory: Path) -> None:
        """Put the bundle's files into the directory, each only when it is whole. Raises Incomplete."""
        body = aws.client("s3").get_object(Bucket=self._name, Key=bundle.key)["Body"]
        for name, size in bundle.files:
            part = directory / f"{name}.part"
            with part.open("wb") as file:
                _copy(body, file, size)
            part.replace(directory / name)
        if body.read(1):
            raise Incomplete(f"{bundle.key} is longer than the manifest says")

    def publish(
        self, base: Version | None, schema: int, meta: str, bundles: Mapping[str, list[str]], directory: Path
    ) -> Version:
        """Make the directory's bundles the index, in place of `base`: upload what `base` lacks, then the manifest.

        Raises PublishConflict when `base` is not, or no longer, what is published; then nothing has changed.
        """
        generation = base.manifest.generation + 1 if base else 1
        token = secrets.token_hex(8)
        held = {bundle.name: bundle for bundle in base.manifest.bundles} if base else {}
        prefix = f"{OBJECTS}{generation:08d}-{token}/"
        kept = tuple(
            held.get(name) or self._upload(Bundle(name, prefix + name, _sized(files, directory)), directory)
            for name, files in bundles.items()
        )
        manifest = Manifest(schema, generation, token, meta, kept)
        due: set[str] = set()
        if base:
            retired, due = _retired(base.manifest, manifest)
            manifest = replace(manifest, retired=retired)
        version = Version(manifest, self._replace(manifest, base))
        if generation % SWEEP_EVERY == 0:
            due |= set(self._forgotten(manifest))
        self._remove(due)
        return version

    def _replace(self, manifest: Manifest, base: Version | None) -> str:
        s3 = aws.client("s3")
        condition = {"IfMatch": base.etag} if base else {"IfNoneMatch": "*"}
        body = manifest.to_json()
        try:
            answer = s3.put_object(
                Bucket=self._name, Key=MANIFEST_KEY, Body=body, ContentType="application/json", **condition
            )
        except s3.exceptions.ClientError as refusal:
            if _code(refusal) not in ("PreconditionFailed", "ConditionalRequestConflict", "412", "409", "NoSuchKey"):
                raise
            # The SDK repeats a put whose answer was lost, and the repetition then meets our own manifest.
            found = self.current_version(None)
            if found is None or found.manifest.token != manifest.token:
                raise PublishConflict(f"generation {manifest.generation} was published by another writer") from None
            return found.etag
        etag: str = answer["ETag"]
        return etag

    def _upload(self, bundle: Bundle, directory: Path) -> Bundle:
        whole = directory / f"{bundle.name}.bundle"
        try:
            with whole.open("w+b") as body:
                for name, size in bundle.files:
                    with (directory / name).open("rb") as file:
                        _copy(file, body, size)
                body.seek(0)
                aws.client("s3").put_object(Bucket=self._name, Key=bundle.key, Body=body)
        finally:
            whole.unlink(missing_ok=True)
        return bundle

    def _forgotten(self, manifest: Manifest) -> Iterator[str]:
        """Keys that no manifest knows, old enough not to belong to a publication that is under way."""
        known = {bundle.key for bundle in manifest.bundles} | manifest.retired.keys() | {MANIFEST_KEY}
        pages = aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=OBJECTS)
        for entry in (entry for page in pages for entry in page.get("Contents", [])):
            age = clock.now_ms() - entry["LastModified"].timestamp() * 1000
            if entry["Key"] not in known and age > GRACE_MS:
                yield entry["Key"]

    def _remove(self, keys: Iterable[str]) -> None:
        wanted = [{"Key": key} for key in sorted(keys)]
        for start in range(0, len(wanted), _MAX_DELETES):
            objects = wanted[start : start + _MAX_DELETES]
            aws.client("s3").delete_objects(Bucket=self._name, Delete={"Objects": objects, "Quiet": True})


def _retired(old: Manifest, new: Manifest) -> tuple[dict[str, int], set[str]]:
    """What the new manifest has to remember as retired, and the keys whose grace is over."""
    now = clock.now_ms()
    kept = {bundle.key for bundle in new.bundles}
    left_out = {bundle.key: now for bundle in old.bundles if bundle.key not in kept}
    due = {key for key, since in old.retired.items() if now - since > GRACE_MS}
    waiting = {key: since for key, since in old.retired.items() if key not in due}
    return waiting | left_out, due


def _sized(files: Iterable[str], directory: Path) -> tuple[tuple[str, int], ...]:
    return tuple((name, (directory / name).stat().st_size) for name in files)


def _copy(source: Any, target: BinaryIO, size: int) -> None:
    while size:
        chunk = source.read(min(size, _CHUNK_BYTES))
        if not chunk:
            raise Incomplete(f"{size} bytes are missing")
        target.write(chunk)
        size -= len(chunk)


def _code(refusal: Any) -> str:
    code: str = refusal.response["Error"]["Code"]
    return code
