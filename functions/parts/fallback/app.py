"""What no endpoint group of the parts contract answers: unknown paths, and the contract's own description."""

from parts.contract import PARTS
from rest.documentation import fallback

handler = fallback(PARTS)
