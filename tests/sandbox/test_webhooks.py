"""Webhooks on their way: repeated, shuffled, dropped, delayed, and sent until they are taken."""

import json
import time
from collections import Counter

import httpx
import pytest


def pay(paystack: httpx.Client, number: int) -> None:
    payment = {"email": "b@example.com", "amount": 100, "currency": "GHS", "reference": f"ORD_{number}_a"}
    page = paystack.post("/transaction/initialize", json=payment).json()["data"]
    httpx.post(page["authorization_url"], data={"outcome": "success"})


def references(received) -> list[str]:
    return [json.loads(request.body)["data"]["reference"] for request in received]


def settled(http: httpx.Client) -> list[dict]:
    """What became of the webhooks, when none is on its way any more."""
    while (state := http.get("/deliveries").json())["pending"]:
        time.sleep(0.01)
    return state["deliveries"]


def test_each_webhook_is_sent_so_often(paystack, http, receiver) -> None:
    http.post("/settings", json={"repeat": 3})
    for number in range(4):
        pay(paystack, number)
    settled(http)
    assert Counter(references(receiver.received)) == {f"ORD_{number}_a": 3 for number in range(4)}
    assert len({request.body for request in receiver.received}) == 4


def test_a_random_number_of_times(paystack, http, receiver) -> None:
    http.post("/settings", json={"repeat": [1, 5]})
    for number in range(40):
        pay(paystack, number)
    settled(http)
    counts = Counter(references(receiver.received))
    assert len(counts) == 40
    assert set(counts.values()) <= {1, 2, 3, 4, 5}
    assert len(set(counts.values())) > 1


def test_shuffled_webhooks_overtake_each_other(paystack, http, receiver) -> None:
    http.post("/settings", json={"shuffle": True, "repeat": 2})
    for number in range(20):
        pay(paystack, number)
    settled(http)
    came = references(receiver.received)
    first = list(dict.fromkeys(came))
    assert len(came) == 40
    assert first != sorted(first, key=lambda name: int(name.split("_")[1]))


def test_dropped_webhooks_never_come(paystack, http, receiver) -> None:
    http.post("/settings", json={"drop": True})
    pay(paystack, 1)
    assert [entry["status"] for entry in settled(http)] == ["dropped"]
    http.post("/settings", json={"drop": 0.5})
    for number in range(40):
        pay(paystack, number + 2)
    statuses = Counter(str(entry["status"]) for entry in settled(http)[1:])
    assert statuses["dropped"] + statuses["200"] == 40
    assert 0 < statuses["dropped"] < 40
    assert len(receiver.received) == statuses["200"]


def test_twins_and_delay(paystack, http, receiver) -> None:
    http.post("/settings", json={"twins_ms": 50, "delay_ms": 60})
    pay(paystack, 1)
    assert http.get("/deliveries").json() == {"pending": 2, "deliveries": []}
    settled(http)
    assert references(receiver.received) == ["ORD_1_a"] * 2


def test_a_webhook_is_sent_again_until_it_is_taken(paystack, http, receiver) -> None:
    http.post("/settings", json={"retry_ms": [5, 5, 5]})
    receiver.answers.extend([500, 302, 200])
    pay(paystack, 1)
    tried = [(entry["status"], entry["tries"]) for entry in settled(http)]
    assert tried == [(500, 1), (302, 2), (200, 3)]
    assert len({request.body for request in receiver.received}) == 1


def test_a_webhook_that_nobody_takes_is_given_up(paystack, http) -> None:
    http.post("/settings", json={"retry_ms": [1, 1], "webhook_url": "http://127.0.0.1:9/{provider}"})
    pay(paystack, 1)
    assert [(entry["status"], entry["tries"]) for entry in settled(http)] == [
        ("ConnectionRefusedError", tries) for tries in (1, 2, 3)
    ]


def test_settings_are_shown_changed_and_forgotten(http: httpx.Client) -> None:
    before = http.get("/settings").json()
    wanted = {"repeat": 2, "shuffle": True, "drop": 0.1, "faults": [{"kind": "lost", "on": "paystack", "times": 3}]}
    assert http.post("/settings", json=wanted).json() == before | wanted
    assert http.get("/settings").json() == before | wanted
    assert http.delete("/settings").json() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"repeat": 0},
        {"repeat": 6},
        {"repeat": True},
        {"repeat": [0, 2]},
        {"shuffle": 1},
        {"delay_ms": -1},
        {"drop": 1.5},
        {"drop": "all"},
        {"retry_ms": 5},
        {"signature": "md5"},
        {"faults": [{"kind": "flood"}]},
        {"faults": [{"kind": "lost", "times": 0}]},
        {"faults": {}},
        {"unknown": 1},
        [],
    ],
)
def test_settings_that_make_no_sense_are_refused(http: httpx.Client, wrong: object) -> None:
    before = http.get("/settings").json()
    answer = http.post("/settings", json=wrong)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert http.get("/settings").json() == before
