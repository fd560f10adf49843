"""Both status routes, and the staff's, against the table of moves: every word, from everywhere, by everybody."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from commerce.orders.model import Order
from commerce.orders.service import orders
from commerce.orders.status import Status
from support.account import empty_account
from support.builders import Person, a_person, a_product, an_order
from support.client import Client
from support.fake_provider import FakeProvider
from support.moves import allowed, moves

shop, staff_api = Client("marketplace"), Client("admin")
# The client's words, today's and older ones. Written here and not taken from the code.
OUT = {
    Status.PENDING: "pending_payment",
    Status.CONFIRMED: "payment_confirmed",
    Status.AWAITING_SHIPMENT: "awaiting_shipment",
    Status.SHIPPED: "shipped",
    Status.DELIVERED: "delivered",
    Status.CANCELLED: "cancelled",
}
WORDS = {
    **{word: status for status, word in OUT.items()},
    "refunded": Status.CANCELLED,
    "pending": Status.PENDING,
    "confirmed": Status.CONFIRMED,
    "paid": Status.CONFIRMED,
    "processing": Status.AWAITING_SHIPMENT,
}
ROUTES = ("update_status", "update_order_status")
ACTORS = ("buyer", "seller", "other_seller", "stranger", "staff")


@dataclass
class Scene:
    """An order of two sellers, and everybody."""

    people: dict[str, Person]
    order: Order

    @property
    def seller_id(self) -> int:
        return self.people["seller"].id

    def stand_at(self, status: Status) -> Order:
        """The order with the seller's part there, whatever happened to it before."""
        now = orders().by_id(self.order.id)
        part = replace(self.order.parts[self.seller_id], status=status)
        after = replace(self.order, parts={**self.order.parts, self.seller_id: part}, version=now.version + 1)
        orders()._store.replace(now, after)
        return after


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with empty_account():
        FakeProvider().install()
        people = {name: a_person(is_seller="seller" in name, is_staff=name == "staff") for name in ACTORS}
        products = [(a_product(people[name], stock=5_000), 1) for name in ("seller", "other_seller")]
        yield Scene(people, an_order(people["buyer"], *products))


def outcome(actor: str, start: Status, target: Status) -> str:
    [found] = [move.outcome for move in moves() if (move.actor, move.start, move.target) == (actor, start, target)]
    return found


def test_there_are_enough_triples() -> None:
    assert len(Status) * len(WORDS) * len(ACTORS) >= 300


@pytest.mark.covers("marketplace", "PATCH", "/api/marketplace/orders/{id}/update_status/")
@pytest.mark.covers("marketplace", "PATCH", "/api/marketplace/orders/{id}/update_order_status/")
@pytest.mark.parametrize("start", Status)
@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("route", ROUTES)
def test_only_what_the_table_allows_passes(scene: Scene, route: str, actor: str, start: Status) -> None:
    for word, target in WORDS.items():
        before = scene.stand_at(start)
        answer = shop.patch(
            f"/api/marketplace/orders/{scene.order.id}/{route}/",
            json={"status": word, "seller_id": scene.seller_id},
            token=scene.people[actor].access,
        )
        after = orders().by_id(scene.order.id)
        match outcome(actor, start, target):
            case "hidden":
                assert answer.status == 404, word
                assert after.version == before.version
            case "no":
                assert (answer.status, answer.code) == (400, "transition_refused"), word
                assert answer.body == {
                    "detail": f"An order that is {start} cannot become {target}.",
                    "current_status": OUT[start],
                    "allowed_transitions": [OUT[status] for status in allowed(actor, start)],
                }
                assert after.version == before.version
            case "same":
                assert answer.status == 200, word
                assert after.version == before.version
            case _:
                assert answer.status == 200, word
                assert after.parts[scene.seller_id].status is target
                others = {seller: part for seller, part in after.parts.items() if seller != scene.seller_id}
                assert others == {seller: before.parts[seller] for seller in others}
        if answer.status == 200 and route == "update_order_status":
            assert (answer.body["previous_status"], answer.body["current_status"]) == (OUT[start], OUT[target])
            following = [OUT[status] for status in allowed(actor, target)]
            assert answer.body["allowed_transitions"] == following


@pytest.mark.parametrize("start", Status)
@pytest.mark.parametrize("actor", ACTORS)
def test_the_staff_s_own_route_is_the_same_machine(scene: Scene, actor: str, start: Status) -> None:
    for target in Status:
        before = scene.stand_at(start)
        body = {"status": str(target), "seller_id": scene.seller_id}
        path = f"/admin/api/orders/{scene.order.id}/"
        answer = staff_api.patch(path, json=body, token=scene.people[actor].access)
        if actor != "staff":
            assert answer.status == 403
        else:
            assert (answer.status == 200) is (outcome(actor, start, target) in ("yes", "same")), target
        moved = orders().by_id(scene.order.id).version != before.version
        assert moved is (answer.status == 200 and start is not target)


@pytest.mark.parametrize("route", ROUTES)
def test_other_words_are_refused(scene: Scene, route: str) -> None:
    path = f"/api/marketplace/orders/{scene.order.id}/{route}/"
    answer = shop.patch(path, json={"status": "lost"}, token=scene.people["seller"].access)
    assert (answer.status, list(answer.body)) == (400, ["status"])
    for word in WORDS:
        assert word in answer.body["status"][0]
