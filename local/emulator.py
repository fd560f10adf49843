"""Changes to the emulator, made in its own process and kept in this one place.

It has no settings for these, so they patch private functions; its version is pinned.
"""
# ruff: noqa: SLF001

import hashlib
import json
import sys
import threading
import types
import zipfile
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import botocore.session
from ministack import app
from ministack.core import lambda_runtime
from ministack.core.persistence import save_all
from ministack.services import apigateway, dynamodb, lambda_svc, ses
from ministack.services.cloudformation import engine

from local import paths, stack_outputs
from local.mails import Mail

_unpacking = threading.Lock()


def adapt() -> None:
    """Applies the changes; each makes the emulator faster or more like AWS."""
    # It waits 50 ms after every call for log lines that a quiet function never writes.
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.002, 0.001, 0.05)
    script = lambda_runtime._detect_runtime_binary("python")[1]
    interpreter = _bare_interpreter()
    lambda_runtime._detect_runtime_binary = lambda _runtime: (interpreter, script)
    lambda_runtime.zipfile = types.SimpleNamespace(**vars(zipfile) | {"ZipFile": _UnpackedOnce})
    # A function's routes are resources of their own here (local.emulator_template); what AWS counts, a test counts.
    engine._SECTION_QUOTAS = tuple(quota for quota in engine._SECTION_QUOTAS if quota[0] != "Resources")
    _keep_streams()
    _repeat_failed_batches()
    _keep_given_up_batches()


def api_exists(name: str) -> bool:
    """True when an HTTP API with that id is deployed."""
    return apigateway.find_api_scope(name) is not None


def object_url(key: str) -> str | None:
    """A signed URL of an object of the media bucket; None before the stack is deployed."""
    bucket = stack_outputs.load().get("MediaBucket")
    if not bucket:
        return None
    return str(_s3().generate_presigned_url("get_object", {"Bucket": bucket, "Key": key}, ExpiresIn=60))


def mails() -> list[Mail]:
    """The mails that were sent since the start, the latest first: here they go no further."""
    sent = [mail for (_, _, kind), mails in ses._sent_emails.to_dict().items() if kind == "entries" for mail in mails]
    return [
        Mail(", ".join(mail["To"]), mail["Source"], mail["Subject"], mail["BodyText"], mail["Timestamp"])
        for mail in sorted(sent, key=lambda mail: mail["Timestamp"], reverse=True)
    ]


def save() -> None:
    """Saves the state now; by itself the emulator saves only when it stops."""
    save_all(app._build_persistence_save_dict())


def end_functions() -> None:
    """Ends the worker processes of all functions, each by its id, and waits for them."""
    lambda_runtime.reset()


def _bare_interpreter() -> str:
    """Functions would see the packages of the emulator and of this machine, and a layer that lacks one would go
    unnoticed: an interpreter that knows the standard library only."""
    interpreter = paths.TMP / "python"
    interpreter.write_text(f'#!/bin/sh\nexec "{getattr(sys, "_base_executable", sys.executable)}" -S "$@"\n')
    interpreter.chmod(0o755)
    return str(interpreter)


def _keep_streams() -> None:
    """It keeps how far each function has read a stream but not the stream, and after a restart would wait for records
    that carry the old numbers: both are kept."""
    state, load = dynamodb.get_state, dynamodb.load_persisted_state

    def get_state() -> dict[str, Any]:
        streams = {"stream_records": dynamodb._stream_records, "stream_trimmed": dynamodb._stream_trimmed}
        return {**state(), **streams}

    def load_persisted_state(data: dict[str, Any]) -> None:
        load(data)
        dynamodb._stream_records.update(data.get("stream_records", {}))
        dynamodb._stream_trimmed.update(data.get("stream_trimmed", {}))

    dynamodb.get_state, dynamodb.load_persisted_state = get_state, load_persisted_state


def _repeat_failed_batches() -> None:
    """It reads a partial batch response of a queue's consumer, not of a stream's: there the batch would count as done.
    Here it comes again as a whole, until it succeeds or its records are too old (emulator_template.py)."""
    execute = lambda_svc._execute_function

    def executed(function: dict[str, Any], event: Any) -> dict[str, Any]:
        result: dict[str, Any] = execute(function, event)
        records = event.get("Records") if isinstance(event, dict) else None
        if records and records[0].get("eventSource") == "aws:dynamodb" and not result.get("error"):
            body = result.get("body")
            answer = json.loads(body) if isinstance(body, str) and body else body
            if isinstance(answer, dict) and answer.get("batchItemFailures"):
                failure = {"errorType": "PartialBatch", "errorMessage": json.dumps(answer["batchItemFailures"])}
                return result | {"error": True, "body": failure}
        return result

    lambda_svc._execute_function = executed


def _keep_given_up_batches() -> None:
    """It drops a stream's batch whose destination is a bucket; here it is written as AWS does, the records included."""
    send = lambda_svc._send_ddb_stream_failure_record

    def sent(
        source: dict[str, Any], function: dict[str, Any], batch: list[Any], stream: str, result: Any, condition: str
    ) -> None:
        destination = ((source.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination", "")
        if ":s3:::" not in destination:
            send(source, function, batch, stream, result, condition)
            return
        arn = (function.get("config") or function).get("FunctionArn", "")
        record = {
            "requestContext": {"functionArn": arn, "condition": condition},
            "DDBStreamBatchInfo": {"streamArn": stream, "batchSize": len(batch)},
            "payload": json.dumps({"Records": batch}),
        }
        key = f"aws/lambda/{source['UUID']}/shardId-0/{uuid4()}"
        _s3().put_object(Bucket=destination.rpartition(":")[2], Key=key, Body=json.dumps(record).encode())

    lambda_svc._send_ddb_stream_failure_record = sent


class _UnpackedOnce(zipfile.ZipFile):
    """Every worker process would unpack code and layers for itself, and a burst of new ones would wait for the disk:
    the same content is unpacked once, and every worker gets links to it."""

    def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
        content = repr([(entry.filename, entry.CRC) for entry in self.infolist()])
        shared = paths.TMP / "unpacked" / hashlib.sha256(content.encode()).hexdigest()
        with _unpacking:
            if not shared.exists():
                partial = shared.with_suffix(".partial")
                super().extractall(partial, members, pwd)
                partial.rename(shared)
        for entry in shared.iterdir():
            (Path(path) / entry.name).symlink_to(entry)


@cache
def _s3() -> Any:
    return botocore.session.get_session().create_client("s3", endpoint_url=paths.ENDPOINT)
