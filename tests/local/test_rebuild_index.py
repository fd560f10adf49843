"""`make rebuild-index`: one invocation of the indexer, begun again where another publication came first."""

import io
import json
from typing import Any

import pytest

from local import rebuild_index


class Busy(Exception):
    pass


class Indexer:
    """The function's API, which answers what it was told, one after another."""

    class exceptions:
        TooManyRequestsException = Busy

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, Any]] = []

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        self.asked.append((FunctionName, json.loads(Payload)))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        error = {"FunctionError": "Unhandled"} if "errorType" in answer else {}
        return {"Payload": io.BytesIO(json.dumps(answer).encode()), **error}


LOST = {"errorType": "PublishConflict", "errorMessage": "generation 7"}


@pytest.mark.parametrize(
    ("answers", "code", "said", "calls"),
    [
        ([{"products": 204}], 0, "204 products are listed now.\n", 1),
        ([Busy(), LOST, {"products": 0}], 0, "0 products are listed now.\n", 3),
        ([LOST] * 5, 1, f"The index stays as it was: {LOST}\n", 5),
        ([{"errorType": "Boom"}], 1, "The index stays as it was: {'errorType': 'Boom'}\n", 1),
    ],
)
def test_rebuilds(
    answers: list[Any],
    code: int,
    said: str,
    calls: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    indexer = Indexer(*answers)
    monkeypatch.setenv("STACK", "shop")
    monkeypatch.setattr(rebuild_index, "_lambda", lambda: indexer)
    monkeypatch.setattr(rebuild_index, "_PAUSE_SECONDS", 0)
    monkeypatch.setattr(rebuild_index, "physical_ids", lambda stack, *_: {"Indexer": f"{stack}-Indexer-1"})
    assert (rebuild_index.main(), capsys.readouterr().out) == (code, said)
    assert indexer.asked == [("shop-Indexer-1", {"rebuild": True})] * calls
