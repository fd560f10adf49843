"""`python -m local.seed`: the demo shop, made through the product's own services against the deployed stack.

Runs as an operator would: the services get the environment that the deployed functions have, and the account root's
credentials. A list beside the pictures names what earlier runs made, which is left alone; an interrupted run is
repeated under the same idempotency keys.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3

from local import operator, paths, stack_outputs
from local.demo import catalogue, opinions, people, pictures, talk
from local.sandbox import keys

SEEDED_LIST = "demo/made.json"
WORKERS = 8
_ADDRESS = "127.0.0.1"


def main() -> None:
    """Creates what is missing and prints a summary."""
    _payment_keys()
    s3 = boto3.client("s3")
    bucket = stack_outputs.load()["MediaBucket"]
    seeded = _seeded(s3, bucket)
    products = [product for product in catalogue.products() if product.slug not in seeded]
    if products:
        operator.connect()
        buyer, sellers = _people()
        _categories()
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(lambda product: _upload(s3, bucket, product), products))
            list(pool.map(lambda product: _create(sellers[product.seller], product), products))
        _reviews(buyer)
        _talk(buyer, sellers)
        _visits()
        _looks(buyer, sellers)
        _sales(sellers)
        seeded += [product.slug for product in products]
        s3.put_object(Bucket=bucket, Key=SEEDED_LIST, Body=json.dumps(seeded).encode())
    print(f"{len(seeded)} products, {len(products)} of them new, {len(catalogue.CATEGORIES)} categories")


def _payment_keys() -> None:
    """The sandbox's keys, where an operator puts the real ones."""
    name = f"{paths.STACK_NAME}/payments"
    boto3.client("secretsmanager").put_secret_value(SecretId=name, SecretString=json.dumps(keys.as_secret()))


def _seeded(s3: Any, bucket: str) -> list[str]:
    """The slugs of the products that earlier runs made."""
    try:
        slugs: list[str] = json.load(s3.get_object(Bucket=bucket, Key=SEEDED_LIST)["Body"])
    except s3.exceptions.NoSuchKey:
        return []
    return slugs


def _people() -> tuple[Any, list[Any]]:
    """The demo accounts; returns the buyer and the sellers as callers of the services."""
    from commerce.accounts.service import accounts

    buyer = _register(people.BUYER, is_seller=False)
    _register(people.ADMIN, is_seller=False)
    accounts().make_staff(people.ADMIN.email)
    return buyer, [_register(seller, is_seller=True) for seller in people.SELLERS]


def _register(person: people.Person, *, is_seller: bool) -> Any:
    from commerce.accounts.model import EmailTaken, Registration
    from commerce.accounts.service import accounts

    registration = Registration(**person._asdict(), is_seller=is_seller)
    try:
        return accounts().register(registration, _ADDRESS).value.user.principal()
    except EmailTaken:
        return accounts().log_in(person.email, person.password, _ADDRESS).user.principal()


def _categories() -> None:
    from commerce.catalog.service import catalog

    for name, description in catalogue.CATEGORIES.items():
        catalog().add_category(None, name, description)


def _upload(s3: Any, bucket: str, product: catalogue.DemoProduct) -> None:
    s3.put_object(
        Bucket=bucket,
        Key=pictures.key_of(product),
        Body=pictures.picture(product),
        ContentType=pictures.CONTENT_TYPE,
        CacheControl="public, max-age=86400",
    )


def _create(seller: Any, product: catalogue.DemoProduct) -> None:
    from commerce.catalog.model import NewProduct
    from commerce.catalog.service import catalog
    from commerce.kit.idempotency import IdempotentRequest

    draft = NewProduct(
        name=product.name,
        slug=product.slug,
        description=product.description,
        category_slug=product.category,
        price_minor=product.price_minor,
        stock=product.stock,
        brand=product.brand,
        tags=product.tags,
        images=(pictures.key_of(product),),
        is_featured=product.is_featured,
    )
    catalog().create(seller, draft, IdempotentRequest("demo", product.slug, product.slug))


def _reviews(buyer: Any) -> None:
    from commerce.kit.idempotency import IdempotentRequest
    from commerce.reviews.model import Opinion
    from commerce.reviews.service import reviews

    for review in opinions.REVIEWS:
        opinion = Opinion(review.rating, review.title, review.comment)
        reviews().add(buyer, review.slug, opinion, IdempotentRequest("demo", review.slug, review.slug))


