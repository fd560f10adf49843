"""What the emulator is told of the template: every route that AWS would have, and nothing that it cannot read."""

from typing import Any

from local import emulator_template
from support.template import functions, resources, template


def told() -> dict[str, Any]:
    resources: dict[str, Any] = emulator_template.for_emulator(template())["Resources"]
    return resources


def test_every_http_event_has_a_route_to_its_function() -> None:
    keys = {
        (name, key)
        for name, properties in functions().items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "HttpApi"
        for key in [f"ANY {event['Properties']['Path']}" if "Path" in event["Properties"] else "$default"]
    }
    routes = {
        (
            properties["Target"]["Fn::Sub"].removeprefix("integrations/${").removesuffix("Integration}"),
            properties["RouteKey"],
        )
        for resource in told().values()
        if resource["Type"] == "AWS::ApiGatewayV2::Route"
        and (properties := resource["Properties"])
        and "Integration}" in properties["Target"]["Fn::Sub"]
    }
    assert keys <= routes


def test_a_family_is_reached_with_a_bare_trailing_slash() -> None:
    routes = [r["Properties"]["RouteKey"] for r in told().values() if r["Type"] == "AWS::ApiGatewayV2::Route"]
    assert {"ANY /api/products", "ANY /api/products/", "ANY /api/products/{proxy+}"} <= set(routes)


def test_ids_of_apis_are_their_contracts() -> None:
    tags = {
        name: resource["Properties"]["Tags"]["ms-custom-id"]
        for name, resource in told().items()
        if resource["Type"] == "AWS::ApiGatewayV2::Api"
    }
    assert tags == {name: name.removesuffix("Api").lower() for name in tags}
    assert {"StorefrontApi", "AdminApi", "SocketsApi"} <= set(tags)


def test_the_template_itself_is_not_changed() -> None:
    before = repr(template())
    told()
    assert repr(template()) == before
    assert resources("AWS::Serverless::HttpApi")
