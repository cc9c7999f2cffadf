"""Makes the benchmark's events: CloudTrail in shape, made up in content, the same on every machine.

Event `n` of a block depends on nothing but the number of its block, so the first part of a long
file is a short file, and blocks can be made by several processes.
"""

# ruff: noqa: S311 - made-up data, the same every time

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

import msgspec

from tests.bench.identities import ACCOUNT, OTHERS, identity
from tests.bench.services import BUCKET, Call, calls

BLOCK = 1000
"""Events that are made from one seed."""

_START = datetime(2026, 10, 1, tzinfo=UTC)
_STEP = 2  # seconds between two events: every event has a second of its own
_CALLS, _WEIGHTS = calls()
_CUMULATIVE = list(accumulate(_WEIGHTS))
_BUCKETS = [
    f"example-{name}-{n:02d}" for name in ("app", "logs", "media", "lake") for n in range(9)
]
_REGIONS = ("eu-central-1", "eu-west-1", "us-east-1", "ap-southeast-2")
_AGENTS = (
    "aws-sdk-java/2.29.1 Linux/6.1 OpenJDK_64-Bit_Server_VM/21.0.5 vendor/Example exec-env/ECS io/sync",
    "Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux#6.1 md/arch#x86_64 lang/python#3.11.9 cfg/retry",
    "aws-cli/2.31.4 md/awscrt#0.27.2 ua/2.1 os/macos#24.6 md/arch#arm64 lang/python#3.13 md/command#s3",
    "APN/1.0 Example/1.0 deploy-tool/1.13.2 (+https://deploy.example.com) <provider@5.99> module/network",
    "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/144.0",
    '[S3Console/0.4, "aws-internal/3", <console>]',
)
_RARE_AGENTS = ("kali/2026.1 aws-cli/2.31.4", "sqlmap/1.9", "Scanner/2.0 (by example.net)")
_ERRORS = ("AccessDenied", "Client.UnauthorizedOperation", "ThrottlingException", "NoSuchKey")
_ASKED = (
    "iam:CreateUser",
    "iam:GetRole",
    "iam:PassRole",
    "s3:GetObject",
    "kms:Decrypt",
    "ec2:RunInstances",
)
_POLICIES = ("AdministratorAccess", "ReadOnlyAccess", "IAMFullAccess", "ViewOnlyAccess")


def block(number: int) -> list[dict[str, Any]]:
    """The events of one block, in the order of their times."""
    random = Random(f"siem-bot bench {number}")
    first = number * BLOCK
    return [_event(random, first + place) for place in range(BLOCK)]


def lines(number: int) -> bytes:
    """The events of one block as JSON lines."""
    encode = msgspec.json.Encoder().encode
    return b"".join([_as_written(encode(event)) + b"\n" for event in block(number)])


def records(number: int, begin: int, end: int) -> bytes:
    """Some events of one block in the form in which CloudTrail delivers them."""
    encode = msgspec.json.Encoder().encode
    made = [_as_written(encode(event)) for event in block(number)[begin:end]]
    return b'{"Records":[' + b",".join(made) + b"]}"


def _as_written(event: bytes) -> bytes:
    """As AWS's encoder writes it: `<` and `>` are escaped."""
    return event.replace(b"<", b"\\u003c").replace(b">", b"\\u003e") if b"<" in event else event


def _event(random: Random, place: int) -> dict[str, Any]:
    (call,) = random.choices(_CALLS, cum_weights=_CUMULATIVE)
    time = (_START + timedelta(seconds=place * _STEP)).strftime("%Y-%m-%dT%H:%M:%SZ")
    who = identity(random, time)
    event: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": who,
        "eventTime": time,
        "eventSource": call.source,
        "eventName": call.name,
        "awsRegion": random.choices(_REGIONS, (80, 12, 7, 1))[0],
        "sourceIPAddress": _address(random, who),
        "userAgent": _agent(random, who),
    }
    if random.random() < 0.06:
        event |= _refused(random, call, who)
    event["requestParameters"] = _parameters(random, call)
    event["responseElements"] = None if call.looks else _response(random, call)
    if random.random() < 0.5:
        event["additionalEventData"] = _additional(random, call)
    event |= {
        "requestID": _id(random),
        "eventID": _id(random),
        "readOnly": call.looks,
        "eventType": "AwsConsoleSignIn" if call.service == "signin" else "AwsApiCall",
        "managementEvent": call.service not in ("s3", "dynamodb", "kinesis"),
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }
    if "arn" in who:
        event["tlsDetails"] = {
            "tlsVersion": "TLSv1.3" if random.random() < 0.998 else "TLSv1.1",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": f"{call.service}.{event['awsRegion']}.amazonaws.com",
        }
    if call.service in ("s3", "kms", "dynamodb", "lambda", "sqs"):
        event["resources"] = _resources(call, event)
    return event


def _address(random: Random, who: dict[str, Any]) -> str:
    if "invokedBy" in who:
        return str(who["invokedBy"])
    if random.random() < 0.002:
        return f"203.0.113.{random.randrange(256)}"
    if random.random() < 0.5:
        return f"10.{random.randrange(4)}.{random.randrange(16)}.{random.randrange(256)}"
    return f"{random.choice(('192.0.2', '198.51.100'))}.{random.randrange(256)}"


def _agent(random: Random, who: dict[str, Any]) -> str:
    if "invokedBy" in who:
        return str(who["invokedBy"])
    if random.random() < 0.0005:
        return random.choice(_RARE_AGENTS)
    return random.choices(_AGENTS, (30, 30, 15, 12, 8, 5))[0]


