"""Mails out to SES."""

from commerce.kit import aws
from commerce.mail.model import Mail


class MailServer:
    """Sends as one address, which has to be a verified identity."""

    def __init__(self, sender: str) -> None:
        self._sender = sender

    def send(self, mail: Mail) -> None:
        """Send it. A call is made once, as a repeated one would be a second mail. The SDK's errors rise."""
        aws.client("sesv2", attempts=1).send_email(
            FromEmailAddress=self._sender,
            Destination={"ToAddresses": [mail.to]},
            Content={"Simple": {"Subject": _utf8(mail.subject), "Body": {"Text": _utf8(mail.text)}}},
        )


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
