"""Two-factor authentication on the deployed stack, over every login there is, with an authenticator that is not the
product's: oathtool where it is installed, else the tests' own from the RFCs. KMS, the stream, the bus and the mail
worker are the stack's, each with its own rights."""

import time
from typing import Any
from uuid import uuid4

import httpx

from support.authenticator import Authenticator
from support.stack import Stack, awaited

PASSWORD = "quartz-meadow-91"
# Contract, its login, its name of an access token, its routes of accounts.
DOORS = (
    ("storefront", "/auth/api/token/", "access", "/api/auth/"),
    ("parts", "/api/users/login/", "access_token", "/api/auth/"),
    ("marketplace", "/api/auth/login/", "access", "/api/auth/"),
    ("admin", "/api/auth/login/", "access", "/api/auth/"),
)


def staff_member(stack: Stack) -> tuple[dict[str, str], httpx.Client]:
    """A new account that every door lets in: its login, and a client of the storefront."""
    name = uuid4().hex[:12]
    login = {"email": f"{name}@example.com", "password": PASSWORD}
    form = login | {"username": name, "password_confirm": PASSWORD}
    registered = stack.client("storefront").post("/auth/api/register/", json=form)
    assert registered.status_code == 201, registered.text
    stack.make_staff(registered.json()["user"]["id"])
    return login, stack.client("storefront", registered.json()["access"])


def enrolled(client: httpx.Client) -> tuple[Authenticator, list[str]]:
    """The app that a client's account was set up with, by the code of the step before, and the backup codes."""
    shown = client.post("/api/auth/enable-2fa/")
    assert shown.status_code == 200, shown.text
    app = Authenticator(shown.json()["otpauth_url"])
    verified = client.post("/api/auth/verify-2fa/", json={"token": app.code_of_oathtool(steps=-1)})
    assert verified.status_code == 200, verified.text
    return app, verified.json()["backup_codes"]


def early_in_a_step() -> None:
    """The codes of three steps are used within one, so there has to be enough left of it."""
    while time.time() % 30 > 10:
        time.sleep(0.5)


def entered(
    stack: Stack, door: tuple[str, str, str, str], login: dict[str, str]
) -> tuple[dict[str, Any], httpx.Client]:
    contract, path, access, _ = door
    answer = stack.client(contract).post(path, json=login)
    assert answer.status_code == 200, answer.text
    return answer.json(), stack.client(contract, answer.json()[access])


def test_a_second_factor_protects_an_account_at_every_door(stack: Stack) -> None:
    login, shop = staff_member(stack)
    for door in DOORS:
        body, client = entered(stack, door, login)
        assert "two_factor_required" not in body
        assert client.get(f"{door[3]}sessions/").status_code == 200

    early_in_a_step()
    app, backup_codes = enrolled(shop)
    factors = (
        ("verify-2fa", {"token": app.code_of_oathtool()}),
        ("verify-2fa", {"token": app.code_of_oathtool(steps=1)}),
        ("validate-backup-code", {"backup_code": backup_codes[0]}),
        ("validate-backup-code", {"backup_code": backup_codes[1].lower()}),
    )
    full: dict[str, httpx.Client] = {}
    for door, (name, factor) in zip(DOORS, factors, strict=True):
        contract, _, _, base = door
        body, client = entered(stack, door, login)
        assert body["two_factor_required"] is True
        refused = client.get(f"{base}sessions/")
        assert (refused.status_code, refused.headers["X-Error-Code"]) == (403, "2fa_required")
        traded = client.post(f"{base}{name}/", json=factor)
        assert traded.status_code == 200, (contract, traded.text)
        full[contract] = stack.client(contract, traded.json()["access"])
        assert full[contract].get(f"{base}sessions/").status_code == 200
        # What was used once is worth nothing at any door.
        again = entered(stack, DOORS[0], login)[1].post(f"/api/auth/{name}/", json=factor)
        assert (again.status_code, again.headers["X-Error-Code"]) == (400, "wrong_code")

    off = full["admin"].post("/api/auth/disable-2fa/", json={"backup_code": backup_codes[2]})
    assert (off.status_code, off.json()) == (200, {"enabled": False})
    for door in DOORS:
        assert "two_factor_required" not in entered(stack, door, login)[0]

    told = awaited(
        lambda: sorted(mail["subject"] for mail in mails(stack) if mail["to"] == login["email"]),
        lambda found: len(found) >= 4,
    )
    assert told == [
        "A backup code was used",
        "A backup code was used",
        "Two-factor authentication is off",
        "Two-factor authentication is on",
    ]


def test_wrong_codes_lock_the_second_factor_at_all_doors_and_nobody_else_s(stack: Stack) -> None:
    login, shop = staff_member(stack)
    early_in_a_step()
    app, backup_codes = enrolled(shop)
    right = {app.code_of_oathtool(steps=steps) for steps in (-1, 0, 1, 2)}
    wrong = next(code for code in ("111111", "222222", "333333", "444444", "555555") if code not in right)
    clients = [entered(stack, door, login)[1] for door in DOORS]
    statuses = [
        clients[turn % 4].post(f"{DOORS[turn % 4][3]}verify-2fa/", json={"token": wrong}).status_code
        for turn in range(7)
    ]
    assert statuses == [400] * 5 + [429] * 2
    locked = clients[3].post("/api/auth/validate-backup-code/", json={"backup_code": backup_codes[0]})
    assert (locked.status_code, locked.headers["X-Error-Code"]) == (429, "rate_limited")


def mails(stack: Stack) -> list[dict[str, Any]]:
    """All that was mailed since the stack started."""
    found: list[dict[str, Any]] = httpx.get(f"{stack.url}/mails.json", timeout=30).json()["mails"]
    return found
