"""The protocol by which the index reaches its readers: one writer wins, nothing half-fetched is served."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from commerce.kit import aws as clients
from commerce.kit import clock
from commerce.kit.pages import PageRequest
from commerce.search import replicas, store, tantivy_gateway
from commerce.search.model import IndexUnavailable, SearchPage, SearchQuery
from commerce.search.replicas import IndexReader, IndexWriter, NothingToEdit
from commerce.search.store import GRACE_MS, MANIFEST_KEY, IndexBucket, PublishConflict
from support.documents import an_entry

pytestmark = pytest.mark.usefixtures("aws")

Make = Callable[[], Any]
START = 1_760_000_000


@pytest.fixture(autouse=True)
def time() -> Iterator[Any]:
    """A clock that stands still until it is shifted."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def bucket() -> IndexBucket:
    return IndexBucket("bazaar-index")


@pytest.fixture
def writer(bucket: IndexBucket, tmp_path_factory: pytest.TempPathFactory) -> Make:
    return lambda: IndexWriter(bucket, tmp_path_factory.mktemp("working"))


@pytest.fixture
def reader(bucket: IndexBucket, tmp_path_factory: pytest.TempPathFactory) -> Make:
    return lambda: IndexReader(bucket, tmp_path_factory.mktemp("reading"))


@pytest.fixture
def calls() -> list[str]:
    """The S3 calls made since, each as `operation key`."""
    made: list[str] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        made.append(f"{model.name} {params['url_path'].removeprefix('/bazaar-index').strip('/')}".strip())

    clients.client("s3").meta.events.register("before-call.s3", note)
    return made


def edit(writer: IndexWriter, *documents: Any, gone: tuple[int, ...] = ()) -> int:
    writer.begin()
    return writer.apply(documents, gone)


def names(copy: IndexReader) -> list[str]:
    return [summary.name for summary in copy.find(SearchQuery(ordering="name")).products]


def keys() -> set[str]:
    listed = clients.client("s3").list_objects_v2(Bucket="bazaar-index").get("Contents", [])
    return {entry["Key"] for entry in listed} - {MANIFEST_KEY}


def manifest() -> dict[str, Any]:
    manifest: dict[str, Any] = json.load(
        clients.client("s3").get_object(Bucket="bazaar-index", Key=MANIFEST_KEY)["Body"]
    )
    return manifest


class Trouble:
    """Makes chosen S3 calls fail while it is on."""

    def __init__(self, *operations: str) -> None:
        self.on = True
        self.failures = 0
        for operation in operations:
            clients.client("s3").meta.events.register(f"before-call.s3.{operation}", self._fail)

    def _fail(self, **_: Any) -> None:
        if self.on:
            self.failures += 1
            raise ConnectionError("the network is gone")


# Reading


def test_nothing_is_found_before_the_first_publication(reader: Make) -> None:
    assert reader().find(SearchQuery(page=PageRequest(2, 5))) == SearchPage(0, (), PageRequest(2, 5))


def test_a_reader_sees_what_is_published(writer: Make, reader: Make, time: Any) -> None:
    w, r = writer(), reader()
    assert w.replace([an_entry(1, "Kettle"), an_entry(2, "Lamp")]) == 2
    assert names(r) == ["Kettle", "Lamp"]
    assert edit(w, an_entry(3, "Mug"), an_entry(1, "Teapot"), gone=(2,)) == 3
    time.shift(1)
    assert names(r) == ["Mug", "Teapot"]
    assert names(reader()) == ["Mug", "Teapot"]


def test_a_list_is_at_most_one_get(writer: Make, reader: Make, time: Any, calls: list[str]) -> None:
    w, r = writer(), reader()
    w.replace([an_entry(number) for number in range(1, 500)])
    r.find(SearchQuery())
    calls.clear()
    for _ in range(50):
        r.find(SearchQuery(text="phone"))
    assert calls == []
    time.shift(1)
    for _ in range(50):
        r.find(SearchQuery(category="1"))
    assert calls == [f"GetObject {MANIFEST_KEY}"]


def test_news_are_fetched_and_nothing_else(writer: Make, reader: Make, time: Any, calls: list[str]) -> None:
    w, r = writer(), reader()
    w.replace([an_entry(number) for number in range(1, 50)])
    r.find(SearchQuery())
    edit(w, an_entry(100, "New"))
    added = {bundle["key"] for bundle in manifest()["bundles"] if bundle["key"].startswith("index/00000002-")}
    time.shift(1)
    calls.clear()
    assert r.find(SearchQuery()).count == 50
    # Its segment, and its vector.
    assert len(added) == 2
    assert calls[0] == f"GetObject {MANIFEST_KEY}"
    assert sorted(calls[1:]) == sorted(f"GetObject {key}" for key in added)


