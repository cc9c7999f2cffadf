"""Makes the bot's table in a stand-in for DynamoDB, as serverless.yml describes it."""

from __future__ import annotations

import itertools
from typing import Any

from tests.stand_ins.clients import client

_numbers = itertools.count(1)


def make_table(endpoint: str, name: str | None = None) -> str:
    """A new table at the endpoint, under a name of its own unless one is given; its name."""
    dynamodb: Any = client("dynamodb", endpoint)
    name = name or f"siem-{next(_numbers)}"
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": "S"} for key in ("pk", "l1", "s1", "l2", "s2")
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": f"list{number}",
                "KeySchema": [
                    {"AttributeName": f"l{number}", "KeyType": "HASH"},
                    {"AttributeName": f"s{number}", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
            for number in (1, 2)
        ],
    )
    dynamodb.get_waiter("table_exists").wait(
        TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 20}
    )
    return name
