"""What of the emulator is adapted to this product, in process and in one place."""

import sys
from functools import cache

import botocore.session
from ministack.core import lambda_runtime
from ministack.services import apigateway

from local import deployed, places


def adapt() -> None:
    """Three differences from its defaults; each makes it more like AWS, none is needed there."""
    # It waits 50 ms after every call for log lines that a quiet function never writes.
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.002, 0.001, 0.05)
    # Functions would see the emulator's own packages: a layer that lacks one would go unnoticed.
    script = lambda_runtime._detect_runtime_binary("python")[1]
    lambda_runtime._detect_runtime_binary = lambda _runtime: (getattr(sys, "_base_executable", sys.executable), script)


def api_exists(name: str) -> bool:
    """True when an HTTP API with that id is deployed."""
    return apigateway.find_api_scope(name) is not None


def object_url(key: str) -> str | None:
    """A signed URL of an object of the media bucket; None before the stack is deployed."""
    bucket = deployed.outputs().get("MediaBucket")
    if not bucket:
        return None
    return _s3().generate_presigned_url("get_object", {"Bucket": bucket, "Key": key}, ExpiresIn=60)


def end_functions() -> None:
    """Ends the worker processes of all functions, each by its id, and waits for them."""
    lambda_runtime.reset()


@cache
def _s3():
    return botocore.session.get_session().create_client("s3", endpoint_url=places.ENDPOINT)
