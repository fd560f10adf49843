"""What no endpoint group of the parts contract answers: unknown paths, and the contract's own description."""

from pathlib import Path

from parts.contract import parts_api
from rest.documentation import describe

handler = parts_api()
describe(handler, Path(__file__).parents[1] / "openapi.json")
