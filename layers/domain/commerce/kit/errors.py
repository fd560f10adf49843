"""Facts that stop a use case. They know nothing of HTTP; each contract maps them in one table.

CommerceError
├── InvalidInput            the caller's values break a rule, field by field
├── Unauthenticated         nobody, or nobody we can believe
│   └── TokenRefused        a token that is forged, expired, spent or of another use
├── Forbidden               known, but may not do this
│   └── TwoFactorRequired   the password was right, the second factor is still owed
├── NotFound                it does not exist, or not for this caller
├── Refused                 a rule of the business says no (each noun derives its own)
├── RateLimited             too many attempts; says when to come back
├── Busy                    others kept changing the same thing; trying again is safe
├── Unavailable             something that we rest on does not answer; trying again later is safe
├── KeyReused               an Idempotency-Key came with another request than its first
└── KeyInProgress           the first request with this Idempotency-Key has not ended yet
"""

from collections.abc import Mapping


class CommerceError(Exception):
    """Base of all facts. `code` is stable and machine readable, the message is English for a person."""

    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(CommerceError):
    """`fields` maps each offending field to its messages, in the caller's own field names where the edge knows them."""

    code = "invalid"

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(texts)}" for name, texts in fields.items()))
        self.fields = dict(fields)

    @classmethod
    def of(cls, field: str, message: str) -> "InvalidInput":
        """One field with one message."""
        return cls({field: [message]})


class Unauthenticated(CommerceError):
    code = "not_authenticated"

    def __init__(self, message: str = "Authentication credentials were not provided.") -> None:
        super().__init__(message)


class TokenRefused(Unauthenticated):
    code = "token_not_valid"

    def __init__(self, message: str = "Token is invalid or expired.") -> None:
        super().__init__(message)


class Forbidden(CommerceError):
    code = "permission_denied"

    def __init__(self, message: str = "You do not have permission to perform this action.") -> None:
        super().__init__(message)


class TwoFactorRequired(Forbidden):
    code = "2fa_required"

    def __init__(self) -> None:
        super().__init__("Two-factor authentication is required.")


class NotFound(CommerceError):
    """`what` is the noun that was looked for, capitalised: Product, Order, Cart item."""

    code = "not_found"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} not found.")
        self.what = what


class Refused(CommerceError):
    code = "refused"


class RateLimited(CommerceError):
    """`retry_after` is in whole seconds."""

    code = "rate_limited"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many attempts. Try again in {retry_after} seconds.")
        self.retry_after = retry_after


class Busy(CommerceError):
    code = "busy"

    def __init__(self) -> None:
        super().__init__("Too many changes at the same time. Please try again.")


class Unavailable(CommerceError):
    code = "unavailable"

    def __init__(self, message: str = "This is not available at the moment. Please try again.") -> None:
        super().__init__(message)


class KeyReused(CommerceError):
    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used with a different request.")


class KeyInProgress(CommerceError):
    code = "idempotency_key_in_progress"

    def __init__(self) -> None:
        super().__init__("A request with this Idempotency-Key is still running.")
