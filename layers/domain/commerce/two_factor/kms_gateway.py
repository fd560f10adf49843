"""Secrets of second factors, encrypted by a key of KMS that never leaves it.

A secret is sealed together with its owner: what was sealed for one account opens for no other.
"""

import base64

from commerce.kit import aws


class Sealer:
    """Seals and opens with one key, by its ARN or alias."""

    def __init__(self, key: str) -> None:
        self._key = key

    def seal(self, user_id: int, secret: str) -> str:
        """The secret as it may be stored."""
        answer = aws.client("kms").encrypt(
            KeyId=self._key, Plaintext=secret.encode(), EncryptionContext=_context(user_id)
        )
        return base64.b64encode(answer["CiphertextBlob"]).decode()

    def open(self, user_id: int, sealed: str) -> str:
        """The secret that was sealed for this account. The SDK's errors rise, for what was sealed for another too."""
        answer = aws.client("kms").decrypt(
            KeyId=self._key, CiphertextBlob=base64.b64decode(sealed), EncryptionContext=_context(user_id)
        )
        secret: bytes = answer["Plaintext"]
        return secret.decode()


def _context(user_id: int) -> dict[str, str]:
    return {"purpose": "two-factor", "account": str(user_id)}
