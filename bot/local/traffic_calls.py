"""What is called in the demo's traffic, and how CloudTrail writes a call down.

Shapes: CloudTrail user guide, "CloudTrail record contents", event version 1.11.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.local.traffic_draw import Draw, digest, identifier, uuid
from bot.local.traffic_identities import ACCOUNT, GLOBAL_REGION, REGION, Caller

_GLOBAL = frozenset({"iam", "signin", "ce", "cloudfront", "organizations"})
_TLS = {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an API: `service` is `s3`, not `s3.amazonaws.com`. `data`: a data event."""

    service: str
    name: str
    reads: bool
    parameters: Mapping[str, Any] | None = None
    response: Mapping[str, Any] | None = None
    resources: tuple[tuple[str, str], ...] = ()
    """Type and ARN of each, such as `AWS::S3::Bucket`."""
    extra: Mapping[str, Any] | None = None
    error: tuple[str, str] | None = None
    data: bool = False
    sign_in: bool = False


def record(caller: Caller, call: Call, at: datetime, identity: str) -> str:
    """The event as JSON. `identity` decides its ids, so it must be unique."""
    region = GLOBAL_REGION if call.service in _GLOBAL else REGION
    host = f"{call.service}.{region}.amazonaws.com"
    event: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": caller.identity,
        "eventTime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": f"{call.service}.amazonaws.com",
        "eventName": call.name,
        "awsRegion": region,
        "sourceIPAddress": caller.address,
        "userAgent": caller.agent,
    }
    if call.error:
        code, event["errorMessage"] = call.error
        if code:  # a sign-in that fails has a message only
            event["errorCode"] = code
    event["requestParameters"] = call.parameters
    event["responseElements"] = call.response
    if call.extra is not None:
        event["additionalEventData"] = call.extra
    if not call.sign_in:
        event["requestID"] = _request_id(call, identity)
    event["eventID"] = uuid("event", identity)
    event["readOnly"] = call.reads
    if call.resources:
        event["resources"] = [
            {"accountId": ACCOUNT, "type": kind, "ARN": arn} for kind, arn in call.resources
        ]
    event["eventType"] = "AwsConsoleSignIn" if call.sign_in else "AwsApiCall"
    event["managementEvent"] = not call.data
    event["recipientAccountId"] = ACCOUNT
    if caller.service or caller.outside:
        event["sharedEventID"] = uuid("shared", identity)
    event["eventCategory"] = "Data" if call.data else "Management"
    if not caller.service:
        event["tlsDetails"] = {**_TLS, "clientProvidedHostHeader": host}
    if caller.console and not call.sign_in:
        event["sessionCredentialFromConsole"] = "true"
    return json.dumps(event, separators=(",", ":"))


def _request_id(call: Call, identity: str) -> str:
    """S3 writes 16 capitals and digits, the others a UUID."""
    if call.service == "s3":
        return digest("request", identity)[:16].upper()
    return uuid("request", identity)


# --------------------------------------------------------------------------------------- S3
def on_object(draw: Draw, name: str, bucket: str, key: str, error: str = "") -> Call:
    """A data event of S3 about one object; `error` is a code such as `AccessDenied`."""
    reads = name.startswith(("Get", "Head", "List"))
    size = draw.whole(200, 4_000_000)
    parameters: dict[str, Any] = {"bucketName": bucket, "Host": _host(bucket), "key": key}
    match name:
        case "CopyObject":
            parameters["x-amz-copy-source"] = f"prod-releases/{key}"
        case "CompleteMultipartUpload" | "UploadPart":
            parameters["uploadId"] = digest(bucket, key)[:40]
        case "ListObjects":
            del parameters["key"]
            parameters |= {"list-type": "2", "prefix": key, "encoding-type": "url"}
        case _:
            pass
    resources = [("AWS::S3::Bucket", f"arn:aws:s3:::{bucket}")]
    if name != "ListObjects":
        resources.insert(0, ("AWS::S3::Object", f"arn:aws:s3:::{bucket}/{key}"))
    writes = not (reads or error or name == "DeleteObject")
    written = {"x-amz-server-side-encryption": "AES256"} if writes else None
    return Call(
        "s3", name, reads, parameters, written, tuple(resources),
        extra={
            "SignatureVersion": "SigV4",
            "CipherSuite": "TLS_AES_128_GCM_SHA256",
            "bytesTransferredIn": 0 if reads else size,
            "AuthenticationMethod": "AuthHeader",
            "x-amz-id-2": draw.hexadecimal(40),
            "bytesTransferredOut": size if reads and not error else 243,
        },
        error=(error, "Access Denied") if error else None,
        data=True,
    )  # fmt: skip


