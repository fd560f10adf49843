"""template.yaml against the code and against what a shop must not be without: complete, recoverable, watched."""

import re
from typing import Any

import pytest

from support import template
from support.sources import FUNCTIONS, ROOT, files, name_of
from support.template import references

TABLES = template.resources("AWS::DynamoDB::Table")
QUEUES = template.resources("AWS::SQS::Queue")
SOURCES = template.resources("AWS::Lambda::EventSourceMapping")
ALARMS = template.resources("AWS::CloudWatch::Alarm")
TEXT = (ROOT / "template.yaml").read_text(encoding="utf-8").splitlines()
# Known to nobody outside of the stack, so that another one does as well.
MADE_ANEW = {"EdgeKey"}
MAX_POLICIES = 8
MAX_LINES = 2_800


def test_the_template_can_still_be_read() -> None:
    """With five contracts; what repeats has an anchor."""
    assert len(TEXT) < MAX_LINES


def dead_letters() -> set[str]:
    """Queues that take what could not be dealt with: of other queues, of streams, of rules and schedules."""
    found = set()
    for properties in QUEUES.values():
        found |= references(properties.get("RedrivePolicy", {}).get("deadLetterTargetArn"))
    for kind in ("AWS::Events::Rule", "AWS::Scheduler::Schedule"):
        for properties in template.resources(kind).values():
            targets = properties.get("Targets") or [properties["Target"]]
            found |= {name for target in targets for name in references(target.get("DeadLetterConfig"))}
            if announced_by(properties):
                found |= {name for target in targets for name in references(target["Arn"])}
    return found


def announced_by(rule: dict[str, Any]) -> set[str]:
    """Buckets of what streams' readers gave up, new objects of which the rule tells."""
    given_up = {name for properties in SOURCES.values() for name in references(properties.get("DestinationConfig"))}
    return references(rule["EventPattern"].get("detail", {}).get("bucket")) & given_up


def source_of(properties: dict[str, Any]) -> str:
    [name] = references(properties["EventSourceArn"])
    return name


# Functions


def test_every_handler_is_one_function() -> None:
    handlers = sorted(
        ".".join((*path.relative_to(FUNCTIONS).with_suffix("").parts, "handler"))
        for path in files(FUNCTIONS)
        if path.name == "app.py"
    )
    assert sorted(properties["Handler"] for properties in template.functions().values()) == handlers


def test_logs_are_kept_for_a_time_and_not_for_ever() -> None:
    shared = template.template()["Globals"]["Function"]["LoggingConfig"]
    [group] = references(shared["LogGroup"])
    assert template.resources("AWS::Logs::LogGroup")[group]["RetentionInDays"]
    assert not [name for name, properties in template.functions().items() if "LoggingConfig" in properties]


def test_every_http_api_answers_unknown_paths_itself() -> None:
    for api in template.resources("AWS::Serverless::HttpApi"):
        defaults = [
            name
            for name, properties in template.functions().items()
            for event in properties.get("Events", {}).values()
            if event["Type"] == "HttpApi"
            and event["Properties"]["ApiId"] == {"Ref": api}
            and "Path" not in event["Properties"]
        ]
        assert len(defaults) == 1, api


# Rights


def statements() -> list[tuple[str, dict[str, Any]]]:
    return [(name, statement) for name in template.functions() for statement in template.statements(name)]


def test_every_permission_is_used_and_none_has_another_s_name() -> None:
    attached = {name for function in template.functions() for name in template.managed_policies(function)}
    assert attached == set(template.resources("AWS::IAM::ManagedPolicy"))


@pytest.mark.parametrize("policy", sorted(template.resources("AWS::IAM::ManagedPolicy")))
def test_every_permission_says_which_use_of_the_code_it_is(policy: str) -> None:
    assert TEXT[TEXT.index(f"  {policy}:") - 1].startswith("  # ")


@pytest.mark.parametrize("function", sorted(template.functions()))
def test_a_function_attaches_few_policies(function: str) -> None:
    """AWS allows ten to a role unless it is asked for more, and SAM attaches one that lets the function log."""
    attached = template.managed_policies(function)
    assert len(attached) == len(set(attached)) <= MAX_POLICIES


def test_rights_name_what_they_are_for() -> None:
    """No action by pattern, and no right on everything, unless a comment in the line before says why."""
    patterns = [
        (name, action)
        for name, statement in statements()
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        if "*" in action
    ]
    assert not patterns
    bare = [
        number
        for number, line in enumerate(TEXT, start=1)
        if re.search(r"Resource:\s*[\[\"']*\*[\"'\]]*\s*$", line) and not TEXT[number - 2].lstrip().startswith("#")
    ]
    assert not bare


def test_no_right_on_a_whole_table_s_administration() -> None:
    forbidden = {
        "dynamodb:Scan",
        "dynamodb:DeleteTable",
        "dynamodb:UpdateTable",
        "dynamodb:CreateTable",
        "iam:PassRole",
    }
    assert not [
        (name, statement["Action"]) for name, statement in statements() if forbidden & {*_listed(statement["Action"])}
    ]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


# Data


