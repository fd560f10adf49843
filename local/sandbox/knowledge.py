"""What the sandbox imitates of each provider and what not: shown on its front page, and in docs/providers.md."""

from typing import NamedTuple


class Row(NamedTuple):
    """One subject: whether it is imitated, and how, or why not."""

    provider: str
    subject: str
    is_imitated: bool
    words: str


ROWS = (
    Row(
        "paystack", "ProductSummary page", True, "transaction/initialize and verify; abandoned until somebody decides."
    ),
    Row("paystack", "Mobile money", True, "mtn and atl wait for the phone; vod answers send_otp and wants a voucher."),
    Row("paystack", "Mobile money in cedis only", False, "Charged here in the shop's currency; theirs takes GHS."),
    Row("paystack", "Units", True, "Hundredths of every currency, whole francs only; eight currencies."),
    Row("paystack", "Fee borne by the buyer", True, "Setting buyer_pays_fee: amount beyond requested_amount."),
    Row("paystack", "Refunds", True, "Pending when made, processed, failed or needs-attention when one looks again."),
    Row("paystack", "Disputes", True, "charge.dispute.create and resolve on request, and dispute/{id}."),
    Row("paystack", "Phone's page of a charge", False, "A `url` beside pay_offline stands for the buyer's phone."),
    Row("paystack", "Transfers, plans, splits", False, "Their webhooks are read by the shop; nothing sends them here."),
    Row(
        "flutterwave",
        "ProductSummary page",
        True,
        "payments, with a session that ends; unknown until somebody has paid.",
    ),
    Row("flutterwave", "Mobile money of Ghana", True, "charges; MTN, VODAFONE, AIRTELTIGO go to a page."),
    Row(
        "flutterwave",
        "Mobile money in cedis only",
        False,
        "Charged here in the shop's currency; theirs takes GHS.",
    ),
    Row("flutterwave", "Time-out", True, "Fault 503-after: done, and answered with the error that says nothing."),
    Row("flutterwave", "Refunds", True, "Answered completed (begun); completed-mpgs or completed-momo later."),
    Row("flutterwave", "Failed refunds", True, "The status stays completed; disburse_status in meta says failed."),
    Row("flutterwave", "Webhooks of refunds", False, "Their form is not published; the shop asks for open refunds."),
    Row("flutterwave", "Chargebacks", False, "Answered in its dashboard."),
    Row("paypal", "Orders", True, "Created, approved, captured; forgotten after three hours without capture."),
    Row(
        "paypal", "Refusals", True, "Every name that its reference lists for capture and refund, by ?refuse= or fault."
    ),
    Row("paypal", "Request ids", True, "The first answer again, refusals included; never a second capture."),
    Row("paypal", "Refunds", True, "COMPLETED, or PENDING with slow_refunds; listed in the order by invoice_id."),
    Row("paypal", "Disputes", True, "CUSTOMER.DISPUTE.CREATED and RESOLVED on request, and customer/disputes/{id}."),
    Row("paypal", "Certificates", False, "Webhooks carry an HMAC that only its own endpoint can verify."),
    Row("paypal", "Authorizations, vault, cards", False, "Not used by the shop."),
    Row("stripe", "Checkout and PaymentIntents", True, "Through its own SDK; pages end at expires_at, and by expire."),
    Row(
        "stripe",
        "Idempotency keys",
        True,
        "First answer for a day, errors of execution included; other parameters refused.",
    ),
    Row(
        "stripe", "Units", True, "Zero, two and three decimals, whole shillings and krónur; unknown parameters refused."
    ),
    Row("stripe", "Refunds", True, "Succeeded at once as with cards, pending with slow_refunds, failed by setting."),
    Row("stripe", "Disputes", True, "charge.dispute.created and closed on request, with balance transactions."),
    Row("stripe", "Radar, 3-D Secure, Connect", False, "Not used by the shop."),
)


def of(provider: str) -> list[Row]:
    """The rows of one provider."""
    return [row for row in ROWS if row.provider == provider]
