"""Webhooks on their way: repeated, shuffled, delayed, dropped, and sent again until somebody says 2xx."""

import http.client
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any
from urllib.parse import urlsplit

from local.sandbox.settings import Settings

WORKERS = 8
TIMEOUT_SECONDS = 15.0
SHUTDOWN_SECONDS = 3.0
# Shuffled webhooks leave at random within this time; those of a burst overtake each other.
SHUFFLE_MS = 400
_REMEMBERED = 2_000


@dataclass(frozen=True)
class Event:
    """A webhook: its bytes, which never change, and how they are signed, again for each delivery."""

    provider: str
    name: str
    body: bytes
    sign: Callable[[bytes], dict[str, str]]


@dataclass(order=True)
class _Delivery:
    due: float
    number: int
    event: Event = field(compare=False)
    tries: int = field(default=0, compare=False)


class WebhookSender:
    """Delivers in threads of its own. `settings` answers how, at the moment of sending."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings
        self._random = random.Random()  # noqa: S311 (chooses what to lose, no secret)
        self._queue: list[_Delivery] = []
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._is_open = True
        self._numbers = 0
        self._under_way = 0
        self._log: deque[dict[str, Any]] = deque(maxlen=_REMEMBERED)

    def send(self, event: Event) -> None:
        """Puts the event's deliveries on their way, if there is an address for them."""
        settings = self._settings()
        if not settings.webhook_url:
            return
        repeat = settings.repeat
        copies = repeat if isinstance(repeat, int) else self._random.randint(*repeat)
        now = time.monotonic()
        with self._changed:
            for _ in range(copies):
                if self._random.random() < settings.drop:
                    self._note(event, "dropped", 0)
                    continue
                wait = settings.delay_ms + (self._random.uniform(0, SHUFFLE_MS) if settings.shuffle else 0)
                self._add(event, now + wait / 1000, 0)
                if settings.twins_ms:
                    self._add(event, now + (wait + self._random.uniform(0, settings.twins_ms)) / 1000, 0)

    def state(self) -> dict[str, Any]:
        """How many webhooks are on their way, and what became of the last ones."""
        with self._changed:
            return {"pending": len(self._queue) + self._under_way, "deliveries": list(self._log)}

    def close(self) -> None:
        """Ends the threads; what has not been delivered is forgotten."""
        with self._changed:
            self._is_open = False
            self._queue.clear()
            self._changed.notify_all()
        deadline = time.monotonic() + SHUTDOWN_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _add(self, event: Event, due: float, tries: int) -> None:
        self._numbers += 1
        heappush(self._queue, _Delivery(due, self._numbers, event, tries))
        if len(self._threads) < WORKERS:
            self._threads.append(threading.Thread(target=self._work, name="sandbox-webhooks", daemon=True))
            self._threads[-1].start()
        self._changed.notify_all()

    def _work(self) -> None:
        while delivery := self._next():
            status = self._deliver(delivery.event)
            pauses = self._settings().retry_ms
            with self._changed:
                self._under_way -= 1
                self._note(delivery.event, status, delivery.tries + 1)
                is_done = isinstance(status, int) and 200 <= status < 300
                if self._is_open and not is_done and delivery.tries < len(pauses):
                    due = time.monotonic() + pauses[delivery.tries] / 1000
                    self._add(delivery.event, due, delivery.tries + 1)

    def _next(self) -> _Delivery | None:
        with self._changed:
            while self._is_open:
                wait = self._queue[0].due - time.monotonic() if self._queue else None
                if wait is not None and wait <= 0:
                    self._under_way += 1
                    return heappop(self._queue)
                self._changed.wait(wait)
            return None

    def _deliver(self, event: Event) -> int | str:
        target = urlsplit(self._settings().webhook_url.replace("{provider}", event.provider))
        headers = {"content-type": "application/json", "user-agent": f"sandbox-{event.provider}"}
        connection = http.client.HTTPConnection(target.hostname or "", target.port or 80, timeout=TIMEOUT_SECONDS)
        try:
            path = f"{target.path}?{target.query}" if target.query else target.path
            connection.request("POST", path, event.body, headers | event.sign(event.body))
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()
        return response.status

    def _note(self, event: Event, status: int | str, tries: int) -> None:
        at = time.time_ns() // 1_000_000
        self._log.append({"provider": event.provider, "event": event.name, "status": status, "tries": tries, "at": at})
