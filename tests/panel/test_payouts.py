"""Payouts in the panel: what sellers are owed, what they were paid, and asking the provider again."""

from support.browser import Page
from support.stack import Stack


def test_what_sellers_are_owed_and_were_paid_is_seen_and_checked(panel: Page, stack: Stack) -> None:
    staff = stack.client("admin", stack.login("admin"))
    [paid, *_] = staff.get("/api/payouts/", params={"state": "paid"}).json()["payouts"]
    balances = staff.get("/api/payouts/balances/").json()["balances"]

    panel.press("Payouts")
    panel.sees("Balances of sellers")
    assert str(balances[0]["seller_id"]) in panel.text
    panel.fill("Payouts that are", "paid")
    panel.sees(paid["reference"])
    panel.press(f"Check {paid['reference']}")
    panel.sees("The payout is paid.")
