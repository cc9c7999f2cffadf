"""What stands in for AWS in the tests: servers on loopback, started when a test first asks.

    from tests import stand_ins
    table = stand_ins.client("dynamodb", stand_ins.aws())

`aws()` is ministack: SQS, DynamoDB, SSM and more, about as AWS answers; `guarded_aws()` is
one more, which also asks IAM. `dynalite()` is a second DynamoDB, written by other people. Each test process starts its own and ends it with the session
(`tests/conftest.py`), so tests in parallel share nothing; tests of one process share the server,
so each names its own tables and queues. `make stand_ins` installs both.

Where they are known to differ from AWS: ministack takes an SQS delay over 900 s, fills in no
`<aws.scheduler.…>`, evaluates no Logs Insights query, runs functions with its own Python, and its
IAM takes GetParameters and DescribeLogGroups for calls on everything; dynalite has no transactions, no TTL and
no `ReturnValuesOnConditionCheckFailure`.
"""

from tests.stand_ins.clients import ENVIRONMENT, client
from tests.stand_ins.servers import aws, dynalite, guarded_aws, stop

__all__ = ["ENVIRONMENT", "aws", "client", "dynalite", "guarded_aws", "stop"]
