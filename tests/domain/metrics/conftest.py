"""A shop in memory for each test; the pauses of a check are counted and not waited for."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from support.small_shop import SmallShop, small_shop


@pytest.fixture
def pauses() -> Iterator[list[float]]:
    """The pauses that checks made."""
    made: list[float] = []
    with patch("commerce.books.service.time.sleep", made.append):
        yield made


@pytest.fixture
def shop(pauses: list[float]) -> Iterator[SmallShop]:
    with small_shop() as shop:
        yield shop
