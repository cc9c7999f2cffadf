"""What stands in for AWS in the tests: servers on loopback, started when a test first asks.

    from tests import stand_ins
    table = stand_ins.client("dynamodb", stand_ins.aws())

`aws()` is ministack: SQS, DynamoDB, SSM and more, about as AWS answers. `dynalite()` is a second
DynamoDB, written by other people. Each test process starts its own and ends it with the session
(`tests/conftest.py`), so tests in parallel share nothing; tests of one process share the server,
so each names its own tables and queues. `make stand_ins` installs both.

Where they are known to differ from AWS: ministack takes an SQS delay over 900 s, fills in no
`<aws.scheduler.…>` and evaluates no Logs Insights query; dynalite has no transactions, no TTL and
no `ReturnValuesOnConditionCheckFailure`.
"""

from tests.stand_ins.clients import ENVIRONMENT, client
from tests.stand_ins.servers import aws, dynalite, stop

__all__ = ["ENVIRONMENT", "aws", "client", "dynalite", "stop"]
