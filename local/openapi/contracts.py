"""Which contracts have a description, and its text as it is committed."""

import importlib
import json
from pathlib import Path

from local.openapi.document import document
from rest.api import Api
from rest.documentation import DOCUMENT

FUNCTIONS = Path(__file__).parents[2] / "functions"
# The group that answers unknown paths and the description itself, which is not described.
_FALLBACK = "fallback"


def described() -> list[str]:
    """Contracts that serve a description."""
    return sorted(
        path.parent.name
        for path in FUNCTIONS.glob("*/contract.py")
        if any(operation.path.endswith(DOCUMENT) for operation in _fallback(path.parent.name).operations)
    )


def text_of(contract: str) -> str:
    """The contract's openapi.json."""
    fallback = _fallback(contract)
    [path] = [operation.path for operation in fallback.operations if operation.path.endswith(DOCUMENT)]
    # Documents lie beside their API's paths or below them; a relative server holds wherever all of it is mounted.
    depth = path.count("/") - 1
    server = "/".join([".."] * depth) or "."
    return json.dumps(document(fallback.contract, _apis(contract), server), indent=1, ensure_ascii=False) + "\n"


def _apis(contract: str) -> dict[str, Api]:
    groups = sorted(path.parent.name for path in (FUNCTIONS / contract).glob("*/app.py"))
    apis = {group: importlib.import_module(f"{contract}.{group}.app").handler for group in groups if group != _FALLBACK}
    return {group: api for group, api in apis.items() if isinstance(api, Api)}


def _fallback(contract: str) -> Api:
    api: Api = importlib.import_module(f"{contract}.{_FALLBACK}.app").handler
    return api
