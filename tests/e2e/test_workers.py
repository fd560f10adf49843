"""The workers that nobody calls by HTTP, run under their own roles: a right that is missing shows nowhere else."""

import json
import time

import pytest

from support.stack import Stack


def function(stack: Stack, name: str) -> str:
    pages = stack.aws("cloudformation").get_paginator("list_stack_resources").paginate(StackName="bazaar")
    found = {
        row["LogicalResourceId"]: row["PhysicalResourceId"] for page in pages for row in page["StackResourceSummaries"]
    }
    return str(found[name])


NOTHING: dict[str, list[str]] = {"Records": []}


@pytest.mark.parametrize(
    ("name", "event"),
    [("Reconciler", {}), ("Books", {}), ("Visits", NOTHING), ("Settlement", NOTHING), ("Counting", NOTHING)],
)
def test_a_worker_may_do_what_it_does(stack: Stack, name: str, event: dict[str, list[str]]) -> None:
    answer = stack.aws("lambda").invoke(FunctionName=function(stack, name), Payload=json.dumps(event).encode())
    said = answer["Payload"].read().decode()
    assert "FunctionError" not in answer, said


def test_an_unpaid_order_whose_hold_is_over_is_visited_and_its_stock_returned(stack: Stack) -> None:
    """The whole way: the list of what is due, the reconciler, its queue, the visit."""
    products = stack.client("storefront")
    [product] = products.get("/api/products/", params={"search": "rugged phone r3", "page_size": 1}).json()["results"]
    token = stack.login("buyer")
    buyer = stack.client("parts", token)
    buyer.post(f"/api/carts/products/{product['id']}/add/")
    form = {"shipping_address": "123 Main St", "phone": "+234123456789"}
    placed = buyer.post("/api/orders/orders/create/", json=form).json()
    table = function(stack, "Orders")
    # Nobody waits a day here: its hold ended a moment ago.
    now = int(time.time() * 1000)
    stack.aws("dynamodb").update_item(
        TableName=table,
        Key={"pk": {"S": f"ORDER#{placed['id']}"}, "sk": {"S": "ORDER"}},
        UpdateExpression="SET hold_until = :then, visit_at = :then, visit_shard = :shard, version = version + :one",
        ExpressionAttributeValues={
            ":then": {"N": str(now - 1000)},
            ":shard": {"S": f"VISIT#{placed['id'] % 32}"},
            ":one": {"N": "1"},
        },
    )
    stack.aws("lambda").invoke(FunctionName=function(stack, "Reconciler"), Payload=b"{}")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        status = buyer.get(f"/api/orders/orders/{placed['id']}/").json()["status"]
        if status == "cancelled":
            break
        time.sleep(0.5)
    assert status == "cancelled"