@pytest.mark.parametrize("table", sorted(TABLES))
def test_tables_can_be_recovered_and_are_not_lost_by_mistake(table: str) -> None:
    properties, resource = TABLES[table], template.template()["Resources"][table]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["DeletionProtectionEnabled"] == {"Fn::If": ["InAws", True, False]}
    assert properties["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert resource["DeletionPolicy"] in ("Retain", "RetainExceptOnCreate")
    assert resource["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("table", sorted(TABLES))
def test_indexes_hold_no_whole_items(table: str) -> None:
    """An index of whole items is written with every change of any attribute, so indexes hold keys
    (docs/decisions/0013-an-order-is-one-aggregate.md)."""
    indexes = TABLES[table].get("GlobalSecondaryIndexes", [])
    assert not [index["IndexName"] for index in indexes if index["Projection"]["ProjectionType"] == "ALL"]


@pytest.mark.parametrize("bucket", sorted(template.resources("AWS::S3::Bucket")))
def test_buckets_are_private_encrypted_and_kept(bucket: str) -> None:
    properties, resource = template.resources("AWS::S3::Bucket")[bucket], template.template()["Resources"][bucket]
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["BucketEncryption"]
    assert resource["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("kind", ["AWS::SecretsManager::Secret", "AWS::Logs::LogGroup"])
def test_secrets_and_logs_outlive_the_stack(kind: str) -> None:
    for name in set(template.resources(kind)) - MADE_ANEW:
        assert template.template()["Resources"][name]["UpdateReplacePolicy"] == "Retain", name


# Queues and streams


@pytest.mark.parametrize("queue", sorted(QUEUES))
def test_every_queue_has_dead_letters_or_is_such_a_queue(queue: str) -> None:
    properties = QUEUES[queue]
    assert properties["SqsManagedSseEnabled"] is True or "KmsMasterKeyId" in properties
    if queue in dead_letters():
        assert properties["MessageRetentionPeriod"] == 1_209_600  # Fourteen days, the longest there is.
    else:
        assert properties["RedrivePolicy"]["maxReceiveCount"] >= 3


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_sources_lose_nothing(source: str) -> None:
    """What a batch could not do comes again alone; what never succeeds is put aside and not dropped."""
    properties = SOURCES[source]
    assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    if source_of(properties) in QUEUES:
        assert "RedrivePolicy" in QUEUES[source_of(properties)]
    else:
        assert references(properties["DestinationConfig"]["OnFailure"])
        assert 0 < properties["MaximumRetryAttempts"] <= 100
        assert properties["BisectBatchOnFunctionError"] is True


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_a_message_is_hidden_for_six_times_its_worker_s_limit(source: str) -> None:
    queue = source_of(SOURCES[source])
    if queue in QUEUES:
        [function] = references(SOURCES[source]["FunctionName"])
        limit = template.functions()[function].get("Timeout", template.template()["Globals"]["Function"]["Timeout"])
        assert QUEUES[queue]["VisibilityTimeout"] >= 6 * limit


def test_rules_lose_nothing() -> None:
    """But those that only tell of an object, which is there whether they succeed or not."""
    for name, properties in template.resources("AWS::Events::Rule").items():
        if not announced_by(properties):
            assert all(references(target["DeadLetterConfig"]) for target in properties["Targets"]), name


# Somebody is told


def watched(metric: str) -> set[str]:
    """Logical ids in the dimensions of the alarms on a metric."""
    return {
        name
        for properties in ALARMS.values()
        if properties["MetricName"] == metric
        for name in references(properties["Dimensions"])
    }


def test_dead_letters_ring() -> None:
    assert watched("ApproximateNumberOfMessagesVisible") >= dead_letters()


def test_every_api_and_every_other_function_rings_when_it_fails() -> None:
    assert watched("5xx") == set(template.resources("AWS::Serverless::HttpApi"))
    behind_an_api = {
        name
        for name, properties in template.functions().items()
        if any(event["Type"] == "HttpApi" for event in properties.get("Events", {}).values())
    }
    assert watched("Errors") == set(template.functions()) - behind_an_api


def test_streams_that_lag_ring() -> None:
    on_streams = {
        name
        for properties in SOURCES.values()
        if source_of(properties) in TABLES
        for name in references(properties["FunctionName"])
    }
    assert watched("IteratorAge") == on_streams


def test_every_alarm_reaches_somebody() -> None:
    assert not [name for name, properties in ALARMS.items() if properties["AlarmActions"] != [{"Ref": "AlarmTopic"}]]


# Samples


def test_every_kind_of_trigger_has_a_sample_event_that_a_test_uses() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in files(ROOT / "tests"))
    unused = [path.name for path in sorted((ROOT / "events").glob("*.json")) if f'"{path.stem}"' not in tests]
    assert not unused, name_of(ROOT / "events")


# Throttles


def test_every_api_takes_a_bounded_number_of_requests() -> None:
    """Of each HTTP API's stage by the globals, of the sockets' by its own."""
    wanted = {"ThrottlingRateLimit": {"Ref": "ThrottleRate"}, "ThrottlingBurstLimit": {"Ref": "ThrottleBurst"}}
    assert template.template()["Globals"]["HttpApi"]["DefaultRouteSettings"] == wanted
    for properties in template.resources("AWS::Serverless::HttpApi").values():
        assert "DefaultRouteSettings" not in properties
    for properties in template.resources("AWS::ApiGatewayV2::Stage").values():
        assert properties["DefaultRouteSettings"] == wanted
    for name in ("ThrottleRate", "ThrottleBurst"):
        assert template.template()["Parameters"][name]["Default"] > 0
