"""AWS's limits, of the translated template with names as long as AWS makes them."""

import json
from typing import Any

import pytest

from support import template as written
from support import translated
from support.template import references
from support.translated import Deployment


def test_an_account_in_its_first_days_can_deploy() -> None:
    """Its limit is ten functions at once, of which AWS lets nobody reserve one."""
    functions = translated.resources("AWS::Lambda::Function")

    def reserving(**parameters: str) -> set[str]:
        deployment = Deployment(**parameters)
        return {
            name
            for name, properties in functions.items()
            if deployment.resolved(properties.get("ReservedConcurrentExecutions", {"Ref": "AWS::NoValue"})) is not None
        }

    assert reserving() == set()
    assert reserving(ReserveConcurrency="true") == {"Indexer"}


def test_the_notifications_queue_is_worked_on_by_few_at_once() -> None:
    [source] = [
        one
        for one in written.resources("AWS::Lambda::EventSourceMapping").values()
        if one["FunctionName"] == {"Ref": "Notifications"}
    ]
    assert 2 <= source["ScalingConfig"]["MaximumConcurrency"] <= 10


def compact(value: Any) -> int:
    """Bytes of a policy as IAM counts them: without white space."""
    return len(json.dumps(value, separators=(",", ":")).encode())


def test_the_stack_has_no_more_resources_parameters_and_outputs_than_aws_allows() -> None:
    found = translated.template()
    assert len(found["Resources"]) < 450, "AWS stops at 500"
    assert len(found["Parameters"]) <= 200
    assert len(found["Outputs"]) <= 200
    assert len(found["Description"].encode()) <= 1024
    assert len(json.dumps(found).encode()) <= 1_000_000
    assert all(len(one.get("Description", "")) <= 4000 for one in found["Parameters"].values())


def test_policies_are_no_longer_than_aws_allows() -> None:
    deployment = Deployment()
    for name, role in translated.resources("AWS::IAM::Role").items():
        inline = sum(compact(deployment.resolved(one["PolicyDocument"])) for one in role.get("Policies", []))
        assert inline <= 10_240, name
        assert len(role.get("ManagedPolicyArns", [])) <= 10, name
        assert compact(deployment.resolved(role["AssumeRolePolicyDocument"])) <= 2048, name
    for name, managed in translated.resources("AWS::IAM::ManagedPolicy").items():
        assert compact(deployment.resolved(managed["PolicyDocument"])) <= 6144, name


def test_no_resource_waits_for_itself() -> None:
    """CloudFormation makes what is referred to first, and refuses a circle."""
    waiting = {
        name: references(resource) & set(translated.template()["Resources"])
        for name, resource in translated.template()["Resources"].items()
    }
    while ready := {name for name, others in waiting.items() if not others & set(waiting)}:
        waiting = {name: others for name, others in waiting.items() if name not in ready}
    assert waiting == {}


def test_who_may_call_a_function_fits_into_its_policy() -> None:
    """Each route and each source is a statement of the function's own policy, which holds 20 KB."""
    deployment = Deployment()
    sizes: dict[str, int] = {}
    for permission in translated.resources("AWS::Lambda::Permission").values():
        statement = {
            "Sid": f"{translated.LONG_NAME}{translated.LONG_NAME}",
            "Effect": "Allow",
            "Principal": {"Service": permission["Principal"]},
            "Action": permission["Action"],
            "Resource": translated.LONG_ARN,
            "Condition": {"ArnLike": {"AWS:SourceArn": deployment.resolved(permission.get("SourceArn", ""))}},
        }
        function = permission["FunctionName"]
        name = function.get("Ref") or function["Fn::GetAtt"][0]
        sizes[name] = sizes.get(name, 0) + compact(statement)
    assert max(sizes.values()) <= 20_480


@pytest.mark.parametrize("function", sorted(written.functions()))
def test_a_function_is_no_larger_than_aws_allows(function: str) -> None:
    properties = translated.resources("AWS::Lambda::Function")[function]
    variables = Deployment().resolved(properties.get("Environment", {}).get("Variables", {}))
    assert sum(len(name) + len(str(value)) for name, value in variables.items()) <= 4096
    assert len(properties["Layers"]) <= 5
    assert len(properties.get("Description", "")) <= 256
    assert properties["Timeout"] <= 900


def test_descriptions_and_names_are_no_longer_than_aws_allows() -> None:
    deployment = Deployment()
    limits = {
        "AWS::CloudWatch::Alarm": ("AlarmDescription", 1024),
        "AWS::SecretsManager::Secret": ("Description", 2048),
        "AWS::KMS::Key": ("Description", 8192),
        "AWS::Lambda::LayerVersion": ("Description", 256),
    }
    for kind, (name, longest) in limits.items():
        for properties in translated.resources(kind).values():
            assert len(deployment.resolved(properties.get(name, ""))) <= longest
    for properties in written.resources("AWS::CloudFront::Function").values():
        assert len(properties["FunctionConfig"]["Comment"]) <= 128
        assert len(properties["FunctionCode"].encode()) <= 10_240
        assert len(deployment.resolved(properties["Name"])) <= 64
