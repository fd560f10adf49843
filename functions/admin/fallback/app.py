"""What no endpoint group of the staff API answers: unknown paths, and the API's own description."""

from pathlib import Path

from admin.contract import admin_api
from rest.documentation import describe

handler = admin_api()
describe(handler, Path(__file__).parents[1] / "openapi.json", under="/admin/api")
