"""Chaos repeats as the SDK does, and what is repeated meets what it did before."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from commerce.kit import aws
from commerce.kit.tables import ConditionFailed, Table, transact
from support.faults import chaos
from support.meter import Meter

pytestmark = pytest.mark.usefixtures("aws")

THROTTLED, BROKEN, LOST, GOOD = 0.01, 0.11, 0.16, 0.9
UNUSED = "attribute_not_exists(#pk)"


@pytest.fixture(autouse=True)
def numbers(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What becomes of the exchanges to come, in order; all others succeed."""
    said: list[float] = []

    class Said:
        def __init__(self, seed: Any) -> None:
            self._said = self._next()

        def _next(self) -> Iterator[float]:
            while said:
                yield said.pop(0)
                yield 0.0  # The pause.
            while True:
                yield GOOD

        def random(self) -> float:
            return next(self._said)

    monkeypatch.setattr("support.faults.random", SimpleNamespace(Random=Said))
    return said


def numbered(table: Table) -> Any:
    item = table.get("a", "b")
    return item and item["number"]


def test_a_throttled_call_and_a_broken_one_are_made_three_times_in_all(numbers: list[float]) -> None:
    table = Table("Carts")
    numbers += [THROTTLED, BROKEN]
    with Meter() as meter, chaos(1):
        table.write(table.put({"pk": "a", "sk": "b", "number": 1}))
    assert (numbered(table), len(meter.calls), numbers) == (1, 1, [])


@pytest.mark.parametrize(
    ("trouble", "code"), [(THROTTLED, "ThrottlingException"), (BROKEN, "InternalServerError")], ids=["400", "500"]
)
def test_trouble_that_does_not_end_is_the_caller_s(numbers: list[float], trouble: float, code: str) -> None:
    table = Table("Carts")
    numbers += [trouble] * 3
    with chaos(1), pytest.raises(ClientError) as raised:
        table.write(table.put({"pk": "a", "sk": "b", "number": 1}))
    assert raised.value.response["Error"]["Code"] == code
    assert (numbered(table), numbers) == (None, [])


def test_a_lost_answer_makes_the_call_again_and_a_condition_sees_its_own_effect(numbers: list[float]) -> None:
    table = Table("Carts")
    numbers += [LOST]
    with Meter() as meter, chaos(1), pytest.raises(ConditionFailed):
        table.write(table.put({"pk": "a", "sk": "b", "number": 1}, condition=UNUSED))
    assert (numbered(table), [call.operation for call in meter.calls]) == (1, ["PutItem", "PutItem"])


def test_a_write_that_is_not_safe_to_repeat_is_done_twice(numbers: list[float]) -> None:
    """The control: a sum without a condition."""
    table = Table("Carts")
    numbers += [LOST]
    with chaos(1):
        table.write(table.update("a", "b", "ADD #number :n", values={"n": 1}))
    assert numbered(table) == 2


def test_a_repeated_transaction_carries_the_same_token(numbers: list[float]) -> None:
    tokens = []

    class Noting:
        def __init__(self, client: Any) -> None:
            self._client = client

        def __getattr__(self, name: str) -> Any:
            return getattr(self._client, name)

        def transact_write_items(self, **call: Any) -> Any:
            tokens.append(call["ClientRequestToken"])
            # Moto keeps no tokens; DynamoDB answers the second as it did the first.
            return self._client.transact_write_items(**call) if len(tokens) == 1 else {}

    table = Table("Carts")
    numbers += [LOST]
    with aws.wrapped(lambda client, service, attempts: Noting(client)), chaos(1):
        transact([table.put({"pk": "a", "sk": "b", "number": 1}, condition=UNUSED)])
    assert len(tokens) == 2 and len(set(tokens)) == 1


def test_a_client_of_one_attempt_repeats_nothing(numbers: list[float]) -> None:
    numbers += [LOST]
    with Meter() as meter, chaos(1), pytest.raises(ConnectionClosedError):
        aws.client("secretsmanager", attempts=1).get_secret_value(SecretId="bazaar/jwt")
    assert len(meter.calls) == 1


def test_pages_are_calls_and_errors_are_the_client_s_own(numbers: list[float]) -> None:
    numbers += [THROTTLED]
    with Meter() as meter, chaos(1):
        s3 = aws.client("s3")
        assert [page["KeyCount"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket="bazaar-index")] == [0]
        with pytest.raises(s3.exceptions.NoSuchKey):
            s3.get_object(Bucket="bazaar-index", Key="none")
    assert [call.operation for call in meter.calls] == ["ListObjectsV2", "GetObject"]
