"""Many callers at once. Each is a process of its own, as each Lambda is: the handlers' framework shares its current
event among the threads of a process, and a Lambda never has two requests in one process."""

import multiprocessing
import traceback
from collections.abc import Callable, Sequence
from typing import Any

PROCESSES = 40


class WorkerFailed(AssertionError):
    """An exception of one of the processes, with its own traceback."""


_fork = multiprocessing.get_context("fork")


def at_once(action: Callable[[Any], Any], arguments: Sequence[Any], processes: int = PROCESSES) -> list[Any]:
    """`action` of every argument, shared out among processes that start together; the results in order."""
    processes = min(processes, len(arguments))
    start = _fork.Barrier(processes)
    results = _fork.Queue()
    workers = [
        _fork.Process(target=_work, args=(action, arguments, number, processes, start, results))
        for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    found = dict(results.get() for _ in arguments)
    for worker in workers:
        worker.join()
    failures = [result for result in found.values() if isinstance(result, BaseException)]
    if failures:
        raise failures[0]
    return [found[index] for index in range(len(arguments))]


def _work(action: Any, arguments: Sequence[Any], number: int, step: int, start: Any, results: Any) -> None:
    from commerce.kit import aws

    aws.forget_clients()  # A connection cannot be shared with the parent process.
    start.wait()
    for index in range(number, len(arguments), step):
        try:
            results.put((index, action(arguments[index])))
        except Exception:
            # As text: the SDK makes its error classes at run time, and those cannot be sent to another process.
            results.put((index, WorkerFailed(traceback.format_exc())))
