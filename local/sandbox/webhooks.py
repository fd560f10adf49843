"""Webhooks on their way: repeated, shuffled, delayed, dropped, and sent again until they are answered with 2xx."""

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
_MAX_LOG_ENTRIES = 2_000


@dataclass(frozen=True)
class Webhook:
    """A webhook: its bytes, which never change, and the function that signs them for each delivery."""

    provider: str
    event_type: str
    body: bytes
    sign: Callable[[bytes], dict[str, str]]


@dataclass(order=True)
class _Delivery:
    due: float
    number: int
    webhook: Webhook = field(compare=False)
    tries: int = field(default=0, compare=False)


class WebhookSender:
    """Delivers in threads of its own. `settings` is asked at the moment of sending."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings
        self._random = random.Random()  # noqa: S311 (chooses what to lose, no secret)
        self._queue: list[_Delivery] = []
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._is_open = True
        self._numbers = 0
        self._in_flight = 0
        self._log: deque[dict[str, Any]] = deque(maxlen=_MAX_LOG_ENTRIES)

    def send(self, webhook: Webhook) -> None:
        """Schedules the webhook's deliveries, if there is an address for them."""
        settings = self._settings()
        if not settings.webhook_url:
            return
        repeat = settings.repeat
        copies = repeat if isinstance(repeat, int) else self._random.randint(*repeat)
        now = time.monotonic()
        with self._changed:
            for _ in range(copies):
                if self._random.random() < settings.drop:
                    self._record(webhook, "dropped", 0)
                    continue
                wait = settings.delay_ms + (self._random.uniform(0, SHUFFLE_MS) if settings.shuffle else 0)
                self._add(webhook, now + wait / 1000, 0)
                if settings.twins_ms:
                    self._add(webhook, now + (wait + self._random.uniform(0, settings.twins_ms)) / 1000, 0)

    def state(self) -> dict[str, Any]:
        """How many webhooks are on their way, and what became of the last ones."""
        with self._changed:
            return {"pending": len(self._queue) + self._in_flight, "deliveries": list(self._log)}

    def close(self) -> None:
        """Ends the threads; what has not been delivered is dropped."""
        with self._changed:
            self._is_open = False
            self._queue.clear()
            self._changed.notify_all()
        deadline = time.monotonic() + SHUTDOWN_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _add(self, webhook: Webhook, due: float, tries: int) -> None:
        self._numbers += 1
        heappush(self._queue, _Delivery(due, self._numbers, webhook, tries))
        if len(self._threads) < WORKERS:
            self._threads.append(threading.Thread(target=self._work, name="sandbox-webhooks", daemon=True))
            self._threads[-1].start()
        self._changed.notify_all()

    def _work(self) -> None:
        while delivery := self._next():
            status = self._deliver(delivery.webhook)
            pauses = self._settings().retry_ms
            with self._changed:
                self._in_flight -= 1
                self._record(delivery.webhook, status, delivery.tries + 1)
                is_done = isinstance(status, int) and 200 <= status < 300
                if self._is_open and not is_done and delivery.tries < len(pauses):
                    due = time.monotonic() + pauses[delivery.tries] / 1000
                    self._add(delivery.webhook, due, delivery.tries + 1)

    def _next(self) -> _Delivery | None:
        with self._changed:
            while self._is_open:
                wait = self._queue[0].due - time.monotonic() if self._queue else None
                if wait is not None and wait <= 0:
                    self._in_flight += 1
                    return heappop(self._queue)
                self._changed.wait(wait)
            return None

    def _deliver(self, webhook: Webhook) -> int | str:
        target = urlsplit(self._settings().webhook_url.replace("{provider}", webhook.provider))
        headers = {"content-type": "application/json", "user-agent": f"sandbox-{webhook.provider}"}
        connection = http.client.HTTPConnection(target.hostname or "", target.port or 80, timeout=TIMEOUT_SECONDS)
        try:
            path = f"{target.path}?{target.query}" if target.query else target.path
            connection.request("POST", path, webhook.body, headers | webhook.sign(webhook.body))
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()
        return response.status

    def _record(self, webhook: Webhook, status: int | str, tries: int) -> None:
        entry = {"provider": webhook.provider, "event": webhook.event_type, "status": status, "tries": tries}
        self._log.append(entry | {"at": time.time_ns() // 1_000_000})
