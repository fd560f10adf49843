"""Least privilege, asked of the enforced policies: inside each function's role, all that is not its own is denied.

What is its own, the template says; the probe tries every table, queue and bucket with a reading and a writing call.
"""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support import template
from support.stack import Stack

TABLES = sorted(template.resources("AWS::DynamoDB::Table"))
QUEUES = sorted(template.resources("AWS::SQS::Queue"))
BUCKETS = ["IndexBucket", "MediaBucket"]
KEY = {"pk": {"S": "PROBE#1"}, "sk": {"S": "PROBE"}}


def allowed(function: str, action: str, resource: str) -> bool:
    """Whether the function's policies grant the action on the resource (by logical id)."""
    for statement in template.statements(function):
        actions = statement["Action"]
        if action not in ([actions] if isinstance(actions, str) else actions):
            continue
        places = statement["Resource"]
        for place in places if isinstance(places, list) else [places]:
            if place == {"Fn::GetAtt": [resource, "Arn"]} or place == {"Fn::Sub": "${" + resource + ".Arn}/*"}:
                return True
    return False


@pytest.fixture(scope="session")
def physical(stack: Stack) -> dict[str, str]:
    """Physical ids of the stack's resources by logical id."""
    found = stack.aws("cloudformation").describe_stack_resources(StackName="bazaar")["StackResources"]
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}


def session_of(stack: Stack, physical: dict[str, str], function: str) -> dict[str, str]:
    """Credentials of the function's role."""
    configured = stack.aws("lambda").get_function_configuration(FunctionName=physical[function])
    assumed = stack.aws("sts").assume_role(RoleArn=configured["Role"], RoleSessionName="probe")["Credentials"]
    return {
        "aws_access_key_id": assumed["AccessKeyId"],
        "aws_secret_access_key": assumed["SecretAccessKey"],
        "aws_session_token": assumed["SessionToken"],
    }


def is_denied(call: Callable[[], Any]) -> bool:
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException", "403")
    return False


@pytest.mark.parametrize("function", sorted(template.functions()))
def test_a_role_reaches_its_own_and_nothing_else(stack: Stack, physical: dict[str, str], function: str) -> None:
    role = session_of(stack, physical, function)
    dynamodb, sqs, s3 = (stack.aws(service, **role) for service in ("dynamodb", "sqs", "s3"))
    probes: dict[tuple[str, str], Callable[[], Any]] = {}
    for table in TABLES:
        name = physical[table]
        probes["dynamodb:GetItem", table] = lambda name=name: dynamodb.get_item(TableName=name, Key=KEY)
        probes["dynamodb:PutItem", table] = lambda name=name: dynamodb.put_item(TableName=name, Item=KEY)
        probes["dynamodb:DeleteItem", table] = lambda name=name: dynamodb.delete_item(TableName=name, Key=KEY)
        probes["dynamodb:Scan", table] = lambda name=name: dynamodb.scan(TableName=name, Limit=1)
    for queue in QUEUES:
        url = physical[queue]
        probes["sqs:SendMessage", queue] = lambda url=url: sqs.send_message(QueueUrl=url, MessageBody="{}")
        probes["sqs:ReceiveMessage", queue] = lambda url=url: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0)
    for bucket in BUCKETS:
        name = physical[bucket]
        probes["s3:GetObject", bucket] = lambda name=name: s3.get_object(Bucket=name, Key="probe")
        probes["s3:PutObject", bucket] = lambda name=name: s3.put_object(Bucket=name, Key="probe", Body=b"")
    # A message in a queue would wake its worker; what a role may send is proved by the stories that need it.
    tried = {
        probe: call for probe, call in probes.items() if not (allowed(function, *probe) and probe[0].startswith("sqs"))
    }
    wrong = {probe for probe, call in tried.items() if is_denied(call) == allowed(function, *probe)}
    assert wrong == set()
