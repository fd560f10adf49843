"""Words: one rule for texts and queries."""

import pytest

from commerce.search import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Smartphone Pro Max", ["smartphone", "pro", "max"]),
        ("Café CRÈME", ["cafe", "creme"]),
        ("Cafe\u0301", ["cafe"]),
        ("Straße ŁÓDŹ Smørrebrød", ["strasse", "lodz", "smorrebrod"]),
        ("İstanbul ıspanak", ["istanbul", "ispanak"]),
        ("ﬁne ＷＩＤＥ x²", ["fine", "wide", "x2"]),
        ("Acme™ Men's men’s", ["acme", "mens", "mens"]),
        ('wi-fi 5.5" a_b', ["wi", "fi", "5", "5", "a", "b"]),
        ("防水手机壳 телефон हिन्दी", ["防水手机壳", "телефон", "हिनदी"]),
        (
            'name:(a OR b) AND "x"~2 [1 TO 2] +c -d *',
            ["name", "a", "or", "b", "and", "x", "2", "1", "to", "2", "c", "d"],
        ),
        ("\x00\ud800🎧!?", []),
        ("", []),
        ("x" * 500, ["x" * words.LONGEST_WORD]),
    ],
)
def test_splits_into_folded_words(text: str, expected: list[str]) -> None:
    assert words.split(text) == expected


def test_finds_hyphenated_words_in_one_piece_too() -> None:
    assert words.indexed("Wi-Fi T-Shirt, wi-fi") == ["wi", "fi", "t", "shirt", "wifi", "tshirt"]


def test_a_query_counts_distinct_words_within_bounds() -> None:
    assert words.asked("red RED Réd phone") == ["red", "phone"]
    assert words.asked(" ".join(f"w{number}" for number in range(100))) == [f"w{number}" for number in range(16)]
    assert words.asked("y" * 10_000) == ["y" * words.LONGEST_WORD]


def test_endings_reach_down_to_two_characters() -> None:
    assert words.endings(["phone", "a", "ne"]) == ["phone", "hone", "one", "ne", "a"]
