"""What no endpoint group of the storefront answers: unknown paths, and the contract's own description."""

from pathlib import Path

from rest.documentation import describe
from storefront.contract import storefront_api

handler = storefront_api()
describe(handler, Path(__file__).parents[1] / "openapi.json")
