"""Cuts the providers' published specifications down to the operations that the gateways use.

`python tests/payments/specs/trim.py FOLDER` reads copies of the originals (README.md here says which) and writes
paypal.json, paystack.json and stripe.json: no descriptions, no examples, `nullable` as a type of its own, only schemas
that are reachable from what is kept.
"""

import json
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
REFERENCE = "#/components/schemas/"
_WORDS = {
    "description",
    "title",
    "example",
    "examples",
    "externalDocs",
    "deprecated",
    "readOnly",
    "writeOnly",
    "default",
}
PAYPAL = {
    "paypal/checkout_orders_v2.json": [
        ("post", "/v2/checkout/orders"),
        ("get", "/v2/checkout/orders/{id}"),
        ("post", "/v2/checkout/orders/{id}/capture"),
    ],
    "paypal/payments_payment_v2.json": [
        ("get", "/v2/payments/captures/{capture_id}"),
        ("post", "/v2/payments/captures/{capture_id}/refund"),
        ("get", "/v2/payments/refunds/{refund_id}"),
    ],
    "paypal/notifications_webhooks_v1.json": [("post", "/v1/notifications/verify-webhook-signature")],
    "paypal/customer_disputes_v1.json": [("get", "/v1/customer/disputes/{id}")],
}
PAYSTACK = [
    ("post", "/transaction/initialize"),
    ("get", "/transaction/verify/{reference}"),
    ("post", "/charge"),
    ("post", "/charge/submit_otp"),
    ("post", "/refund"),
    ("get", "/refund"),
    ("get", "/refund/{id}"),
    ("get", "/dispute/{id}"),
    ("get", "/bank/resolve"),
    ("post", "/transferrecipient"),
    ("post", "/transfer"),
    ("get", "/transfer/verify/{reference}"),
]
STRIPE = [
    ("post", "/v1/checkout/sessions"),
    ("get", "/v1/checkout/sessions/{session}"),
    ("post", "/v1/checkout/sessions/{session}/expire"),
    ("post", "/v1/payment_intents"),
    ("get", "/v1/payment_intents/{intent}"),
    ("post", "/v1/payment_intents/{intent}/cancel"),
    ("post", "/v1/refunds"),
    ("get", "/v1/refunds"),
    ("get", "/v1/disputes/{dispute}"),
    ("get", "/v1/accounts/{account}"),
    ("post", "/v1/transfers"),
    ("get", "/v1/transfers"),
]
# Of Stripe's objects these in full; whatever else they hold may be anything.
STRIPE_OBJECTS = {
    "account",
    "balance_transaction",
    "charge",
    "checkout.session",
    "dispute",
    "event",
    "payment_intent",
    "refund",
    "transfer",
}
STRIPE_KEPT = STRIPE_OBJECTS | {"error", "api_errors", "fee", "dispute_evidence", "dispute_evidence_details"}


def cleaned(thing: Any, prefix: str, kept: set[str] | None = None, *, is_form: bool = False) -> Any:
    """A schema without words, as JSON Schema; references carry the prefix of their document."""
    if isinstance(thing, list):
        return [cleaned(entry, prefix, kept, is_form=is_form) for entry in thing]
    if not isinstance(thing, dict):
        return thing
    if "$ref" in thing:
        name = thing["$ref"].removeprefix(REFERENCE)
        if kept is not None and name not in kept:
            return {}
        reference = {"$ref": f"#/$defs/{prefix}{name}"}
        return {"anyOf": [reference, {"type": "null"}]} if thing.get("nullable") else reference
    made = {}
    for key, value in thing.items():
        if key == "properties":
            made[key] = {name: cleaned(inner, prefix, kept, is_form=is_form) for name, inner in value.items()}
            if "issue" in made[key]:
                # The name of an error matters; the sentence beside it may be any.
                made[key]["description"] = {"type": "string"}
        elif key == "enum":
            made[key] = list(value)
        elif key not in _WORDS and key != "nullable" and not key.startswith("x-"):
            made[key] = cleaned(value, prefix, kept, is_form=is_form)
    if thing.get("nullable"):
        made = nulled(made)
    return as_form(made) if is_form else made


