"""Words: one rule for texts and queries."""

import pytest

from commerce.search import tokenizer


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
        ("x" * 500, ["x" * tokenizer.MAX_WORD_LENGTH]),
    ],
)
def test_splits_into_folded_words(text: str, expected: list[str]) -> None:
    assert tokenizer.split(text) == expected


def test_finds_hyphenated_words_in_one_piece_too() -> None:
    assert tokenizer.indexed("Wi-Fi T-Shirt, wi-fi") == ["wi", "fi", "t", "shirt", "wifi", "tshirt"]


def test_a_query_counts_distinct_words_within_bounds() -> None:
    assert tokenizer.query_terms("red RED Réd phone") == ["red", "phone"]
    assert tokenizer.query_terms(" ".join(f"w{number}" for number in range(100))) == [
        f"w{number}" for number in range(16)
    ]
    assert tokenizer.query_terms("y" * 10_000) == ["y" * tokenizer.MAX_WORD_LENGTH]


def test_endings_reach_down_to_two_characters() -> None:
    assert tokenizer.suffixes(["phone", "a", "ne"]) == ["phone", "hone", "one", "ne", "a"]
