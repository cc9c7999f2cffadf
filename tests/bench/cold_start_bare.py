"""The yardstick of a cold start: a bare Bolt app on Lambda that queues one message and reads one item.

Nothing in it belongs to this project. Its secrets are in the environment, and it is told who it is, so
that Bolt asks nobody: it does as little as an app can that acknowledges, queues and reads.
"""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import boto3
from slack_bolt import Ack, App
from slack_bolt.adapter.aws_lambda import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult

sqs = boto3.client("sqs")
dynamodb = boto3.client("dynamodb")


def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=enterprise_id, team_id=team_id, bot_token=os.environ["BARE_TOKEN"]
    )


app = App(
    signing_secret=os.environ["BARE_SIGNING_SECRET"],
    authorize=authorize,
    process_before_response=True,
)


@app.command("/siem")
def on_command(ack: Ack, body: dict[str, Any]) -> None:
    dynamodb.get_item(
        TableName=os.environ["SIEM_TABLE"],
        Key={"pk": {"S": body["user_id"]}},
        ConsistentRead=True,
    )
    sqs.send_message(QueueUrl=os.environ["SIEM_JOBS_URL"], MessageBody=body["text"])
    ack()


handle = SlackRequestHandler(app).handle


def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    return handle(event, SimpleNamespace(function_name="bare", invoked_function_arn=""))
