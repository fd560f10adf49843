"""An account of AWS in this process: moto below, holding the template's tables, queues, buckets and secrets."""

from collections.abc import Iterator
from contextlib import contextmanager

JWT_RING = '{"k1": "0123456789abcdef0123456789abcdef0123456789abcdef"}'


@contextmanager
def empty_account() -> Iterator[None]:
    """Nothing in it but what the template makes: tables, the key ring, the settlement queue, the index bucket."""
    import boto3
    from moto import mock_aws

    from commerce.kit import aws as clients
    from commerce.kit import secrets
    from commerce.search.service import search
    from support.template import create_tables

    with mock_aws():
        clients.client.cache_clear()
        secrets._kept.clear()
        search()._index._looked_at = 0
        create_tables(boto3.client("dynamodb"))
        boto3.client("secretsmanager").create_secret(Name="bazaar/jwt", SecretString=JWT_RING)
        boto3.client("sqs").create_queue(QueueName="settlement")
        boto3.client("s3").create_bucket(
            Bucket="bazaar-index", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        yield
    clients.client.cache_clear()


def empty_tables() -> None:
    """The account's tables, made anew."""
    import boto3

    from support.template import create_tables

    dynamodb = boto3.client("dynamodb")
    for name in dynamodb.list_tables()["TableNames"]:
        dynamodb.delete_table(TableName=name)
    create_tables(dynamodb)
