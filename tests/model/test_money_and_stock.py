"""Random sequences of all that may happen to orders, payments, refunds and stock, against the model; and the control:
each defect that this once had, put back, is found."""

import inspect
import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from commerce.kit.errors import CommerceError
from model.defects import DEFECTS
from model.shop import Shop

IS_FULL = os.environ.get("FULL") == "1"
EXAMPLES, STEPS = (1_500, 60) if IS_FULL else (40, 40)


def run(examples: int, steps: int, *, phases: tuple[Phase, ...] = (Phase.generate, Phase.shrink)) -> None:
    run_state_machine_as_test(
        Shop,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=not IS_FULL,
            phases=phases,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


def test_whatever_happens_money_and_stock_are_right() -> None:
    run(EXAMPLES, STEPS)


@pytest.mark.parametrize("name", DEFECTS)
def test_control_each_defect_is_found(name: str) -> None:
    # A refusal that leaves a rule is a find as well: those that may be refused say so.
    with DEFECTS[name](), pytest.raises((AssertionError, ValueError, LookupError, CommerceError)):
        run(600, 40, phases=(Phase.generate,))


def test_there_are_enough_rules() -> None:
    rules = [name for name, member in inspect.getmembers(Shop) if hasattr(member, "hypothesis_stateful_rule")]
    assert len(rules) >= 25
