"""`python -m local.seed`: the demo shop, made through the product's own services against the deployed stack.

Runs as an operator would: the services get the environment that the deployed functions have, and the account root's
credentials. A list beside the pictures says what was made before and is left alone; a run that was broken off is
repeated under the same idempotency keys.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3

from local import deployed, operating, places
from local.demo import catalogue, people, pictures
from local.sandbox import keys

MADE = "demo/made.json"
WORKERS = 8
_ADDRESS = "127.0.0.1"


def main() -> None:
    """Seeds what is missing, and says what there is."""
    _payment_keys()
    s3 = boto3.client("s3")
    bucket = deployed.outputs()["MediaBucket"]
    made = _made(s3, bucket)
    goods = [good for good in catalogue.goods() if good.slug not in made]
    if goods:
        operating.take_seat()
        sellers = _people()
        _categories()
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(lambda good: _upload(s3, bucket, good), goods))
            list(pool.map(lambda good: _create(sellers[good.seller], good), goods))
        made += [good.slug for good in goods]
        s3.put_object(Bucket=bucket, Key=MADE, Body=json.dumps(made).encode())
    print(f"{len(made)} products, {len(goods)} of them new, {len(catalogue.CATEGORIES)} categories")


def _payment_keys() -> None:
    """The sandbox's keys, where an operator puts the real ones."""
    name = f"{places.STACK_NAME}/payments"
    boto3.client("secretsmanager").put_secret_value(SecretId=name, SecretString=json.dumps(keys.as_secret()))


def _made(s3: Any, bucket: str) -> list[str]:
    """The slugs of the products that earlier runs made."""
    try:
        slugs: list[str] = json.load(s3.get_object(Bucket=bucket, Key=MADE)["Body"])
    except s3.exceptions.NoSuchKey:
        return []
    return slugs


def _people() -> list[Any]:
    """The demo accounts; answers the sellers as callers of the services."""
    from commerce.accounts.service import accounts

    _register(people.BUYER, is_seller=False)
    _register(people.ADMIN, is_seller=False)
    accounts().make_staff(people.ADMIN.email)
    return [_register(seller, is_seller=True) for seller in people.SELLERS]


def _register(person: people.Person, *, is_seller: bool) -> Any:
    from commerce.accounts.model import EmailTaken, Registration
    from commerce.accounts.service import accounts

    registration = Registration(**person._asdict(), is_seller=is_seller)
    try:
        return accounts().register(registration, _ADDRESS).user.principal()
    except EmailTaken:
        return accounts().log_in(person.email, person.password, _ADDRESS).user.principal()


def _categories() -> None:
    from commerce.catalog.service import catalog

    for name, description in catalogue.CATEGORIES.items():
        catalog().add_category(None, name, description)


def _upload(s3: Any, bucket: str, good: catalogue.Good) -> None:
    s3.put_object(
        Bucket=bucket,
        Key=pictures.key_of(good),
        Body=pictures.picture(good),
        ContentType=pictures.CONTENT_TYPE,
        CacheControl="public, max-age=86400",
    )


def _create(seller: Any, good: catalogue.Good) -> None:
    from commerce.catalog.model import NewProduct
    from commerce.catalog.service import catalog
    from commerce.kit.idempotency import IdempotentRequest

    draft = NewProduct(
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
    catalog().create(seller, draft, IdempotentRequest("demo", good.slug, good.slug))


if __name__ == "__main__":
    main()
