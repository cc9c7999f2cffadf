"""What is asked of the events, in Logs Insights QL."""

from __future__ import annotations

from tests.bench.services import BUCKET

TITLES = {
    "a": "count by eventSource",
    "b": "a rare write to one bucket: four fields, sort, limit 100",
    "c": "count and count_distinct by userIdentity.arn and hour",
    "d": "a regex over @message, count by eventSource",
    "e": "forty detection rules",
    "f": "a over gzip files as CloudTrail delivers them",
    "g": "one rule on one event, and a thousand rule tests",
    "h": "from nothing to the first row",
    "i": "from nothing to the acknowledgement of a command in Slack",
}

PATTERN = "AccessDenied.*iam:(Create|Get)"

BY_SOURCE = "stats count(*) as n by eventSource"

QUERIES = {
    "a": BY_SOURCE,
    "b": f"""filter eventSource = "s3.amazonaws.com" and eventName = "PutObject"
        and requestParameters.bucketName = "{BUCKET}"
        | fields eventTime as time, userIdentity.arn as who, sourceIPAddress as address,
            requestParameters.key as key
        | sort time desc | limit 100""",
    "c": """stats count(*) as n, count_distinct(eventName) as names
        by userIdentity.arn as who, bin(1h) as hour
        | sort n desc, names desc, hour, who | limit 100""",
    "d": f"filter @message like /{PATTERN}/ | {BY_SOURCE}",
    "f": BY_SOURCE,
    "h": 'filter eventSource = "s3.amazonaws.com" | stats count(*) as n',
}
