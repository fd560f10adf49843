"""An authenticator app of our own, written from RFC 4226 and RFC 6238 and not with the library that the product uses:
what it shows is what any app would."""

import base64
import hashlib
import hmac
import shutil
import struct
import subprocess
import time
from urllib.parse import parse_qs, unquote, urlsplit


class Authenticator:
    """An app that was set up with an `otpauth:` address, as by its QR code."""

    def __init__(self, otpauth_url: str) -> None:
        address = urlsplit(otpauth_url)
        settings = {name: values[-1] for name, values in parse_qs(address.query).items()}
        assert (address.scheme, address.netloc) == ("otpauth", "totp")
        assert settings.get("algorithm", "SHA1") == "SHA1"
        self.label = unquote(address.path.lstrip("/"))
        self.issuer = settings["issuer"]
        self.secret = settings["secret"]
        self._key = base64.b32decode(settings["secret"])
        self._digits = int(settings.get("digits", "6"))
        self._period = int(settings.get("period", "30"))

    def code(self, *, steps: int = 0, at: float | None = None) -> str:
        """What it shows now, or `steps` later, or at a time of its own clock."""
        now = time.time() if at is None else at
        return hotp(self._key, int(now) // self._period + steps, self._digits)

    def code_of_oathtool(self, *, steps: int = 0) -> str:
        """The same asked of oathtool where it is installed (Debian: oathtool), else our own."""
        if (program := shutil.which("oathtool")) is None:
            return self.code(steps=steps)
        at = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(time.time() + steps * self._period))
        command = [program, "--totp", "--base32", f"--now={at}", self.secret]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def hotp(key: bytes, counter: int, digits: int = 6) -> str:
    """RFC 4226, section 5.3."""
    digest = hmac.new(key, struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)
