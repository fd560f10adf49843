"""The omnisell client: a social-commerce app. It reads errors as `{"error": text, "details": {…}}`, refused forms with
status 400 and their fields in `details`. What was chosen for it: docs/contracts/omnisell.md.
"""

from commerce.kit.errors import CommerceError, InvalidInput
from commerce.payments.providers.model import SignatureRefused
from rest.api import Api, Contract
from rest.errors import Wording


def omnisell_api() -> Api:
    """The HTTP API of one endpoint group of this contract."""
    return Api(OMNISELL)


OMNISELL = Contract(
    name="omnisell",
    title="Omnisell",
    errors={
        CommerceError: Wording(lambda error: {"error": error.message, "details": {"code": error.code}}),
        InvalidInput: Wording(lambda error: {"error": "Invalid input.", "details": error.fields}),
        # Providers are told 400 for what they did not sign; 401 would make some of them stop.
        SignatureRefused: Wording(status=400),
    },
)
