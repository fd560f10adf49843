"""Addresses and logins of the local stack: a table at the end of `make run`, JSON by `make demo-info`."""

import json
from typing import Any

from local import paths
from local.demo import people
from local.sandbox import keys


def text(seconds: float) -> str:
    """The table of addresses and logins."""
    base = paths.BASE_URL
    rows = [
        ("Start page", base),
        ("Storefront API", f"{base}/storefront/api/products/"),
        ("Documentation", f"{base}/storefront/docs"),
        ("Notifications", f"ws://localhost:{paths.PORT}/storefront/ws/notifications/{{user_id}}/?token=…"),
        ("Admin panel", f"{base}/admin"),
        ("Staff API", f"{base}/admin/api/docs"),
        ("Mails", f"{base}/mails"),
        ("Payment sandbox", f"{paths.SANDBOX_URL}/book"),
        ("AWS endpoint", f"{paths.ENDPOINT} (key test, secret test, {paths.REGION})"),
        ("Log", str(paths.LOG)),
    ]
    logins = [("buyer", people.BUYER), *(("seller", seller) for seller in people.SELLERS), ("staff", people.ADMIN)]
    lines = [f"\nReady in {seconds:.1f} s. Ctrl-C ends it; data is kept until `make reset`.\n"]
    lines += [f"  {name:<16} {value}" for name, value in rows]
    lines.append("")
    lines += [f"  {role:<16} {person.email:<24} {person.password}" for role, person in logins]
    return "\n".join(lines)


def as_json() -> dict[str, Any]:
    """The same as data."""
    return {
        "base_url": paths.BASE_URL,
        "buyer": _login(people.BUYER),
        "sellers": [_login(seller) for seller in people.SELLERS[:2]],
        "admin": _login(people.ADMIN),
        "webhook_secrets": keys.for_webhooks(),
        "webhook_signing": keys.signing(paths.SANDBOX_URL),
    }


def _login(person: people.Person) -> dict[str, str]:
    return {"email": person.email, "password": person.password}


if __name__ == "__main__":
    print(json.dumps(as_json(), indent=2))
