"""A contract's OpenAPI description, and the page that shows it with Swagger UI, whose files lie on the same host."""

from pathlib import Path

from rest.api import Access, Api, Contract, Reply, Request

DOCUMENT = "/openapi.json"


def fallback(contract: Contract, under: str = "") -> Api:
    """What answers where no endpoint group does: unknown paths, and below `under` the description /openapi.json with
    its page /docs."""
    api = Api(contract)
    document = Path(__file__).parents[1] / contract.name / "openapi.json"

    @api.get(f"{under}{DOCUMENT}", access=Access.PUBLIC)
    def openapi(_: Request) -> Reply:
        """OpenAPI 3.1 of this contract."""
        return Reply(document.read_text(), headers={"Content-Type": "application/json"})

    @api.get(f"{under}/docs", access=Access.PUBLIC)
    def docs(_: Request) -> Reply:
        """The description as a page that can call this API."""
        return Reply(page(api.contract.title), headers={"Content-Type": "text/html; charset=utf-8"})

    return api


def page(title: str) -> str:
    """The page as HTML; it loads `openapi.json` from beside itself and its scripts from /assets/swagger-ui/."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} API · Bazaar</title>
<link rel="stylesheet" href="/assets/swagger-ui/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/assets/swagger-ui/swagger-ui-bundle.js"></script>
<script>
const here = location.pathname.replace(/\\/docs\\/?$/, "");
SwaggerUIBundle({{ url: here + "/openapi.json", dom_id: "#api", deepLinking: true, persistAuthorization: true }});
</script>
</body>
</html>
"""
