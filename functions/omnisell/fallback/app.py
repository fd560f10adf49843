"""What no endpoint group of the omnisell contract answers: unknown paths, and the contract's own description."""

from pathlib import Path

from omnisell.contract import omnisell_api
from rest.documentation import describe

handler = omnisell_api()
describe(handler, Path(__file__).parents[1] / "openapi.json")
