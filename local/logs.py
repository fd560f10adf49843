"""`python -m local.logs`: what the functions of the running local stack have logged, oldest first."""

import boto3

from local import paths

# The lines that Lambda itself writes around every call.
_PLATFORM = ("START ", "END ", "REPORT ")


def main() -> None:
    """Prints every line of every function, with its time."""
    client = boto3.client(
        "logs",
        endpoint_url=paths.ENDPOINT,
        region_name=paths.REGION,
        aws_access_key_id=paths.ROOT_CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=paths.ROOT_CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )
    pages = client.get_paginator("filter_log_events").paginate(logGroupName=f"/bazaar/{paths.STACK_NAME}")
    events = [event for page in pages for event in page["events"]]
    for event in sorted(events, key=lambda event: event["timestamp"]):
        if not event["message"].startswith(_PLATFORM):
            print(event["timestamp"], event["message"].rstrip())


if __name__ == "__main__":
    main()
