"""OpenAPI 3.1 of every contract, made from the code that serves it."""