def _talk(buyer: Any, sellers: list[Any]) -> None:
    from commerce.catalog.service import catalog
    from commerce.chat.model import NewConversation
    from commerce.chat.service import chat
    from commerce.kit.idempotency import IdempotentRequest

    wanted = NewConversation(product_id=catalog().product_id(talk.PRODUCT), source=talk.SOURCE)
    made = chat().start(buyer, wanted, IdempotentRequest("demo", "talk", talk.PRODUCT)).value
    for number, line in enumerate(talk.LINES):
        speaker = sellers[talk.SELLER] if line.is_seller else buyer
        chat().send(speaker, made.id, line.content, IdempotentRequest("demo", f"talk {number}", line.content))
    chat().mark_read(buyer, made.id)


def _visits() -> None:
    """People who looked at some products: the counting worker hears of them as of any others."""
    from commerce.catalog.service import catalog
    from commerce.kit import clock
    from commerce.metrics.activity import CLICK, VIEW, Visit
    from commerce.metrics.visits import visits

    for number, slug in enumerate(opinions.LOOKED_AT):
        product_id = catalog().product_id(slug)
        for visitor in range(3 + 5 * number % 11):
            kinds = (VIEW, CLICK) if visitor % 3 == 0 else (VIEW,)
            for kind in kinds:
                visits().send(Visit(kind, product_id, clock.now_ms(), visitor=f"demo {visitor}"))


def _looks(buyer: Any, sellers: list[Any]) -> None:
    """What people with accounts look at together, so that the buyer has something recommended."""
    from commerce.catalog.service import catalog
    from commerce.kit import clock
    from commerce.metrics.activity import VIEW, Visit
    from commerce.metrics.visits import visits

    customer = _register(people.CUSTOMER, is_seller=False)
    for slugs in opinions.LOOKED_AT_TOGETHER:
        for person, seen in ((customer, slugs), *((seller, slugs) for seller in sellers), (buyer, slugs[:1])):
            for slug in seen:
                visits().send(Visit(VIEW, catalog().product_id(slug), clock.now_ms(), user_id=person.user_id))


def _sales(sellers: list[Any]) -> None:
    """The first seller was paid for what they sold, by Stripe's sandbox; the second's sale is not delivered yet."""
    from commerce.accounts.service import accounts
    from commerce.kit import settings
    from commerce.orders.payment import Provider
    from commerce.payments.providers.transfers import Destination, Kind
    from commerce.payouts.service import payouts

    currency = settings.text("DEFAULT_CURRENCY")
    staff = accounts().make_staff(people.ADMIN.email).principal()
    customer = _register(people.CUSTOMER, is_seller=False)
    sold = [_sale(staff, customer, seller, is_delivered=number == 0) for number, seller in enumerate(sellers[:2])]
    for order_id in sold:
        payouts().projection.bring(order_id)
    account = Destination(Kind.CONNECTED_ACCOUNT, currency, people.STRIPE_ACCOUNT)
    payouts().recipients.choose(sellers[0], Provider.STRIPE, account)
    if begun := payouts().runs.begin(sellers[0].user_id, currency):
        payouts().transfers.visit(begun.value.reference)


def _sale(staff: Any, buyer: Any, seller: Any, *, is_delivered: bool) -> int:
    """An order of one of the seller's products, whose money staff has seen; its id."""
    from commerce.carts.model import Owner
    from commerce.carts.service import carts
    from commerce.catalog.service import catalog
    from commerce.kit.idempotency import IdempotentRequest
    from commerce.kit.pages import PageRequest
    from commerce.orders.model import OrderTerms, ShippingDetails
    from commerce.orders.service import orders
    from commerce.orders.status import Status
    from commerce.payments.service import payments

    [product, *_], _ = catalog().of_seller(seller, PageRequest())
    name = f"sale-{seller.user_id}"
    carts().add(Owner.account(buyer.user_id), product.id, 1)
    delivery = ShippingDetails({"text": "1 Harbour Road, Tema"}, "+233551234987")
    order = orders().place(buyer, "storefront", delivery, OrderTerms(), IdempotentRequest("demo", name, name)).value
    if not orders().by_id(order.id).is_paid:
        payments().settlement.confirm(staff, order.id)
    for status in (Status.SHIPPED, Status.DELIVERED) if is_delivered else ():
        payments().move(staff, order.id, status)
    return order.id


if __name__ == "__main__":
    main()
