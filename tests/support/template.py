"""template.yaml as data: the tests' tables, environments and routes are those that are deployed."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short tags as {"Ref": …} and {"Fn::…": …}."""


def _short_tag(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    match node:
        case yaml.ScalarNode():
            value: Any = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".")
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_tag)


@cache
def template() -> dict[str, Any]:
    """The whole template."""
    return yaml.load((ROOT / "template.yaml").read_text(), _Loader)  # noqa: S506 (a SafeLoader)


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """{logical id: properties} of the resources of one type."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template()["Resources"].items()
        if resource["Type"] == kind
    }


def functions() -> dict[str, dict[str, Any]]:
    """{logical id: properties} of all functions."""
    return resources("AWS::Serverless::Function")


def references(value: Any) -> set[str]:
    """Logical ids that a value names, by Ref, GetAtt, inside a Sub or as what it depends on."""
    match value:
        case {"Ref": str(name)}:
            return {name}
        case {"Fn::GetAtt": [name, *_]}:
            return {name}
        case {"Fn::Sub": str(text)}:
            return {found.partition(".")[0] for found in re.findall(r"\$\{([A-Za-z0-9.]+)\}", text)}
        case dict():
            named = value.get("DependsOn", [])
            return {*([named] if isinstance(named, str) else named)}.union(*map(references, value.values()))
        case list():
            return set().union(*map(references, value))
    return set()


def managed_policies(function: str) -> list[str]:
    """Logical ids of the policies, each named by a use, that a function attaches."""
    return [policy["Ref"] for policy in functions()[function].get("Policies", []) if "Ref" in policy]


def statements(function: str) -> list[dict[str, Any]]:
    """What a function is granted: the statements of the policies that it attaches and of its own."""
    managed = resources("AWS::IAM::ManagedPolicy")
    own = [policy["Statement"] for policy in functions()[function].get("Policies", []) if "Statement" in policy]
    attached = [managed[name]["PolicyDocument"]["Statement"] for name in managed_policies(function)]
    return [statement for document in (*attached, *own) for statement in document]


def variables(function: str) -> list[str]:
    """The environment variables that a function gets, global ones included."""
    return [*shared_variables(), *own_variables(function)]


def shared_variables() -> list[str]:
    """The environment variables that every function gets."""
    return [*template()["Globals"]["Function"]["Environment"]["Variables"]]


def own_variables(function: str) -> list[str]:
    """The environment variables that a function gets beside those of all."""
    return [*functions()[function].get("Environment", {}).get("Variables", {})]


@contextmanager
def environment_of(handler: str) -> Iterator[None]:
    """The variables of this process without those that the template does not give to the handler's function."""
    [function] = [name for name, properties in functions().items() if properties["Handler"] == handler]
    foreign = {name for other in functions() for name in variables(other)} - set(variables(function))
    taken = {name: os.environ.pop(name) for name in foreign & set(os.environ)}
    try:
        yield
    finally:
        os.environ.update(taken)


def create_tables(dynamodb: Any, *, with_streams: bool = True) -> None:
    """Every table of the template under its logical id. Moto keeps all that a stream ever said, so only who reads
    streams has them."""
    for name, properties in resources("AWS::DynamoDB::Table").items():
        wanted = {
            key: properties[key]
            for key in (
                "KeySchema",
                "AttributeDefinitions",
                "BillingMode",
                "GlobalSecondaryIndexes",
                "StreamSpecification",
            )
            if key in properties
        }
        stream = wanted.pop("StreamSpecification", None)
        if stream and with_streams:
            wanted["StreamSpecification"] = {"StreamEnabled": True, **stream}
        dynamodb.create_table(TableName=name, **wanted)


@cache
def routes(api: str) -> list[tuple[re.Pattern[str], str]]:
    """An HTTP API's routes as (pattern, handler), the most specific first, as API Gateway chooses among them."""
    found = []
    for properties in functions().values():
        for event in properties.get("Events", {}).values():
            if event["Type"] == "HttpApi" and event["Properties"]["ApiId"] == {"Ref": api}:
                found.append((event["Properties"].get("Path", "/{proxy+}"), properties["Handler"]))
    found.sort(key=lambda route: ("{proxy+}" in route[0], -len(route[0])))
    return [(re.compile(_pattern(path)), handler) for path, handler in found]


def _pattern(path: str) -> str:
    return re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path).replace(r"\{proxy\+\}", ".*")) + "$"