def on_bucket(name: str, bucket: str | None) -> Call:
    """A management event of S3, about one bucket or (None) about the account."""
    if bucket is None:
        return Call("s3", name, True, {"Host": f"s3.{REGION}.amazonaws.com"})
    reads = name.startswith(("Get", "Head", "List"))
    parameters = {"bucketName": bucket, "Host": _host(bucket)}
    return Call(
        "s3", name, reads, parameters, None, (("AWS::S3::Bucket", f"arn:aws:s3:::{bucket}"),)
    )


def _host(bucket: str) -> str:
    return f"{bucket}.s3.{REGION}.amazonaws.com"


# ---------------------------------------------------------------------------------- sessions
def assume_role(role: str, session: str, at: datetime, seed: int, name: str = "AssumeRole") -> Call:
    """A call that returns the temporary credentials of a role."""
    arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
    expires = at + timedelta(hours=1)
    parameters = {"roleArn": arn, "roleSessionName": session, "durationSeconds": 3600}
    assumed = {
        "assumedRoleId": f"{identifier('AROA', seed, role)}:{session}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}",
    }
    credentials = {
        "accessKeyId": identifier("ASIA", seed, role, session, at),
        "sessionToken": digest("token", seed, role, at),
        "expiration": f"{expires:%b} {expires.day}, {expires:%Y, %I:%M:%S %p}",
    }
    response = {"credentials": credentials, "assumedRoleUser": assumed}
    return Call("sts", name, True, parameters, response, (("AWS::IAM::Role", arn),))


def console_login(*, success: bool, mfa: bool) -> Call:
    """A sign-in to the console."""
    extra = {
        "LoginTo": f"https://console.aws.amazon.com/console/home?region={REGION}",
        "MobileVersion": "No",
        "MFAUsed": "Yes" if mfa else "No",
    }
    response = {"ConsoleLogin": "Success" if success else "Failure"}
    error = None if success else ("", "Failed authentication")
    return Call(
        "signin", "ConsoleLogin", False, None, response, extra=extra, error=error, sign_in=True
    )


# ------------------------------------------------------------------------------- other calls
def on_key(draw: Draw, name: str, arn: str) -> Call:
    """KMS encrypts or decrypts something for the object or function `arn`."""
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{uuid('key', arn.split('/')[0])}"
    context = {"aws:s3:arn" if ":s3:" in arn else "aws:lambda:FunctionArn": arn}
    parameters: dict[str, Any] = {"encryptionContext": context}
    if name == "GenerateDataKey":
        parameters |= {"keyId": key, "keySpec": "AES_256"}
    else:
        parameters |= {"encryptionAlgorithm": "SYMMETRIC_DEFAULT"}
    extra = {"keyMaterialId": draw.hexadecimal(64)}
    return Call("kms", name, True, parameters, None, (("AWS::KMS::Key", key),), extra=extra)


def looks(service: str, name: str, parameters: Mapping[str, Any] | None = None) -> Call:
    """A call that only reads."""
    return Call(service, name, True, parameters)


def changes(
    service: str,
    name: str,
    parameters: Mapping[str, Any],
    response: Mapping[str, Any] | None = None,
) -> Call:
    """A call that changes something."""
    return Call(service, name, False, parameters, response)


def denied(call: Call, caller: Caller) -> Call:
    """The same call, refused: EC2 has its own word for it."""
    code = "Client.UnauthorizedOperation" if call.service == "ec2" else "AccessDenied"
    who = caller.identity.get("arn", "anonymous")
    action = f"{call.service}:{call.name}"
    message = (
        f"User: {who} is not authorized to perform: {action}"
        f" because no identity-based policy allows the {action} action"
    )
    return Call(
        call.service, call.name, call.reads, call.parameters, None, call.resources,
        call.extra, (code, message), call.data,
    )  # fmt: skip
