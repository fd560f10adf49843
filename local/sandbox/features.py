"""What the sandbox simulates of each provider and what not: shown on its front page and in docs/providers.md."""

from typing import NamedTuple


class Feature(NamedTuple):
    """One feature of a provider: whether it is simulated, and how, or why not."""

    provider: str
    name: str
    is_simulated: bool
    notes: str


FEATURES = (
    Feature("paystack", "Card page", True, "transaction/initialize and verify; abandoned until somebody decides."),
    Feature(
        "paystack", "Mobile money", True, "mtn and atl wait for the phone; vod answers send_otp and wants a voucher."
    ),
    Feature("paystack", "Mobile money in cedis only", False, "Charged here in the shop's currency; theirs takes GHS."),
    Feature("paystack", "Units", True, "Hundredths of every currency, whole francs only; eight currencies."),
    Feature("paystack", "Fee paid by the buyer", True, "Setting buyer_pays_fee: amount beyond requested_amount."),
    Feature(
        "paystack", "Refunds", True, "Pending when made, processed, failed or needs-attention when one looks again."
    ),
    Feature("paystack", "Disputes", True, "charge.dispute.create and resolve on request, and dispute/{id}."),
    Feature("paystack", "Phone's page of a charge", False, "A `url` beside pay_offline stands for the buyer's phone."),
    Feature(
        "paystack", "Transfers", True, "Accounts resolved, recipients; pending when made, then as transfer_outcome."
    ),
    Feature("paystack", "Plans, splits", False, "Not used by the shop."),
    Feature("flutterwave", "Card page", True, "payments, with a session that ends; unknown until somebody has paid."),
    Feature("flutterwave", "Mobile money of Ghana", True, "charges; MTN, VODAFONE, AIRTELTIGO go to a page."),
    Feature(
        "flutterwave",
        "Mobile money in cedis only",
        False,
        "Charged here in the shop's currency; theirs takes GHS.",
    ),
    Feature("flutterwave", "Time-out", True, "Fault 503-after: done, and answered with the error that says nothing."),
    Feature("flutterwave", "Refunds", True, "Answered completed (begun); completed-mpgs or completed-momo later."),
    Feature("flutterwave", "Failed refunds", True, "The status stays completed; disburse_status in meta says failed."),
    Feature(
        "flutterwave", "Webhooks of refunds", False, "Their form is not published; the shop asks for open refunds."
    ),
    Feature("flutterwave", "Transfers", True, "Through beneficiaries; NEW when made, then as transfer_outcome."),
    Feature("flutterwave", "Chargebacks", False, "Answered in its dashboard."),
    Feature("paypal", "Orders", True, "Created, approved, captured; forgotten after three hours without capture."),
    Feature(
        "paypal", "Refusals", True, "Every name that its reference lists for capture and refund, by ?refuse= or fault."
    ),
    Feature("paypal", "Request ids", True, "The first answer again, refusals included; never a second capture."),
    Feature("paypal", "Refunds", True, "COMPLETED, or PENDING with slow_refunds; listed in the order by invoice_id."),
    Feature(
        "paypal", "Disputes", True, "CUSTOMER.DISPUTE.CREATED and RESOLVED on request, and customer/disputes/{id}."
    ),
    Feature("paypal", "Certificates", False, "Webhooks carry an HMAC that only its own endpoint can verify."),
    Feature("paypal", "Authorizations, vault, cards", False, "Not used by the shop."),
    Feature(
        "stripe", "Checkout and PaymentIntents", True, "Through its own SDK; pages end at expires_at, and by expire."
    ),
    Feature(
        "stripe",
        "Idempotency keys",
        True,
        "First answer for a day, errors of execution included; other parameters refused.",
    ),
    Feature(
        "stripe", "Units", True, "Zero, two and three decimals, whole shillings and krónur; unknown parameters refused."
    ),
    Feature(
        "stripe", "Refunds", True, "Succeeded at once as with cards, pending with slow_refunds, failed by setting."
    ),
    Feature("stripe", "Disputes", True, "charge.dispute.created and closed on request, with balance transactions."),
    Feature("stripe", "Connect", True, "Accounts that exist by being named, transfers to them and their reversal."),
    Feature("stripe", "Radar, 3-D Secure", False, "Not used by the shop."),
)


def of(provider: str) -> list[Feature]:
    """The features of one provider."""
    return [feature for feature in FEATURES if feature.provider == provider]
