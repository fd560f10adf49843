"""The local stack: the product's own template on a developer's machine. Nothing in here is deployed to AWS."""
