"""What no endpoint group of the omnisell contract answers: unknown paths, and the contract's own description."""

from omnisell.contract import OMNISELL
from rest.documentation import fallback

handler = fallback(OMNISELL)
