"""What functions are granted in the template, and what the calls that they make take: as AWS documents it.

A right is an action on a resource as the template names it: `dynamodb:Query` on `Orders/index/by_day`.
"""

import os
import re
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from support import template
from support.seam import Call


class Right(NamedTuple):
    """An action that IAM knows, on a resource by its logical id."""

    action: str
    resource: str


# Calls that AWS authorises by another action than that of their own name.
_OTHER_ACTIONS = {
    ("sqs", "SendMessageBatch"): "sqs:SendMessage",
    ("s3", "ListObjectsV2"): "s3:ListBucket",
    ("s3", "DeleteObjects"): "s3:DeleteObject",
    ("apigatewaymanagementapi", "PostToConnection"): "execute-api:ManageConnections",
    ("apigatewaymanagementapi", "DeleteConnection"): "execute-api:ManageConnections",
}
_ON_BUCKETS = {"s3:ListBucket"}
# Buckets of which functions are granted a folder each.
_BY_FOLDER = {"MediaBucket", "UploadsBucket"}


# Granted


def granted(function: str) -> set[Right]:
    """All that a function's policies allow."""
    return {
        Right(action, _written(resource))
        for statement in template.statements(function)
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    }


def of_event_sources(function: str) -> set[Right]:
    """What Lambda does in the function's name, to bring it the messages of its queue or stream."""
    found: set[Right] = set()
    for source in template.resources("AWS::Lambda::EventSourceMapping").values():
        if source["FunctionName"] != {"Ref": function}:
            continue
        origin = _written(source["EventSourceArn"])
        if "StartingPosition" not in source:
            found |= {
                Right(f"sqs:{action}", origin) for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
            }
            continue
        found |= {
            Right(f"dynamodb:{action}", origin) for action in ("DescribeStream", "GetRecords", "GetShardIterator")
        }
        bucket = _written(source["DestinationConfig"]["OnFailure"]["Destination"])
        found |= {
            Right("dynamodb:ListStreams", "*"),
            Right("s3:PutObject", f"{bucket}/*"),
            Right("s3:ListBucket", bucket),
        }
    return found


def _written(resource: Any) -> str:
    """A resource of a statement: `Orders`, `Orders/stream`, `IndexBucket/*`, `SocketsApi/*`, `secret jwt`."""
    match resource:
        case {"Fn::GetAtt": [name, "Arn"]}:
            return str(name)
        case {"Fn::GetAtt": [name, "StreamArn"]}:
            return f"{name}/stream"
        case {"Fn::Sub": str(text)}:
            if within := re.fullmatch(r"\$\{(\w+)\.Arn\}(/.+)", text):
                return within[1] + within[2]
            if secret := re.search(r":secret:\$\{AWS::StackName\}/(\w+)-\*$", text):
                return f"secret {secret[1]}"
            if api := re.search(r":execute-api:.*:\$\{(\w+)\}/\*$", text):
                return f"{api[1]}/*"
        case "*":
            return "*"
    raise AssertionError(f"a resource that is not understood here: {resource}")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# Used


def used(call: Call, outcome: Any) -> set[Right]:
    """The rights that a call took; `outcome` is its answer or the error that it raised."""
    arguments = call.arguments
    match call.service, call.operation:
        case "dynamodb", "BatchGetItem":
            return {Right("dynamodb:BatchGetItem", _named(table)) for table in arguments["RequestItems"]}
        case "dynamodb", "TransactWriteItems" | "TransactGetItems":
            # A transaction is authorised by what it does to each of its items.
            return {
                Right(f"dynamodb:{kind.removesuffix('Item')}Item", _named(item["TableName"]))
                for one in arguments["TransactItems"]
                for kind, item in one.items()
            }
        case "dynamodb", operation:
            index = f"/index/{arguments['IndexName']}" if "IndexName" in arguments else ""
            return {Right(f"dynamodb:{operation}", _named(arguments["TableName"]) + index)}
        case "secretsmanager", operation:
            return {Right(f"secretsmanager:{operation}", f"secret {arguments['SecretId'].rpartition('/')[2]}")}
        case "kms", operation:
            return {Right(f"kms:{operation}", _named(arguments["KeyId"]))}
        case "sesv2", operation:
            # The address that it may send as is a condition of the right.
            return {Right(f"ses:{operation}", "*")}
        case "events", operation:
            return {Right(f"events:{operation}", _named(entry["EventBusName"])) for entry in arguments["Entries"]}
    action = _OTHER_ACTIONS.get((call.service, call.operation), f"{call.service}:{call.operation}")
    if call.service == "apigatewaymanagementapi":
        return {Right(action, "SocketsApi/*")}
    if call.service == "sqs":
        return {Right(action, _named(arguments["QueueUrl"]))}
    bucket = _named(arguments["Bucket"])
    found = {Right(action, bucket if action in _ON_BUCKETS else objects) for objects in _objects(bucket, arguments)}
    if isinstance(outcome, ClientError) and outcome.response["Error"]["Code"] == "NoSuchKey":
        # Who may not list a bucket hears 403 of an object that is not there.
        found.add(Right("s3:ListBucket", bucket))
    return found


def _objects(bucket: str, arguments: dict[str, Any]) -> set[str]:
    """The objects that a call is about, as rights name them."""
    if bucket not in _BY_FOLDER:
        return {f"{bucket}/*"}
    keys = [one["Key"] for one in arguments.get("Delete", {}).get("Objects", [])] or [arguments.get("Key", "")]
    return {f"{bucket}/{key.partition('/')[0]}/*" for key in keys}


def _named(value: str) -> str:
    """The logical id of the resource whose physical name or address a variable of all functions holds."""
    shared = template.template()["Globals"]["Function"]["Environment"]["Variables"]
    [name] = {
        name
        for variable, reference in shared.items()
        if isinstance(reference, dict) and not any(key in reference for key in ("Fn::Sub", "Fn::If"))
        for name in template.references(reference)
        if os.environ.get(variable) == value
    }
    return str(name)
