"""An account of AWS in this process: moto below, holding the template's tables, queues, buckets and secrets."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

JWT_RING = '{"k1": "0123456789abcdef0123456789abcdef0123456789abcdef"}'


@contextmanager
def empty_account() -> Iterator[None]:
    """Nothing in it but what the template makes: tables, the key ring, the settlement queue, the index bucket.

    Clients are kept from account to account: making one costs more than all that a test does with it.
    """
    from moto import mock_aws
    from moto.core.botocore_stubber import BotocoreStubber

    from commerce.kit import secrets
    from commerce.kit.aws import client
    from commerce.search.service import search
    from support.moto_transactions import light_transactions
    from support.template import create_tables

    alone = patch.object(BotocoreStubber, "__call__", _one_at_a_time(BotocoreStubber.__call__))
    with mock_aws(), alone, light_transactions():
        secrets._kept.clear()
        search()._index._checked_at = 0
        create_tables(client("dynamodb"), with_streams=False)
        client("secretsmanager").create_secret(Name="bazaar/jwt", SecretString=JWT_RING)
        kms = client("kms")
        kms.create_alias(AliasName="alias/two-factor", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
        client("sqs").create_queue(QueueName="settlement")
        client("sqs").create_queue(QueueName="visits")
        client("sqs").create_queue(QueueName="counting")
        client("sqs").create_queue(QueueName="payouts")
        for bucket in ("bazaar-index", "bazaar-media", "bazaar-uploads"):
            client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield


def _one_at_a_time(answer: Any) -> Any:
    """Moto's tables are plain dictionaries: a reader beside a writer sees them change under its hands, which no item
    of DynamoDB does. The code under test goes on in its threads."""
    lock = threading.RLock()

    def answer_alone(*arguments: Any, **options: Any) -> Any:
        with lock:
            return answer(*arguments, **options)

    return answer_alone


def empty_tables() -> None:
    """The account's tables, made again."""
    from commerce.kit.aws import client
    from support.template import create_tables

    dynamodb = client("dynamodb")
    for name in dynamodb.list_tables()["TableNames"]:
        dynamodb.delete_table(TableName=name)
    create_tables(dynamodb, with_streams=False)


def empty_bucket() -> None:
    """The index bucket without anything in it."""
    from commerce.kit.aws import client

    for found in client("s3").list_objects_v2(Bucket="bazaar-index").get("Contents", []):
        client("s3").delete_object(Bucket="bazaar-index", Key=found["Key"])
