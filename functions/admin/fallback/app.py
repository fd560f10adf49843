"""What no endpoint group of the staff API answers: unknown paths, and the API's own description."""

from admin.contract import ADMIN
from rest.documentation import fallback

handler = fallback(ADMIN, under="/admin/api")
