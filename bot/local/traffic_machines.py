"""What machines do in the demo's traffic: the pipeline, the shop, backups, AWS services, outsiders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.local.traffic_calls import (
    assume_role,
    changes,
    denied,
    looks,
    on_bucket,
    on_key,
    on_object,
)
from bot.local.traffic_draw import Draw, digest
from bot.local.traffic_identities import (
    ACCOUNT,
    REGION,
    anonymous,
    application,
    backup_user,
    config_recorder,
    instance,
    partner,
    pipeline,
    release,
    service,
)
from bot.local.traffic_step import Step

_SERVERS = 3
_RUNS = frozenset(range(7 * 60 + 20, 17 * 60, 37))
"""Minutes of a working day in which the pipeline starts a release."""

_EMERGENCY = frozenset({21 * 60 + 50})
"""And of any day: the release at night."""

_PARTNER_COMES = frozenset({6 * 60 + 30, 13 * 60 + 30, 20 * 60 + 30})


def machines(seed: int, now: datetime, draw: Draw) -> Iterator[Step]:
    """What machines begin in this minute."""
    minute = now.hour * 60 + now.minute
    yield from _services(seed, now, draw)
    yield from _servers(seed, now, draw)
    yield from _shop(seed, now, draw)
    if minute in _EMERGENCY or (now.weekday() < 5 and minute in _RUNS):
        yield from _release(seed, now, draw)
    if minute == 2 * 60 + 15:
        yield from _backup(seed, draw)
    if minute in _PARTNER_COMES:
        yield from _partner(seed, now, draw)
    if draw.chance(12 / 1440):
        key = draw.pick((".env", "backup.zip", "index.html", "wp-config.php"))
        caller = anonymous(f"203.0.113.{draw.whole(200, 249)}")
        yield Step(
            draw.whole(0, 59),
            caller,
            on_object(draw, "GetObject", "my-bucket", key, "AccessDenied"),
        )


def _services(seed: int, now: datetime, draw: Draw) -> Iterator[Step]:
    """Services that write logs, or take the roles they were given."""
    if now.minute % 5 == 0:
        trail = service("cloudtrail.amazonaws.com")
        name = f"{ACCOUNT}_CloudTrail_{REGION}_{now:%Y%m%dT%H%MZ}_{draw.hexadecimal(16)}.json.gz"
        key = f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/{now:%Y/%m/%d}/{name}"
        second = draw.whole(5, 50)
        yield Step(second, trail, on_bucket("GetBucketAcl", "trail-logs"))
        yield Step(second, trail, on_key(draw, "GenerateDataKey", f"arn:aws:s3:::trail-logs/{key}"))
        yield Step(second + 1, trail, on_object(draw, "PutObject", "trail-logs", key))
    if now.minute % 10 == 4:
        logging = service("logging.s3.amazonaws.com")
        key = f"my-bucket/{now:%Y-%m-%d-%H-%M}-{draw.hexadecimal(16).upper()}"
        yield Step(draw.whole(0, 59), logging, on_object(draw, "PutObject", "access-logs", key))
    if now.minute == 7:
        delivery = service("delivery.logs.amazonaws.com")
        name = f"{ACCOUNT}_vpcflowlogs_{REGION}_{now:%Y%m%dT%H%MZ}_{draw.hexadecimal(8)}.log.gz"
        key = f"flow-logs/AWSLogs/{ACCOUNT}/vpcflowlogs/{REGION}/{now:%Y/%m/%d}/{name}"
        yield Step(draw.whole(0, 59), delivery, on_object(draw, "PutObject", "my-bucket", key))
    if draw.chance(0.3):
        name, role = draw.pick((("lambda", "orders-app"), ("ec2", "web"), ("ecs-tasks", "mailer")))
        session = f"{role}-{draw.hexadecimal(8)}"
        caller = service(f"{name}.amazonaws.com")
        yield Step(draw.whole(0, 59), caller, assume_role(role, session, now, seed))
    if now.minute in (12, 42):
        config = config_recorder(seed, now)
        for i, (source, name) in enumerate(_RECORDED):
            yield Step(2 * i, config, looks(source, name))


_RECORDED = (
    ("ec2", "DescribeSecurityGroups"), ("ec2", "DescribeNetworkInterfaces"), ("iam", "ListPolicies"),
    ("s3", "ListBuckets"), ("rds", "DescribeDBInstances"), ("lambda", "ListFunctions20150331"),
)  # fmt: skip


def _servers(seed: int, now: datetime, draw: Draw) -> Iterator[Step]:
    """Each web server reports to Systems Manager every five minutes."""
    for number in range(_SERVERS):
        if (now.minute + number) % 5:
            continue
        caller = instance(seed, number, now)
        name = str(caller.identity["principalId"]).partition(":")[2]
        parameters = {"instanceId": name, "agentVersion": "3.3.3050.0", "agentStatus": "Active"}
        yield Step(
            draw.whole(0, 59), caller, changes("ssm", "UpdateInstanceInformation", parameters)
        )
        if now.minute % 30 == number:
            key = f"shop/{now:%Y.%j}/config.json"
            yield Step(
                draw.whole(0, 59), caller, on_object(draw, "GetObject", "prod-releases", key)
            )


def _shop(seed: int, now: datetime, draw: Draw) -> Iterator[Step]:
    """The shop is busy in the evening and quiet at night; it reads far more than it writes."""
    busy = (0.2, 0.15, 0.1, 0.1, 0.15, 0.3, 0.5, 0.7, 0.8, 0.9, 1, 1, 1.1, 1, 0.9, 1, 1.1, 1.3, 1.6,
            1.8, 1.7, 1.3, 0.8, 0.4)[now.hour] * (1.2 if now.weekday() >= 5 else 1)  # fmt: skip
    caller = application(seed, now)
    orders = int(busy * 1.1 + draw.whole(0, 100) / 100)
    for _ in range(orders):
        second, batch = draw.whole(0, 59), f"uploads/batch-{draw.whole(100, 999)}.json"
        yield Step(second, caller, on_object(draw, "GetObject", "my-bucket", batch))
        if draw.chance(0.5):
            yield Step(second, caller, on_key(draw, "Decrypt", f"arn:aws:s3:::my-bucket/{batch}"))
    if now.minute % 20 == 11 and draw.chance(min(busy, 1)):
        key = f"uploads/batch-{draw.whole(100, 999)}.json"
        yield Step(draw.whole(0, 59), caller, on_object(draw, "PutObject", "my-bucket", key))
    if draw.chance(0.12):
        secret = {"secretId": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:shop/database"}
        yield Step(draw.whole(0, 59), caller, looks("secretsmanager", "GetSecretValue", secret))
    if draw.chance(0.05):
        stream = {
            "logGroupName": "/aws/lambda/orders",
            "logStreamName": f"{now:%Y/%m/%d}/[$LATEST]{draw.hexadecimal(32)}",
        }
        yield Step(draw.whole(0, 59), caller, changes("logs", "CreateLogStream", stream))


def _release(seed: int, now: datetime, draw: Draw) -> Iterator[Step]:
    run = int(digest("run", seed, now)[:6], 16) % 9_000 + 1_000
    took = assume_role("release", f"release-{run}", now, seed, "AssumeRoleWithWebIdentity")
    yield Step(2, pipeline(run), took)
    caller = release(seed, run, now)
    package = f"shop/{now:%Y.%j}/{run}/app.zip"
    stack = {"stackName": "shop"}
    calls = [
        looks("sts", "GetCallerIdentity"),
        looks("ecr", "GetAuthorizationToken"),
        *(on_object(draw, "UploadPart", "prod-releases", package) for _ in range(draw.whole(2, 5))),
        on_object(draw, "CompleteMultipartUpload", "prod-releases", package),
        changes("cloudformation", "CreateChangeSet", {**stack, "changeSetName": f"run-{run}"}),
        looks("cloudformation", "DescribeChangeSet", {**stack, "changeSetName": f"run-{run}"}),
        changes("cloudformation", "ExecuteChangeSet", {**stack, "changeSetName": f"run-{run}"}),
        *(looks("cloudformation", "DescribeStacks", stack) for _ in range(draw.whole(3, 7))),
        changes(
            "lambda",
            "UpdateFunctionCode20150331v2",
            {"functionName": "orders", "s3Bucket": "prod-releases", "s3Key": package},
        ),
        on_object(draw, "CopyObject", "my-bucket", "site/index.html"),
        on_object(draw, "CopyObject", "my-bucket", f"site/app-{run}.js"),
    ]
    if draw.chance(0.15):
        refused = looks("iam", "GetRole", {"roleName": "release"})
        calls.insert(2, denied(refused, caller))
    for i, call in enumerate(calls):
        yield Step(5 + 9 * i, caller, call)


def _backup(seed: int, draw: Draw) -> Iterator[Step]:
    caller = backup_user(seed)
    yield Step(1, caller, on_object(draw, "ListObjects", "my-bucket", "uploads/"))
    for i in range(draw.whole(15, 30)):
        key = f"uploads/batch-{draw.whole(100, 999)}.json"
        yield Step(3 + 6 * i, caller, on_object(draw, "GetObject", "my-bucket", key))
    for part in range(4):
        yield Step(
            200 + part, caller, on_object(draw, "UploadPart", "my-bucket", "backups/uploads.tar")
        )
    yield Step(
        210, caller, on_object(draw, "CompleteMultipartUpload", "my-bucket", "backups/uploads.tar")
    )


def _partner(seed: int, now: datetime, draw: Draw) -> Iterator[Step]:
    """A partner puts a file into a bucket of ours; sometimes in the wrong place."""
    caller = partner(seed)
    if draw.chance(0.2):
        wrong = on_object(draw, "PutObject", "my-bucket", "orders.csv", "AccessDenied")
        yield Step(4, caller, wrong)
    key = f"inbox/orders-{now:%Y-%m-%d-%H}.csv"
    yield Step(20, caller, on_object(draw, "PutObject", "my-bucket", key))