def _refused(random: Random, call: Call, who: dict[str, Any]) -> dict[str, Any]:
    (code,) = random.choices(_ERRORS, (10, 3, 4, 3))
    if code != "AccessDenied":
        return {"errorCode": code, "errorMessage": "The request was not carried out."}
    asked = random.choice(_ASKED) if call.service != "iam" else f"iam:{call.name}"
    caller = who.get("arn", who.get("principalId", "unknown"))
    return {
        "errorCode": code,
        "errorMessage": f"User: {caller} is not authorized to perform: {asked} on resource:"
        f' "arn:aws:{call.service}:::example" because no identity-based policy allows it',
    }


def _parameters(random: Random, call: Call) -> dict[str, Any] | None:
    if call.name in ("GetCallerIdentity", "ConsoleLogin"):
        return None
    if make := _PARAMETERS.get(call.service):
        return make(random, call)
    return {
        "name": f"example-{call.service}-{random.randrange(200):03d}",
        "maxResults": random.choice((50, 100, 1000)),
        "filters": [{"name": "state", "values": ["available", "running"]}],
    }


def _on_bucket(random: Random, _call: Call) -> dict[str, Any]:
    one = random.randrange
    bucket = BUCKET if one(12) == 0 else random.choice(_BUCKETS)
    key = f"year=2026/month={one(12) + 1:02d}/part-{one(10**6):06d}-é.parquet"
    return {"bucketName": bucket, "Host": f"{bucket}.s3.eu-central-1.amazonaws.com", "key": key}


def _on_key(random: Random, _call: Call) -> dict[str, Any]:
    context = {"aws:s3:arn": f"arn:aws:s3:::{random.choice(_BUCKETS)}"}
    return {"encryptionContext": context, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"}


def _on_role(random: Random, _call: Call) -> dict[str, Any]:
    account = ACCOUNT if random.randrange(50) else random.choice(OTHERS)
    return {
        "roleArn": f"arn:aws:iam::{account}:role/app-web",
        "roleSessionName": f"session-{random.randrange(900):04d}",
        "durationSeconds": random.choice((900, 3600, 43200)),
    }


def _on_instances(random: Random, _call: Call) -> dict[str, Any]:
    one = random.randrange
    items = [{"instanceId": f"i-0{one(16**8):08x}example"} for _ in range(1 + one(4))]
    port = random.choice((22, 443, 3389, 5432))
    cidr = "0.0.0.0/0" if one(100) == 0 else "10.0.0.0/8"
    ranges = {"items": [{"cidrIp": cidr, "description": 'opened for "review"'}]}
    return {
        "instancesSet": {"items": items},
        "ipPermissions": {
            "items": [{"ipProtocol": "tcp", "fromPort": port, "toPort": port, "ipRanges": ranges}]
        },
        "instanceType": random.choice(("m7g.large", "t4g.small", "p5.48xlarge")),
    }


def _on_iam(random: Random, call: Call) -> dict[str, Any]:
    name = f"example-{random.randrange(300):03d}"
    if "Policy" not in call.name:
        return {"userName": name}
    policy = random.choices(_POLICIES, (1, 10, 1, 10))[0]
    allowed = "*" if random.randrange(40) == 0 else f"s3:::{random.choice(_BUCKETS)}/*"
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": allowed}]}
    return {
        "userName": name,
        "policyArn": f"arn:aws:iam::aws:policy/{policy}",
        "policyDocument": msgspec.json.encode(document).decode(),
    }


_PARAMETERS = {
    "s3": _on_bucket,
    "ec2": _on_instances,
    "iam": _on_iam,
    "kms": _on_key,
    "sts": _on_role,
}


def _response(random: Random, call: Call) -> dict[str, Any] | None:
    if call.service == "signin":
        return {"ConsoleLogin": "Success" if random.random() < 0.9 else "Failure"}
    if call.service == "sts":
        number = f"{random.randrange(10**8):08d}"
        credentials = {
            "accessKeyId": f"ASIAEXAMPLE{number}",
            "sessionToken": _id(random) * 6,
            "expiration": "Oct 31, 2026, 6:00:00 PM",
        }
        return {"credentials": credentials, "packedPolicySize": 6}
    return {"requestId": _id(random), "_return": True} if random.random() < 0.6 else None


def _additional(random: Random, call: Call) -> dict[str, Any]:
    if call.service == "signin":
        return {"MFAUsed": random.choice(("Yes", "Yes", "No")), "LoginTo": "https://example.com"}
    return {
        "SignatureVersion": "SigV4",
        "CipherSuite": "TLS_AES_128_GCM_SHA256",
        "bytesTransferredIn": random.randrange(10**5),
        "bytesTransferredOut": random.randrange(10**7),
        "AuthenticationMethod": "AuthHeader",
        "x-amz-id-2": _id(random),
    }


def _resources(call: Call, event: dict[str, Any]) -> list[dict[str, str]]:
    kind = {"type": f"AWS::{call.service.upper()}::Object"}
    named = (event["requestParameters"] or {}).get("bucketName", f"example-{call.service}")
    own = {"accountId": ACCOUNT, "ARN": f"arn:aws:{call.service}:::{named}"}
    return [{**kind, "ARN": f"{own['ARN']}/*"}, {**own, **kind}]


def _id(random: Random) -> str:
    text = f"{random.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
