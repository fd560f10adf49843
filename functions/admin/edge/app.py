"""What no endpoint group of the staff API answers: unknown paths."""

from admin.contract import admin_api

handler = admin_api()
