"""The index of the sample events names each of them, and functions that have such a trigger."""

import json
import re

import pytest

from support.samples import EVENTS
from support.template import functions

ROW = re.compile(r"\| (?P<file>\S+\.json) \| [^|]+ \| (?P<functions>[^|]+) \|")
INDEX = {row["file"]: row["functions"].split(", ") for row in ROW.finditer((EVENTS / "README.md").read_text())}
# The beginning of a sample's name, and the events of the template that it stands for. Queues, streams and sockets are
# resources of their own there.
TRIGGERS = {"http-api": "HttpApi", "schedule": "Schedule"}


def test_every_sample_is_listed_and_every_listed_one_exists() -> None:
    assert set(INDEX) == {path.name for path in EVENTS.glob("*.json")}


@pytest.mark.parametrize("file", sorted(INDEX))
def test_it_is_an_event_for_the_functions_that_are_named(file: str) -> None:
    assert isinstance(json.loads((EVENTS / file).read_text()), dict)
    known = functions()
    assert set(INDEX[file]) <= set(known)
    if wanted := TRIGGERS.get(file.removesuffix(".json")):
        for name in INDEX[file]:
            assert wanted in {event["Type"] for event in known[name]["Events"].values()}
