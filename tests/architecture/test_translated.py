"""The translated template: what an emulator accepts and AWS refuses, ignores or limits."""

import json
from typing import Any

import pytest

from commerce.kit.attributes import item_from_wire
from commerce.orders.model import Placed
from commerce.orders.outbox import order_events
from support import template as written
from support import translated
from support.samples import sample
from support.translated import Deployment, actions_on

STREAM_SOURCES = {
    name: source
    for name, source in written.resources("AWS::Lambda::EventSourceMapping").items()
    if "StartingPosition" in source
}
QUEUES = sorted(written.resources("AWS::SQS::Queue"))
ORIGINS = "https://shop.example.com,https://other.example.com"
UNCACHED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"


# CORS


@pytest.mark.parametrize("api", sorted(written.resources("AWS::Serverless::HttpApi")))
@pytest.mark.parametrize(("parameter", "origins"), [(ORIGINS, ORIGINS.split(",")), ("", ["https://shop.example.com"])])
def test_every_api_s_cors_is_whole(api: str, parameter: str, origins: list[str]) -> None:
    body = translated.template(parameter)["Resources"][api]["Properties"]["Body"]
    cors = Deployment(CorsOrigins=parameter).resolved(body["x-amazon-apigateway-cors"])
    assert set(cors) == {"allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders", "maxAge"}
    assert cors["allowOrigins"] == origins
    assert cors["allowMethods"] == ["*"]
    assert {"authorization", "content-type", "idempotency-key", "if-none-match"} <= set(cors["allowHeaders"])
    assert {"etag", "idempotent-replayed", "location", "x-total-count"} <= set(cors["exposeHeaders"])
    assert cors["maxAge"] == 600


# Queues


def test_a_queue_policy_is_for_one_queue_and_names_no_other() -> None:
    policies = translated.resources("AWS::SQS::QueuePolicy")
    queues = [queue["Ref"] for policy in policies.values() for queue in policy["Queues"]]
    assert len(queues) == len(set(queues)) == len(policies)
    for name, policy in policies.items():
        [queue] = policy["Queues"]
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Resource"] == {"Fn::GetAtt": [queue["Ref"], "Arn"]}, name


def each(found: Any) -> list[Any]:
    """One value, or several, of a condition."""
    return found if isinstance(found, list) else [found]


def test_every_queue_that_a_rule_writes_to_lets_that_rule() -> None:
    allowed = {
        (policy["Queues"][0]["Ref"], rule["Fn::GetAtt"][0])
        for policy in translated.resources("AWS::SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Principal"] == {"Service": "events.amazonaws.com"}
        for rule in each(statement["Condition"]["ArnEquals"]["aws:SourceArn"])
    }
    wanted = set()
    for name, rule in written.resources("AWS::Events::Rule").items():
        for target in rule["Targets"]:
            wanted.add((target["Arn"]["Fn::GetAtt"][0], name))
            if "DeadLetterConfig" in target:
                wanted.add((target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0], name))
    assert allowed == wanted


# Alarms


