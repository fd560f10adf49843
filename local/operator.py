"""The product's own services, called by an operator from this machine on the deployed local stack."""

import os
import sys

import boto3

from local import paths


def connect() -> None:
    """From now on `commerce` can be imported, and its services work on the local stack as the account's root.

    They get the variables that the deployed functions have; rate limits are not meant for an operator.
    """
    services = str(paths.ROOT / "layers" / "domain")
    if services not in sys.path:
        sys.path.insert(0, services)
    os.environ.update(paths.ROOT_CREDENTIALS)
    pages = boto3.client("lambda").get_paginator("list_functions").paginate()
    for page in pages:
        for function in page["Functions"]:
            os.environ.update(function.get("Environment", {}).get("Variables", {}))
    os.environ["RATE_LIMITS"] = ""
