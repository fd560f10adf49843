"""The second factor in the panel: set up, asked for at login, replaced by a backup code, and switched off."""

from e2e.test_twofactor import early_in_a_step, staff_member
from support.authenticator import Authenticator
from support.browser import Page
from support.stack import Stack


def log_in(page: Page, stack: Stack, login: dict[str, str]) -> None:
    page.visit(f"{stack.url}/admin")
    page.fill("Email", login["email"])
    page.fill("Password", login["password"])
    page.press("Log in")


def test_staff_sets_it_up_and_logs_in_with_both_kinds_of_code(page: Page, stack: Stack) -> None:
    login, _ = staff_member(stack)
    log_in(page, stack, login)
    page.press("My account")
    early_in_a_step()
    page.press("Set up two-factor authentication")
    page.sees("Scan this with your authenticator app")
    assert page.run("return document.querySelector('img.qr').naturalWidth") > 100
    secret = page.run("return document.querySelector('#secret').textContent")
    app = Authenticator(f"otpauth://totp/Bazaar?secret={secret}&issuer=Bazaar")
    page.fill("Code of your app", app.code_of_oathtool(steps=-1))
    page.press("Switch on")
    page.sees("They are shown now and never again")
    codes = page.run("return [...document.querySelectorAll('.codes code')].map((code) => code.textContent)")
    assert len(codes) == 10
    page.press("I have kept them")
    page.sees("10 backup codes are left")

    page.press("Log out")
    log_in(page, stack, login)
    page.sees("Code of your app")
    assert page.run("return localStorage.length") == 0
    page.fill("Code of your app", app.code_of_oathtool())
    page.press("Verify")
    page.sees("Log out")

    page.press("Log out")
    log_in(page, stack, login)
    page.press("Use a backup code")
    page.fill("Backup code", codes[0])
    page.press("Verify")
    page.sees("Log out")
    page.press("My account")
    page.sees("9 backup codes are left")

    page.press("Switch off …")
    page.fill("Code of your app, or a backup code", codes[1])
    page.press("Switch off")
    page.sees("Your password alone logs you in.")
