"""What no endpoint group of the storefront contract answers: unknown paths, and the contract's own description."""

from rest.documentation import fallback
from storefront.contract import STOREFRONT

handler = fallback(STOREFRONT)
