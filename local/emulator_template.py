"""The built template, adapted to what the emulator can read.

It does not import the routes of an AWS::Serverless::HttpApi (they are in the OpenAPI document that SAM generates), so
every event of that kind becomes a route of its own. The template itself stays as AWS wants it.
"""

import copy
from typing import Any

Template = dict[str, Any]

# The emulator's tag for choosing an API's id: the front proxy then needs no look-up.
_ID_TAG = "ms-custom-id"
# Returned bodies are always sent back over a socket here; in AWS a route response says so.
_UNSUPPORTED_TYPES = {"AWS::ApiGatewayV2::RouteResponse"}

# It counts no attempts at a batch of a stream; a record that always fails is given up by its age instead.
_MAX_RECORD_AGE_SECONDS = 60


def for_emulator(built: Template) -> Template:
    """A copy of the template: HTTP APIs as plain resources, API ids fixed (that of StorefrontApi is `storefront`)."""
    template = copy.deepcopy(built)
    resources: dict[str, Any] = {
        name: resource for name, resource in template["Resources"].items() if resource["Type"] not in _UNSUPPORTED_TYPES
    }
    cors = template.get("Globals", {}).pop("HttpApi", {}).get("CorsConfiguration")
    added: dict[str, Any] = {}
    for name, resource in resources.items():
        if resource["Type"] == "AWS::Serverless::HttpApi":
            added |= _api(name, cors)
        elif resource["Type"] == "AWS::Serverless::Function":
            added |= _routes(name, resource["Properties"])
        elif resource["Type"] == "AWS::ApiGatewayV2::Api":
            resource["Properties"]["Tags"] = {_ID_TAG: api_id(name)}
        elif resource["Type"] == "AWS::Lambda::EventSourceMapping" and "StartingPosition" in resource["Properties"]:
            resource["Properties"]["MaximumRecordAgeInSeconds"] = _MAX_RECORD_AGE_SECONDS
    template["Resources"] = resources | added
    return template


def api_id(logical_id: str) -> str:
    """StorefrontApi → storefront."""
    return logical_id.removesuffix("Api").lower()


def _api(name: str, cors: Any) -> dict[str, Any]:
    properties: dict[str, Any] = {"Name": name, "ProtocolType": "HTTP", "Tags": {_ID_TAG: api_id(name)}}
    if cors:
        properties["CorsConfiguration"] = _cors(cors)
    stage = {"ApiId": {"Ref": name}, "StageName": "$default", "AutoDeploy": True}
    return {
        name: {"Type": "AWS::ApiGatewayV2::Api", "Properties": properties},
        f"{name}Stage": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": stage},
    }


def _cors(configuration: Any) -> Any:
    """It reads these keys with a small first letter, as its API spells them, not CloudFormation."""
    if "Fn::If" in configuration:
        condition, *branches = configuration["Fn::If"]
        return {"Fn::If": [condition, *map(_cors, branches)]}
    return {key[0].lower() + key[1:]: value for key, value in configuration.items()}


def _routes(function: str, properties: dict[str, Any]) -> dict[str, Any]:
    """The integration, permission and routes of a function's HttpApi events, which are taken out of it."""
    events: dict[str, Any] = properties.get("Events", {})
    http = {name: event["Properties"] for name, event in events.items() if event["Type"] == "HttpApi"}
    if not http:
        return {}
    properties["Events"] = {name: event for name, event in events.items() if name not in http}
    api = next(iter(http.values()))["ApiId"]
    integration = {
        "ApiId": api,
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": {"Fn::GetAtt": [function, "Arn"]},
        "PayloadFormatVersion": "2.0",
    }
    permission = {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": function},
        "Principal": "apigateway.amazonaws.com",
    }
    added = {
        f"{function}Integration": {"Type": "AWS::ApiGatewayV2::Integration", "Properties": integration},
        f"{function}Permission": {"Type": "AWS::Lambda::Permission", "Properties": permission},
    }
    keys = sorted(key for event in http.values() for key in _keys(event))
    for number, key in enumerate(keys):
        route = {"ApiId": api, "RouteKey": key, "Target": {"Fn::Sub": f"integrations/${{{function}Integration}}"}}
        added[f"{function}Route{number}"] = {"Type": "AWS::ApiGatewayV2::Route", "Properties": route}
    return added


def _keys(event: dict[str, Any]) -> list[str]:
    """Route keys of one event. In AWS {proxy+} takes a bare trailing slash too, here it needs a key of its own."""
    path = event.get("Path")
    if path is None:
        return ["$default"]
    method = event["Method"]
    head = path.removesuffix("{proxy+}")
    return [f"{method} {path}"] + ([f"{method} {head}"] if head != path else [])
