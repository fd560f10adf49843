"""What no endpoint group of the parts contract answers: unknown paths, and the contract's own description."""

from pathlib import Path

from edge.documentation import describe
from parts.contract import parts_api

handler = parts_api()
describe(handler, Path(__file__).parents[1] / "openapi.json")
