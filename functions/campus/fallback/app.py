"""What no endpoint group of the campus contract answers: unknown paths, and the contract's own description."""

from campus.contract import CAMPUS
from rest.documentation import fallback

handler = fallback(CAMPUS)
