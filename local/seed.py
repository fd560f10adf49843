"""`python -m local.seed`: the demo shop, made through the product's own services against the deployed stack.

Runs as an operator would: the services get the environment that the deployed functions have, and the account root's
credentials. Everything can be repeated; a marker beside the pictures says that this catalogue was sold in already.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3

from local import deployed, places
from local.demo import catalogue, people, pictures

sys.path.insert(0, str(places.ROOT / "layers" / "domain"))

MARKER = "demo/catalogue.sha256"
WORKERS = 8
_ADDRESS = "127.0.0.1"


def main() -> None:
    """Seeds what is missing, and says what there is."""
    s3 = boto3.client("s3")
    bucket = deployed.outputs()["MediaBucket"]
    goods = list(catalogue.goods())
    if _content(s3, bucket) != catalogue.digest():
        os.environ.update(_environment_of_functions())
        sellers = _people()
        _categories()
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(lambda good: _upload(s3, bucket, good), goods))
            list(pool.map(lambda good: _create(sellers[good.seller], good), goods))
        s3.put_object(Bucket=bucket, Key=MARKER, Body=catalogue.digest().encode())
        outcome = "made"
    else:
        outcome = "unchanged"
    print(f"{outcome}: {len(goods)} products in {len(catalogue.CATEGORIES)} categories, {len(people.SELLERS)} sellers")


def _content(s3: Any, bucket: str) -> str:
    try:
        return str(s3.get_object(Bucket=bucket, Key=MARKER)["Body"].read().decode())
    except s3.exceptions.NoSuchKey:
        return ""


def _environment_of_functions() -> dict[str, str]:
    """The variables of all deployed functions together; rate limits are not meant for an operator."""
    pages = boto3.client("lambda").get_paginator("list_functions").paginate()
    functions = [function for page in pages for function in page["Functions"]]
    variables = {
        name: value
        for function in functions
        for name, value in function.get("Environment", {}).get("Variables", {}).items()
    }
    return variables | {"RATE_LIMITS": ""}


def _people() -> list[Any]:
    """The demo accounts; answers the sellers as callers of the services."""
    from commerce.accounts.service import accounts

    _register(people.BUYER, is_seller=False)
    _register(people.ADMIN, is_seller=False)
    accounts().make_staff(people.ADMIN.email)
    return [_register(seller, is_seller=True) for seller in people.SELLERS]


def _register(person: people.Person, *, is_seller: bool) -> Any:
    from commerce.accounts.model import Registration
    from commerce.accounts.service import accounts

    registration = Registration(**person._asdict(), is_seller=is_seller)
    return accounts().register(registration, _ADDRESS, keyed=True).user.principal()


def _categories() -> None:
    from commerce.catalog.service import catalog

    for name, description in catalogue.CATEGORIES.items():
        catalog().add_category(name, description)


def _upload(s3: Any, bucket: str, good: catalogue.Good) -> None:
    s3.put_object(
        Bucket=bucket,
        Key=pictures.key_of(good),
        Body=pictures.picture(good),
        ContentType=pictures.CONTENT_TYPE,
        CacheControl="public, max-age=86400",
    )


def _create(seller: Any, good: catalogue.Good) -> None:
    from commerce.catalog.model import Draft
    from commerce.catalog.service import catalog
    from commerce.kit.receipts import Attempt

    draft = Draft(
        name=good.name,
        slug=good.slug,
        description=good.description,
        category_slug=good.category,
        price_minor=good.price_minor,
        stock=good.stock,
        brand=good.brand,
        tags=good.tags,
        images=(pictures.key_of(good),),
        is_featured=good.is_featured,
    )
    catalog().create(seller, draft, Attempt("demo", good.slug, catalogue.digest()))


if __name__ == "__main__":
    main()
