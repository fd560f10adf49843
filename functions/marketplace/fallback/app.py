"""What no endpoint group of the marketplace contract answers: unknown paths, and the contract's own description."""

from marketplace.contract import MARKETPLACE
from rest.documentation import fallback

handler = fallback(MARKETPLACE)
