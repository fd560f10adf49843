"""Which texts are e-mail addresses, and which two are one mailbox."""

import pytest

from commerce.accounts.model import normal_email

LABEL = "d" * 63
MAX_DOMAIN_LENGTH = f"{LABEL}.{LABEL}.{LABEL}"


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("user@example.com", "user@example.com"),
        (" User@EXAMPLE.com ", "user@example.com"),
        ("o'brien+tag@example.co.uk", "o'brien+tag@example.co.uk"),
        ("!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"),
        ("user@xn--mnchen-3ya.de", "user@xn--mnchen-3ya.de"),
        ("Straße@example.com", "straße@example.com"),
        ("STRASSE@example.com", "strasse@example.com"),
        ("STRAẞE@example.com", "straße@example.com"),
        ("José@example.com", "josé@example.com"),
        ("Jose\u0301@example.com", "josé@example.com"),
        ("用户@example.com", "用户@example.com"),
        ("x" * 64 + "@example.com", "x" * 64 + "@example.com"),
        (f"u@{MAX_DOMAIN_LENGTH}", f"u@{MAX_DOMAIN_LENGTH}"),
    ],
)
def test_one_form_of_each_mailbox(written: str, normal: str) -> None:
    assert normal_email(written) == normal
    assert normal_email(normal) == normal


@pytest.mark.parametrize(
    "written",
    [
        "",
        "@",
        "user",
        "user@",
        "@example.com",
        "user@localhost",
        "a@b@example.com",
        ".user@example.com",
        "user.@example.com",
        "us..er@example.com",
        "us er@example.com",
        "user\n@example.com",
        "user\0@example.com",
        "us\u200ber@example.com",
        "us\u202eer@example.com",
        '"us er"@example.com',
        "user@[192.0.2.1]",
        "user@192.0.2.1",
        "user@-example.com",
        "user@example-.com",
        "user@exa_mple.com",
        "user@example..com",
        "user@example.com.",
        "user@münchen.de",
        "user@straße.de",
        "ｕｓｅｒ@example.com",
        "x" * 65 + "@example.com",
        "é" * 33 + "@example.com",
        f"user@{'d' * 64}.com",
        f"{'x' * 60}@{MAX_DOMAIN_LENGTH}.com",
        "x" * 100_000,
    ],
)
def test_no_address(written: str) -> None:
    assert normal_email(written) is None


def test_letters_that_sound_alike_are_two_mailboxes() -> None:
    assert normal_email("straße@example.com") != normal_email("strasse@example.com")
