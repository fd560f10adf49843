"""Two-factor authentication, the same in every contract that has accounts (docs/contracts: two-factor).

Codes come as `token` or as `code`, whichever a client says.
"""

from typing import Annotated, NotRequired, TypedDict

from pydantic import Field

from commerce.kit.errors import InvalidInput, RateLimited, TwoFactorRequired
from commerce.two_factor.model import AlreadyEnabled, NotEnabled, Verified
from commerce.two_factor.service import TwoFactorAuthentication
from rest.api import Access, Api, Request
from rest.bodies import Body
from routes.auth import TokenPair, token_pair

Written = Annotated[str, Field(max_length=100)]


class Code(Body):
    token: Written = ""
    code: Written = ""

    def of_app(self) -> str:
        """The code of the app. Raises InvalidInput when there is none."""
        return _required("token", self.token, self.code)


class BackupCode(Body):
    backup_code: Written = ""
    code: Written = ""
    token: Written = ""

    def of_paper(self) -> str:
        """The backup code. Raises InvalidInput when there is none."""
        return _required("backup_code", self.backup_code, self.code, self.token)


class EitherCode(Body):
    token: Written = ""
    code: Written = ""
    backup_code: Written = ""

    def codes(self) -> tuple[str, str]:
        """The code of the app and the backup code, of which one is there. Raises InvalidInput when neither is."""
        if self.backup_code:
            return "", self.backup_code
        return _required("token", self.token, self.code), ""


class StatusBody(TypedDict):
    enabled: bool
    required: bool
    backup_codes_left: int


class EnrolmentBody(TypedDict):
    secret: str
    otpauth_url: str
    qr_code: str


class VerifiedBody(TokenPair):
    verified: bool
    backup_codes: NotRequired[list[str]]


class ValidBody(TokenPair):
    valid: bool


class Disabled(TypedDict):
    enabled: bool


class BackupCodesBody(TypedDict):
    backup_codes: list[str]


def two_factor_routes(
    api: Api, two_factor: TwoFactorAuthentication, base: str = "/api/auth/", access: Access = Access.USER
) -> None:
    """Routes below `base` by which callers get a second factor, give it at login and part with it; `access` is of those
    that take full tokens only."""

    @api.get(f"{base}2fa-status/", access=access, returns=StatusBody)
    def two_factor_status(request: Request) -> StatusBody:
        """Whether the caller's account has a second factor, and must have one."""
        status = two_factor.status(request.caller)
        return {
            "enabled": status.is_enabled,
            "required": status.is_required,
            "backup_codes_left": status.backup_codes_left,
        }

    @api.post(
        f"{base}enable-2fa/", access=Access.PENDING, returns=EnrolmentBody, raises=(AlreadyEnabled, TwoFactorRequired)
    )
    def enable_two_factor(request: Request) -> EnrolmentBody:
        """A new secret for an authenticator app. It counts once verify-2fa was given a code of it."""
        made = two_factor.enable(request.caller)
        return {"secret": made.secret, "otpauth_url": made.otpauth_url, "qr_code": made.qr_code}

    @api.post(
        f"{base}verify-2fa/",
        access=Access.PENDING,
        body=Code,
        returns=VerifiedBody,
        raises=(NotEnabled, RateLimited),
    )
    def verify_two_factor(request: Request) -> VerifiedBody:
        """Trade pending tokens for full ones with a code of the app. The first code switches two-factor authentication
        on, and is answered with the backup codes, this once."""
        return _verified(two_factor.verify(request.caller, request.body.of_app()))

    @api.post(
        f"{base}validate-backup-code/",
        access=Access.PENDING,
        body=BackupCode,
        returns=ValidBody,
        raises=(NotEnabled, RateLimited),
    )
    def validate_backup_code(request: Request) -> ValidBody:
        """Trade pending tokens for full ones with a backup code, which is used up."""
        found = two_factor.verify_backup_code(request.caller, request.body.of_paper())
        return {"valid": True, **token_pair(found.tokens)}

    @api.post(f"{base}disable-2fa/", access=access, body=EitherCode, returns=Disabled, raises=(NotEnabled, RateLimited))
    def disable_two_factor(request: Request) -> Disabled:
        """Switch two-factor authentication off, with a code of either kind. All other sessions end."""
        two_factor.disable(request.caller, *request.body.codes())
        return {"enabled": False}

    @api.post(
        f"{base}regenerate-backup-codes/",
        access=access,
        body=Code,
        returns=BackupCodesBody,
        raises=(NotEnabled, RateLimited),
    )
    def regenerate_backup_codes(request: Request) -> BackupCodesBody:
        """Ten other backup codes, shown this once. All other sessions end."""
        return {"backup_codes": [*two_factor.regenerate_backup_codes(request.caller, request.body.of_app())]}


def _verified(found: Verified) -> VerifiedBody:
    tokens = found.tokens
    body: VerifiedBody = {"verified": True, "refresh": tokens.refresh, "access": tokens.access}
    if found.backup_codes:
        body["backup_codes"] = [*found.backup_codes]
    return body


def _required(field: str, *written: str) -> str:
    for text in written:
        if text.strip():
            return text
    raise InvalidInput.of(field, "This field is required.")
