"""The template as CloudFormation gets it, SAM's transform done; and its values as a deployment would have them."""

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from local import environments
from support.template import ROOT

# As long as AWS makes them, so that what is measured is no shorter than what is deployed.
LONG_NAME = "bazaar-production-resource-1AB2CD3EF4GH5"
LONG_ARN = f"arn:aws:service:eu-central-1:123456789012:kind/{LONG_NAME}"
PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::AccountId": "123456789012",
    "AWS::StackName": "bazaar-production",
    "AWS::URLSuffix": "amazonaws.com",
}
_NOTHING = object()


GIVEN = {"BaseUrl": "https://shop.example.com", "MediaBaseUrl": "https://shop.example.com/media"}


@cache
def template(cors_origins: str = "") -> dict[str, Any]:
    """The translated template; SAM writes the values of parameters into some places."""
    environments.ensure((environments.SAM,))
    parameters = json.dumps(GIVEN | {"CorsOrigins": cors_origins})
    ended = subprocess.run(
        [environments.SAM.home / "bin" / "python", Path(__file__).with_name("translate.py"), parameters],
        input=(ROOT / "template.yaml").read_text(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return dict(json.loads(ended.stdout))


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """{logical id: properties} of the resources of one type."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template()["Resources"].items()
        if resource["Type"] == kind
    }


def policies_of(function: str) -> list[dict[str, Any]]:
    """The statements of a function's role, its own and those of the policies that it attaches."""
    role = resources("AWS::IAM::Role")[resources("AWS::Lambda::Function")[function]["Role"]["Fn::GetAtt"][0]]
    managed = resources("AWS::IAM::ManagedPolicy")
    attached = [managed[arn["Ref"]] for arn in role["ManagedPolicyArns"] if isinstance(arn, dict) and "Ref" in arn]
    return [
        statement
        for policy in (*role.get("Policies", []), *attached)
        for statement in _listed(policy["PolicyDocument"]["Statement"])
    ]


def actions_on(function: str, resource: Any) -> set[str]:
    """What a function may do with exactly this resource."""
    return {
        action
        for statement in policies_of(function)
        if statement["Effect"] == "Allow" and resource in _listed(statement["Resource"])
        for action in _listed(statement["Action"])
    }


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


class Deployment:
    """What CloudFormation makes of values with these parameters beside the template's defaults."""

    def __init__(self, **parameters: str) -> None:
        defaults = {name: str(entry.get("Default", "")) for name, entry in template()["Parameters"].items()}
        self._parameters = PSEUDO | defaults | GIVEN | parameters

    def resolved(self, value: Any) -> Any:
        """The value without functions; names and ARNs of resources are stand-ins of the usual length."""
        found = self._resolved(value)
        return None if found is _NOTHING else found

    def _resolved(self, value: Any) -> Any:
        match value:
            case {"Ref": "AWS::NoValue"}:
                return _NOTHING
            case {"Ref": str(name)}:
                return self._parameters.get(name, LONG_NAME)
            case {"Fn::GetAtt": _}:
                return LONG_ARN
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{([^}]+)\}", lambda name: self._named(name[1]), text)
            case {"Fn::If": [condition, then, otherwise]}:
                return self._resolved(then if self._holds({"Condition": condition}) else otherwise)
            case {"Fn::Split": [separator, text]}:
                return str(self._resolved(text)).split(separator)
            case {"Fn::Join": [separator, parts]}:
                return separator.join(str(self._resolved(part)) for part in parts)
            case dict():
                entries = {key: self._resolved(entry) for key, entry in value.items()}
                return {key: entry for key, entry in entries.items() if entry is not _NOTHING}
            case list():
                return [found for entry in value if (found := self._resolved(entry)) is not _NOTHING]
        return value

    def _named(self, name: str) -> str:
        return LONG_ARN if "." in name else self._parameters.get(name, LONG_NAME)

    def _holds(self, condition: Any) -> bool:
        match condition:
            case {"Condition": name}:
                return self._holds(template()["Conditions"][name])
            case {"Fn::Not": [inner]}:
                return not self._holds(inner)
            case {"Fn::Equals": [one, other]}:
                return bool(self._resolved(one) == self._resolved(other))
        raise AssertionError(f"a condition that is not understood here: {condition}")
