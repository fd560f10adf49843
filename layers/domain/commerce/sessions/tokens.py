"""JWTs: HS256 with a key ring, verified inside every function (docs/contracts: tokens).

The ring is one secret, {kid: key}; the kid with the highest number signs and all of them verify, so a key is rotated by
adding one and removing the old one after the longest lifetime. A process that meets a kid it does not know reads the
secret again at once, though not often: others may sign with a new key minutes before it would look by itself.
`token_use` keeps a refresh token from ever being an access token.
"""

import re
import secrets as randomness
from typing import Any

import jwt

from commerce.kit import clock, secrets, settings
from commerce.kit.errors import TokenRefused, TwoFactorRequired
from commerce.kit.principal import Principal
from commerce.sessions.model import ACCESS_SECONDS, REFRESH_SECONDS, RefreshClaims, Tokens

ALGORITHM = "HS256"
ISSUER = "bazaar"
AUDIENCE = "bazaar-api"
_REQUIRED = ["exp", "iat", "iss", "aud", "sub", "jti", "sid", "token_use"]
_MAX_TOKEN = 4096
_DIGITS = re.compile(r"[0-9]{1,15}")


def issue(principal: Principal, token_id: str) -> Tokens:
    """An access token (15 minutes) and the refresh token `token_id` (14 days) of the principal's session."""
    common: dict[str, Any] = {"sub": str(principal.user_id), "sid": principal.session_id}
    if principal.pending:
        common["pending"] = True
    roles = {"seller": principal.is_seller, "staff": principal.is_staff}
    access = {**common, "token_use": "access", "jti": randomness.token_hex(8), "epoch": principal.epoch, **roles}
    refresh = {**common, "token_use": "refresh", "jti": token_id}
    return Tokens(_sign(access, ACCESS_SECONDS), _sign(refresh, REFRESH_SECONDS))


def verify(token: str) -> Principal:
    """The caller behind a full access token. Raises TokenRefused, or TwoFactorRequired for a pending one."""
    principal = verify_any(token)
    if principal.pending:
        raise TwoFactorRequired
    return principal


def verify_any(token: str) -> Principal:
    """The caller behind an access token, pending ones too: for the routes that accept the second factor."""
    claims = _open(token, "access", ACCESS_SECONDS)
    return Principal(
        user_id=_user_id(claims),
        is_seller=claims.get("seller") is True,
        is_staff=claims.get("staff") is True,
        session_id=str(claims["sid"]),
        pending=claims.get("pending") is True,
        epoch=claims["epoch"] if type(claims.get("epoch")) is int else 0,
    )


def open_refresh(token: str) -> RefreshClaims:
    """The content of a refresh token; whether it is still the current one, the session knows. Raises TokenRefused."""
    claims = _open(token, "refresh", REFRESH_SECONDS)
    return RefreshClaims(str(claims["sid"]), _user_id(claims), str(claims["jti"]), claims.get("pending") is True)


def use_of(token: str) -> str:
    """What a token claims to be for, unverified: only to choose how it is to be verified."""
    try:
        return str(jwt.decode(token, options={"verify_signature": False}).get("token_use"))
    except jwt.PyJWTError:
        raise TokenRefused from None


def _sign(claims: dict[str, Any], seconds: int) -> str:
    ring = secrets.read(settings.text("JWT_SECRET"))
    kid = max(ring, key=_number)
    now = clock.now()
    claims = {**claims, "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + seconds}
    return jwt.encode(claims, ring[kid], algorithm=ALGORITHM, headers={"kid": kid})


def _open(token: str, use: str, longest_seconds: int) -> dict[str, Any]:
    if len(token) > _MAX_TOKEN or token.count(".") != 2:
        raise TokenRefused
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(jwt.get_unverified_header(token).get("kid")),
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            options={"require": _REQUIRED},
        )
    except jwt.PyJWTError:
        raise TokenRefused from None
    # PyJWT accepts any far future `exp`; nothing that we sign lives longer than its use allows.
    if claims["token_use"] != use or claims["exp"] - claims["iat"] > longest_seconds:
        raise TokenRefused
    return claims


def _key(kid: object) -> str:
    name = settings.text("JWT_SECRET")
    if not isinstance(kid, str):
        raise TokenRefused
    ring = secrets.read(name)
    if kid not in ring:
        ring = secrets.read_again(name)
    if kid not in ring:
        raise TokenRefused
    key: str = ring[kid]
    return key


def _number(kid: str) -> tuple[int, str]:
    """What orders key names by age: k10 is newer than k9."""
    digits = _DIGITS.findall(kid)
    return (int(digits[-1]) if digits else -1), kid


def _user_id(claims: dict[str, Any]) -> int:
    subject = claims["sub"]
    if not (isinstance(subject, str) and subject.isascii() and subject.isdigit()):
        raise TokenRefused
    return int(subject)
