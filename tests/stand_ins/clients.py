"""boto3 clients that talk to a stand-in, with nothing of this machine's AWS configuration."""

from __future__ import annotations

from typing import Any

ENVIRONMENT = {
    # Twelve digits as the key's id make it the root of that account in ministack.
    "AWS_ACCESS_KEY_ID": "111122223333",
    "AWS_SECRET_ACCESS_KEY": "made-up",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""What a process needs in its environment to talk to a stand-in as account 111122223333."""


def client(service: str, endpoint: str) -> Any:
    """A boto3 client of `service` ("sqs", "dynamodb", …) for the stand-in at `endpoint`."""
    import boto3  # here: every test session loads this module, and few talk to AWS
    from botocore.config import Config

    session = boto3.Session(
        ENVIRONMENT["AWS_ACCESS_KEY_ID"],
        ENVIRONMENT["AWS_SECRET_ACCESS_KEY"],
        region_name=ENVIRONMENT["AWS_REGION"],
    )
    config = Config(
        proxies={},
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=32,
    )
    return session.client(service, endpoint_url=endpoint, config=config)
