"""Many calls that wait for AWS at the same time, in threads of one function."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Subject = TypeVar("Subject")
Answer = TypeVar("Answer")

THREADS = 16


def run_all(
    action: Callable[[Subject], Answer], subjects: Sequence[Subject], threads: int = THREADS
) -> list[Answer | Exception]:
    """`action` of every subject, at most `threads` at a time; the outcomes in order, exceptions among them.

    One subject's exception stops no other. A single subject is dealt with in the caller's own thread.
    """
    if len(subjects) < 2:
        return [_attempt(action, subject) for subject in subjects]
    from concurrent.futures import ThreadPoolExecutor  # Functions that never come here do not load it.

    with ThreadPoolExecutor(min(threads, len(subjects))) as pool:
        futures = [pool.submit(_attempt, action, subject) for subject in subjects]
    return [future.result() for future in futures]


def run_beside(work: Callable[[], object], answer: Callable[[], Answer], patience: float) -> Answer:
    """What `answer` answers, or raises, while `work` is done in a thread; it is waited for at most `patience` seconds
    after that. `work` deals with its own errors."""
    from threading import Thread

    thread = Thread(target=work, daemon=True)
    thread.start()
    try:
        return answer()
    finally:
        thread.join(patience)


def _attempt(action: Callable[[Subject], Answer], subject: Subject) -> Answer | Exception:
    try:
        return action(subject)
    except Exception as error:
        return error
