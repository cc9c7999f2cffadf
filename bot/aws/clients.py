"""Makes the AWS clients: with botocore alone, which starts faster than boto3 and is what boto3 uses."""

from __future__ import annotations

from typing import Any

from botocore.config import Config
from botocore.session import Session


def new_session() -> Session:
    """What clients are made with. Not safe to use from several threads."""
    return Session()


def make_client(  # noqa: PLR0913 - settings, each with a default
    service: str,
    region: str,
    *,
    endpoint_url: str | None = None,
    tries: int = 3,
    read_seconds: float = 6.0,
    connections: int = 10,
    session: Session | None = None,
) -> Any:
    """A client for one service, such as `dynamodb`; safe to use from many threads, but not to make.

    `tries` counts all attempts of one call (standard mode: only what is safe or throttled is tried
    again). Without `endpoint_url`, `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>` count, as in
    every AWS SDK. Credentials come from where AWS SDKs find them. Clients that are made one after
    another on one thread may share a `session`, and with it what botocore reads only once.
    """
    config = Config(
        region_name=region,
        retries={"mode": "standard", "total_max_attempts": tries},
        connect_timeout=2.0,
        read_timeout=read_seconds,
        max_pool_connections=connections,
    )
    return (session or new_session()).create_client(
        service, region, endpoint_url=endpoint_url, config=config
    )