def nulled(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that takes null as well."""
    if "enum" in schema:
        schema = schema | {"enum": [*schema["enum"], None]}
    if isinstance(schema.get("type"), str):
        return schema | {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]} if schema.keys() & {"anyOf", "oneOf", "allOf"} else schema


def as_form(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a form's field, whose numbers and truths are text."""
    match schema.get("type"):
        case "integer":
            return {"type": "string", "pattern": "^-?[0-9]+$"}
        case "number":
            return {"type": "string", "pattern": "^-?[0-9.]+$"}
        case "boolean":
            return {"enum": ["true", "false"]}
    return schema


def body_of(part: dict[str, Any], components: dict[str, Any]) -> dict[str, Any] | None:
    """The schema of a request body or answer, by its JSON or form content."""
    if "$ref" in part:
        part = components["responses"][part["$ref"].rpartition("/")[2]]
    content = part.get("content", {})
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        if kind in content:
            schema: dict[str, Any] = content[kind]["schema"]
            return schema
    return None


def operations(
    document: dict[str, Any], wanted: list[tuple[str, str]], prefix: str = "", kept: set[str] | None = None
) -> list[dict[str, Any]]:
    """The wanted operations: query parameters, request, answers by status."""
    components, made = document["components"], []
    for method, path in wanted:
        found = document["paths"][path][method]
        parameters = [*document["paths"][path].get("parameters", []), *found.get("parameters", [])]
        resolved = [
            components["parameters"][entry["$ref"].rpartition("/")[2]] if "$ref" in entry else entry
            for entry in parameters
        ]
        request = body_of(found.get("requestBody", {}), components)
        is_form = "application/json" not in found.get("requestBody", {}).get("content", {"application/json": 1})
        made.append(
            {
                "method": method.upper(),
                "path": path,
                "query": sorted(entry["name"] for entry in resolved if entry["in"] == "query"),
                "request": cleaned(request, prefix, kept, is_form=is_form) if request else None,
                "answers": {
                    status: cleaned(schema, prefix, kept)
                    for status, answer in found["responses"].items()
                    if (schema := body_of(answer, components)) is not None
                },
            }
        )
    return made


def reachable(made: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    """The schemas that are named, directly or by each other."""
    text, found = json.dumps(made), {}
    while names := {name for name in schemas if f'"#/$defs/{name}"' in text and name not in found}:
        found |= {name: schemas[name] for name in names}
        text = json.dumps([schemas[name] for name in names])
    return dict(sorted(found.items()))


def write(name: str, made: list[dict[str, Any]], schemas: dict[str, Any], **more: Any) -> None:
    """One provider's file, an operation or schema a line."""
    defs = reachable([made, more], schemas)
    rows = ",\n".join(json.dumps(entry) for entry in made)
    lines = [f'"operations": [\n{rows}\n]']
    lines += [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in more.items()]
    rows = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in defs.items())
    lines.append(f'"$defs": {{\n{rows}\n}}')
    (HERE / name).write_text("{\n" + ",\n".join(lines) + "\n}\n")


def paypal(folder: Path) -> None:
    """Several documents with schemas of the same names: each has its prefix."""
    made: list[dict[str, Any]] = []
    schemas: dict[str, Any] = {}
    for file, wanted in PAYPAL.items():
        document, prefix = json.loads((folder / file).read_text()), Path(file).stem.split("_")[1] + "."
        made += operations(document, wanted, prefix)
        named = document["components"]["schemas"]
        schemas |= {prefix + name: cleaned(schema, prefix) for name, schema in named.items()}
    webhooks = {
        "": "webhooks.event",
        "CHECKOUT.ORDER": "orders.order",
        "PAYMENT.CAPTURE.REFUNDED": "payment.refund",
        "PAYMENT.REFUND": "payment.refund",
        "PAYMENT.CAPTURE": "payment.capture-2",
        "CUSTOMER.DISPUTE": "disputes.dispute",
    }
    write("paypal.json", made, schemas, webhooks={key: {"$ref": f"#/$defs/{name}"} for key, name in webhooks.items()})


def paystack(folder: Path) -> None:
    """One document; nothing of webhooks is in it."""
    document = yaml.safe_load((folder / "paystack/paystack.yaml").read_text())
    named = document["components"]["schemas"]
    schemas = {name: cleaned(schema, "") for name, schema in named.items()}
    write("paystack.json", operations(document, PAYSTACK), schemas)


def stripe(folder: Path) -> None:
    """The specification of 2022 with its objects cut off at the first that we do not use, and today's names of their
    members from the fixtures."""
    document = json.loads((folder / "stripe/spec3-2022-04.json").read_text())
    named = document["components"]["schemas"]
    schemas = {name: cleaned(named[name], "", STRIPE_KEPT) for name in STRIPE_KEPT}
    fixtures = json.loads((folder / "stripe/fixtures3.json").read_text())["resources"]
    members = {name: sorted(fixtures[name]) for name in sorted(STRIPE_OBJECTS - {"event"})}
    webhooks = {name: {"$ref": f"#/$defs/{name}"} for name in sorted(STRIPE_OBJECTS)}
    made = operations(document, STRIPE, "", STRIPE_KEPT)
    write("stripe.json", made, schemas, webhooks=webhooks, members=members)


if __name__ == "__main__":
    source = Path(sys.argv[1])
    paypal(source)
    paystack(source)
    stripe(source)