def test_cloudwatch_may_use_the_key_of_the_alarm_topic() -> None:
    """It may not use the one that AWS manages, and says nothing when an alarm is lost for that."""
    [topic] = translated.resources("AWS::SNS::Topic").values()
    key, attribute = topic["KmsMasterKeyId"]["Fn::GetAtt"]
    assert attribute == "Arn"
    statements = translated.resources("AWS::KMS::Key")[key]["KeyPolicy"]["Statement"]
    [cloudwatch] = [one for one in statements if one["Principal"] == {"Service": "cloudwatch.amazonaws.com"}]
    assert cloudwatch["Effect"] == "Allow"
    assert set(cloudwatch["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}


# CloudFront


def behaviours() -> list[tuple[str, dict[str, Any]]]:
    [distribution] = written.resources("AWS::CloudFront::Distribution").values()
    config = distribution["DistributionConfig"]
    found = [(behaviour["PathPattern"], behaviour) for behaviour in config["CacheBehaviors"]]
    return [*found, ("*", config["DefaultCacheBehavior"])]


def apis() -> set[str]:
    """Origins whose answers depend on who asks from where."""
    return {name.removesuffix("Api").lower() for name in written.resources("AWS::Serverless::HttpApi")}


@pytest.mark.parametrize(("path", "behaviour"), behaviours())
def test_every_answer_of_the_edge_carries_security_headers(path: str, behaviour: dict[str, Any]) -> None:
    if behaviour["TargetOriginId"] != "sockets":
        assert "ResponseHeadersPolicyId" in behaviour


@pytest.mark.parametrize(("path", "behaviour"), [one for one in behaviours() if one[1]["TargetOriginId"] in apis()])
def test_apis_hear_the_origin_and_a_preflight_s_questions(path: str, behaviour: dict[str, Any]) -> None:
    """A kept answer says which page may read it, so the origin is part of what it is kept under."""
    assert "OPTIONS" in behaviour["AllowedMethods"]
    if behaviour["CachePolicyId"] == UNCACHED:
        assert behaviour["OriginRequestPolicyId"] == ALL_BUT_HOST
        return
    key = policy("CachePolicy", behaviour["CachePolicyId"]["Ref"])["ParametersInCacheKeyAndForwardedToOrigin"]
    assert "origin" in key["HeadersConfig"]["Headers"]
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}
    forwarded = policy("OriginRequestPolicy", behaviour["OriginRequestPolicyId"]["Ref"])["HeadersConfig"]["Headers"]
    assert {"access-control-request-headers", "access-control-request-method", "x-viewer-address"} <= set(forwarded)
    assert "authorization" not in [name.lower() for name in forwarded]


def policy(kind: str, name: str) -> dict[str, Any]:
    return dict(written.resources(f"AWS::CloudFront::{kind}")[name][f"{kind}Config"])


# Streams


@pytest.mark.parametrize("source", sorted(STREAM_SOURCES))
def test_readers_of_streams_have_all_the_rights_that_reading_takes(source: str) -> None:
    properties = STREAM_SOURCES[source]
    function = properties["FunctionName"]["Ref"]
    reading = {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}
    assert actions_on(function, properties["EventSourceArn"]) == reading
    assert actions_on(function, "*") == {"dynamodb:ListStreams"}


@pytest.mark.parametrize("source", sorted(STREAM_SOURCES))
def test_what_a_stream_s_reader_gives_up_is_kept_whole_and_rings(source: str) -> None:
    """A queue would get where the records stand in the stream, which forgets them after a day."""
    properties = STREAM_SOURCES[source]
    function = properties["FunctionName"]["Ref"]
    bucket, attribute = properties["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"]
    assert attribute == "Arn"
    kept = written.resources("AWS::S3::Bucket")[bucket]
    assert kept["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    assert kept["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] >= 14
    assert actions_on(function, {"Fn::Sub": f"${{{bucket}.Arn}}/*"}) == {"s3:PutObject"}
    assert actions_on(function, {"Fn::GetAtt": [bucket, "Arn"]}) == {"s3:ListBucket"}
    [rule] = [
        rule
        for rule in written.resources("AWS::Events::Rule").values()
        if rule["EventPattern"].get("detail") == {"bucket": {"name": [{"Ref": bucket}]}}
    ]
    assert rule["EventPattern"]["detail-type"] == ["Object Created"]
    # `make redrive` finds the function by the name of the queue.
    assert [target["Arn"] for target in rule["Targets"]] == [{"Fn::GetAtt": [f"{function}DeadLetters", "Arn"]}]


def passes(record: dict[str, Any], source: str) -> bool:
    """Whether an event source hands the record to its function."""
    filters = STREAM_SOURCES[source]["FilterCriteria"]["Filters"]
    return any(_matches(record, json.loads(one["Pattern"])) for one in filters)


def _matches(value: Any, pattern: Any) -> bool:
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(_matches(value.get(name), part) for name, part in pattern.items())
    return any(
        isinstance(value, str) and value.startswith(option["prefix"]) if isinstance(option, dict) else value == option
        for option in pattern
    )


def test_the_outbox_is_started_for_orders_only_and_for_all_of_them() -> None:
    records = sample("dynamodb-orders-stream")["Records"]
    speaking = []
    for record in records:
        images = [record["dynamodb"].get(name) for name in ("OldImage", "NewImage")]
        speaking.append(
            order_events(*(item_from_wire(image) if image else None for image in images), lambda _: Placed()) != []
        )
    passing = [passes(record, "OutboxSource") for record in records]
    assert any(speaking)
    assert [speaks for speaks, passed in zip(speaking, passing, strict=True) if speaks and not passed] == []
    assert passing.count(False) > 0
    order = {"eventName": "INSERT", "dynamodb": {"Keys": {"pk": {"S": "ORDER#5"}, "sk": {"S": "ORDER"}}}}
    assert passes(order, "OutboxSource")
    for other in ("PLACED", "HOLD", "ATTEMPT#5", "REFUND#5", "JOURNAL#5", "NOTICE#5"):
        keys = {"pk": {"S": "ORDER#5"}, "sk": {"S": other}}
        assert not passes({"eventName": "INSERT", "dynamodb": {"Keys": keys}}, "OutboxSource")
    assert not passes({**order, "eventName": "REMOVE"}, "OutboxSource")


def test_the_indexer_is_started_for_products_only() -> None:
    found = {}
    for key in ("PRODUCT#5", "SLUG#lamp", "CATEGORIES", "USER#7", "HIDDEN"):
        keys = {"pk": {"S": key}, "sk": {"S": "PRODUCT"}}
        found[key] = passes({"eventName": "REMOVE", "dynamodb": {"Keys": keys}}, "IndexerSource")
    assert [key for key, passed in found.items() if passed] == ["PRODUCT#5"]


def test_counting_is_started_for_favourites_and_carts_only() -> None:
    found = set()
    for event, pk, sk in (
        ("INSERT", "FAVORITES#7", "PRODUCT#5"),
        ("REMOVE", "FAVORITES#7", "PRODUCT#5"),
        ("INSERT", "PRODUCT#5", "PRODUCT"),
        ("MODIFY", "USER#7", "CART"),
        ("INSERT", "SESSION#a", "CART"),
        ("REMOVE", "SESSION#a", "CART"),
        ("INSERT", "USER#7", "RECEIPT#a"),
    ):
        record = {"eventName": event, "dynamodb": {"Keys": {"pk": {"S": pk}, "sk": {"S": sk}}}}
        for source in ("CountingFavoritesSource", "CountingCartsSource"):
            if passes(record, source):
                found.add((source, event, pk.partition("#")[0]))
    assert found == {
        ("CountingFavoritesSource", "INSERT", "FAVORITES"),
        ("CountingFavoritesSource", "REMOVE", "FAVORITES"),
        ("CountingCartsSource", "MODIFY", "USER"),
        ("CountingCartsSource", "INSERT", "SESSION"),
    }


def test_cloudformation_takes_that_many_resources() -> None:
    assert len(translated.template()["Resources"]) <= 500
