"""The page where a buyer decides: who wants how much, and the buttons Pay and Decline. Works without scripts."""

from html import escape
from typing import Any

from starlette.responses import HTMLResponse, Response

from local.sandbox import features, money
from local.sandbox.context import MERCHANT

_STYLE = """
:root { color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }
main { width: min(26rem, 92vw); padding: 2rem; box-sizing: border-box; border: 1px solid GrayText; }
h1 { font-size: 1.3rem; margin: 0 0 1rem; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .3rem 1.2rem; margin: 0 0 1.5rem; }
dt { opacity: .75; }
dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
.amount { font-size: 1.5rem; font-weight: 600; }
form { display: grid; gap: .7rem; }
button { font: inherit; padding: .7rem; border-radius: 8px; border: 1px solid #1a6b3c; cursor: pointer; }
button[value=success] { background: #1a6b3c; color: #fff; font-weight: 600; }
button[value=failure] { background: transparent; color: inherit; border-color: GrayText; }
button:focus-visible { outline: 3px solid #2b7fff; outline-offset: 2px; }
table { border-collapse: collapse; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid GrayText; }
main:has(table) { width: min(60rem, 92vw); }
.note { margin: 1.2rem 0 0; font-size: .85rem; opacity: .75; }
"""
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_OUTCOMES = {"success": "The payment was made.", "failure": "The payment was declined."}


def decision(page: dict[str, Any], title: str) -> Response:
    """The page of an open payment, or its outcome."""
    amount = f"{money.major(page['amount_minor'], page['currency'])} {page['currency']}"
    rows = [
        ("Amount", f'<strong class="amount">{escape(amount)}</strong>'),
        ("Merchant", escape(MERCHANT)),
        ("Provider", f"{escape(title)} (sandbox)"),
        ("Reference", escape(page["reference"])),
    ]
    if page["prompt"]:
        rows.append(("From", escape(page["prompt"])))
    if page["otp"]:
        rows.append(("Voucher", f"<strong>{escape(page['otp'])}</strong>"))
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    if page["outcome"]:
        rest = f'<p role="status">{_OUTCOMES[page["outcome"]]}</p>'
        if page["onward"]:
            rest += f'<p><a href="{escape(page["onward"])}">Back to {escape(MERCHANT)}</a></p>'
    else:
        rest = "<p>Enter the voucher in the shop, or decide here.</p>" if page["otp"] else ""
        rest += (
            '<form method="post"><button name="outcome" value="success">Pay</button>'
            '<button name="outcome" value="failure">Decline</button></form>'
        )
    note = '<p class="note">A sandbox on this machine: no money moves.</p>'
    return _page(200, f"Pay {amount}", f"<h1>Pay {escape(MERCHANT)}</h1><dl>{listed}</dl>{rest}{note}")


def front(titles: dict[str, str]) -> Response:
    """The front page: what the sandbox simulates of each provider, and what it does not."""
    parts = ["<h1>Payment sandbox</h1><p>Providers that take no money. What is simulated of each:</p>"]
    for name, title in titles.items():
        rows = "".join(
            f"<tr><td>{escape(feature.name)}</td><td>{'yes' if feature.is_simulated else 'no'}</td>"
            f"<td>{escape(feature.notes)}</td></tr>"
            for feature in features.of(name)
        )
        head = '<tr><th scope="col">What</th><th scope="col">Here</th><th scope="col">How</th></tr>'
        parts.append(f"<h2>{escape(title)}</h2><table><thead>{head}</thead><tbody>{rows}</tbody></table>")
    return _page(200, "Payment sandbox", "".join(parts))


def problem(status: int, message: str) -> Response:
    """A page that says what is wrong."""
    return _page(status, "Payment", f"<h1>Payment</h1><p>{escape(message)}</p>")


def _page(status: int, title: str, content: str) -> Response:
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main>{content}</main></body></html>"
    )
    return HTMLResponse(text, status, _HEADERS)