@pytest.mark.parametrize(
    "damage", [lambda body: body[:-1], lambda body: body[: len(body) // 2], lambda body: body + b"x"]
)
def test_a_damaged_download_is_not_served(writer: Make, reader: Make, time: Any, damage: Any) -> None:
    s3 = clients.client("s3")
    w, r = writer(), reader()
    w.replace([an_entry(1, "Old")])
    assert names(r) == ["Old"]
    edit(w, an_entry(2, "New"))
    [key] = [key for key in keys() if key.startswith("index/00000002-") and "vectors" not in key]
    whole = s3.get_object(Bucket="bazaar-index", Key=key)["Body"].read()
    s3.put_object(Bucket="bazaar-index", Key=key, Body=damage(whole))
    time.shift(1)
    assert names(r) == ["Old"]
    with pytest.raises(IndexUnavailable):
        reader().find(SearchQuery())
    s3.put_object(Bucket="bazaar-index", Key=key, Body=whole)
    time.shift(2)
    assert names(r) == ["New", "Old"]


def test_the_last_good_index_is_served_while_s3_is_in_trouble(writer: Make, reader: Make, time: Any) -> None:
    w, r, late = writer(), reader(), reader()
    w.replace([an_entry(1, "Old")])
    assert names(r) == ["Old"]
    edit(w, an_entry(2, "New"))
    trouble = Trouble("GetObject")
    for _ in range(40):
        time.shift(1)
        assert names(r) == ["Old"]
    # Looks become rarer: after 1, 2, 4, 8 seconds, then every 16.
    assert trouble.failures == 5
    with pytest.raises(IndexUnavailable) as refusal:
        late.find(SearchQuery())
    assert refusal.value.code == "index_unavailable"
    trouble.on = False
    assert names(late) == ["New", "Old"]
    time.shift(16)
    assert names(r) == ["New", "Old"]


def test_a_manifest_that_cannot_be_understood_is_not_served(writer: Make, reader: Make, time: Any) -> None:
    w, r = writer(), reader()
    w.replace([an_entry(1, "Old")])
    assert names(r) == ["Old"]
    clients.client("s3").put_object(Bucket="bazaar-index", Key=MANIFEST_KEY, Body=b'{"generation": ')
    time.shift(1)
    assert names(r) == ["Old"]


def test_an_index_of_another_schema_is_not_served(
    writer: Make, reader: Make, time: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    w, r = writer(), reader()
    w.replace([an_entry(1, "Old")])
    assert names(r) == ["Old"]
    with monkeypatch.context() as newer:
        newer.setattr(tantivy_gateway, "SCHEMA", tantivy_gateway.SCHEMA + 1)
        writer().replace([an_entry(1, "Newer")])
    time.shift(1)
    assert names(r) == ["Old"]
    with pytest.raises(IndexUnavailable):
        reader().find(SearchQuery())
    with pytest.raises(NothingToEdit):
        w.begin()
    w.replace([an_entry(1, "Back")])
    time.shift(2)
    assert names(r) == ["Back"]


def test_an_emptied_bucket_lists_nothing(writer: Make, reader: Make, time: Any) -> None:
    w, r = writer(), reader()
    w.replace([an_entry(1)])
    assert r.find(SearchQuery()).count == 1
    clients.client("s3").delete_object(Bucket="bazaar-index", Key=MANIFEST_KEY)
    time.shift(1)
    assert r.find(SearchQuery()).count == 0
    with pytest.raises(NothingToEdit):
        w.begin()


def test_a_rebuilt_index_replaces_the_old_one_in_readers(writer: Make, reader: Make, time: Any) -> None:
    w, r = writer(), reader()
    w.replace([an_entry(1, "Old"), an_entry(2, "Gone")])
    assert names(r) == ["Gone", "Old"]
    assert writer().replace([an_entry(1, "Renamed")]) == 1
    time.shift(1)
    assert names(r) == ["Renamed"]


# Writing


def test_an_empty_index_can_be_published_and_edited(writer: Make, reader: Make, time: Any) -> None:
    w, r = writer(), reader()
    assert w.replace([]) == 0
    assert names(r) == []
    assert edit(w, an_entry(1, "First")) == 1
    time.shift(1)
    assert names(r) == ["First"]


def test_no_change_is_no_publication(writer: Make, calls: list[str]) -> None:
    w = writer()
    w.replace([an_entry(1)])
    calls.clear()
    assert edit(w, an_entry(1), gone=(2,)) == 0
    assert calls == [f"GetObject {MANIFEST_KEY}"]


def test_a_small_change_costs_four_calls_and_one_less_where_the_text_stays(writer: Make, calls: list[str]) -> None:
    w = writer()
    w.replace([an_entry(number) for number in range(1, 200)])
    calls.clear()
    edit(w, an_entry(500))
    assert [call.split()[0] for call in calls] == ["GetObject", "PutObject", "PutObject", "PutObject"]
    calls.clear()
    # Its segment and the old one's deletion.
    edit(w, an_entry(500, stock=1, price_minor=1))
    assert [call.split()[0] for call in calls] == ["GetObject", "PutObject", "PutObject"]
    assert not [call for call in calls if "vectors" in call]


def test_of_two_writers_one_wins(writer: Make, reader: Make) -> None:
    first, second = writer(), writer()
    first.replace([an_entry(1, "Base")])
    first.begin()
    second.begin()
    assert second.apply([an_entry(2, "Second")], ()) == 1
    with pytest.raises(PublishConflict):
        first.apply([an_entry(3, "First")], ())
    assert names(reader()) == ["Base", "Second"]
    assert edit(first, an_entry(3, "First")) == 1
    assert names(reader()) == ["Base", "First", "Second"]
    assert manifest()["generation"] == 3


def test_two_first_publications_conflict_too(writer: Make, reader: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def documents() -> Iterator[Any]:
        writer().replace([an_entry(1, "Faster")])
        yield an_entry(2, "Slower")

    with pytest.raises(PublishConflict):
        writer().replace(documents())
    assert names(reader()) == ["Faster"]


def test_a_repeated_put_is_not_taken_for_a_conflict(writer: Make, reader: Make) -> None:
    """The answer to the manifest's put is lost, the SDK repeats the call, and the repetition is refused."""
    repeats = iter([True])

    def lose_one(request_dict: dict[str, Any], **_: Any) -> float | None:
        is_manifest = request_dict["url_path"].endswith(MANIFEST_KEY)
        return 0.0 if is_manifest and next(repeats, False) else None

    w = writer()
    w.replace([an_entry(1, "Base")])
    clients.client("s3").meta.events.register_first("needs-retry.s3.PutObject", lose_one)
    assert edit(w, an_entry(2, "Next")) == 1
    assert next(repeats, "spent") == "spent"
    assert edit(w, an_entry(3, "Third")) == 1
    assert names(reader()) == ["Base", "Next", "Third"]


@pytest.mark.parametrize("operation", ["PutObject", "GetObject"])
def test_a_failed_publication_leaves_no_trace_in_the_next(writer: Make, reader: Make, operation: str) -> None:
    w = writer()
    w.replace([an_entry(1, "Base")])
    trouble = Trouble(operation)
    with pytest.raises(ConnectionError):
        edit(w, an_entry(2, "Lost"))
    trouble.on = False
    assert edit(w, an_entry(3, "Kept")) == 1
    assert names(reader()) == ["Base", "Kept"]


def test_a_writer_takes_over_from_another(writer: Make, reader: Make) -> None:
    first, second = writer(), writer()
    first.replace([an_entry(1, "One")])
    for number in range(2, 30):
        edit((first, second)[number % 2], an_entry(number, f"N{number:02d}"), gone=(number - 5,))
    assert names(reader()) == [f"N{number:02d}" for number in range(25, 30)]


# Old objects


def test_objects_left_out_stay_for_the_grace_period(writer: Make, time: Any) -> None:
    w = writer()
    w.replace([an_entry(1)])
    before = keys()
    w.replace([an_entry(1, "Renamed")])
    assert before < keys()
    assert manifest()["retired"] == dict.fromkeys(before, clock.now_ms())
    time.shift(GRACE_MS / 1000)
    edit(w, an_entry(2))
    assert before < keys()
    time.shift(1)
    edit(w, an_entry(3))
    assert not before & keys()
    assert keys() == {bundle["key"] for bundle in manifest()["bundles"]} | manifest()["retired"].keys()


def test_objects_of_failed_publications_are_swept(writer: Make, time: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = clients.client("s3")
    w = writer()
    w.replace([an_entry(1)])
    s3.put_object(Bucket="bazaar-index", Key="index/00000009-dead/abc", Body=b"1")
    monkeypatch.setattr(store, "SWEEP_EVERY", 1)
    edit(w, an_entry(2))
    assert "index/00000009-dead/abc" in keys()
    time.shift(GRACE_MS / 1000 + 1)
    s3.put_object(Bucket="bazaar-index", Key="index/00000010-young/abc", Body=b"1")
    edit(w, an_entry(3))
    assert keys() - {bundle["key"] for bundle in manifest()["bundles"]} - manifest()["retired"].keys() == {
        "index/00000010-young/abc"
    }


def test_replicas_of_dead_processes_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicas.tempfile, "gettempdir", lambda: str(tmp_path))
    dead = tmp_path / "commerce-index" / "999999999-abc"
    dead.mkdir(parents=True)
    mine, other = replicas.own_directory(), replicas.own_directory()
    assert set((tmp_path / "commerce-index").iterdir()) == {mine, other}


def test_the_working_directory_holds_no_more_than_the_index(writer: Make, tmp_path: Path, bucket: IndexBucket) -> None:
    w = IndexWriter(bucket, tmp_path / "copy")
    w.replace([an_entry(0)])
    for number in range(1, 40):
        edit(w, an_entry(number), gone=(number - 1,))
    needed = {name for bundle in manifest()["bundles"] for name, _ in bundle["files"]} | {"meta.json"}
    assert {path.name for path in (tmp_path / "copy").iterdir() if not path.name.startswith(".")} == needed
