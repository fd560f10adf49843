"""The page that shows a contract's OpenAPI description with Swagger UI, whose files lie on the same host."""


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
