"""Forty plausible detections, each written once and printed as QL and as SQL.

A detection is a list of tests that must all hold. Where its field is missing no test holds, in
either language, so that the two mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_DETECTIONS = r"""
trail-stopped         | cloudtrail | StopLogging DeleteTrail UpdateTrail
key-made              | iam | CreateAccessKey         | userIdentity.type != AWSService
user-made             | iam | CreateUser              | userIdentity.type in IAMUser Root
admin-to-user         | iam | AttachUserPolicy        | requestParameters.policyArn like AdministratorAccess
admin-to-role         | iam | AttachRolePolicy        | requestParameters.policyArn like AdministratorAccess
inline-everything     | iam | PutRolePolicy           | requestParameters.policyDocument like / "Resource":"\*"
trust-changed         | iam | UpdateAssumeRolePolicy  | userIdentity.type = AssumedRole
password-for-user     | iam | CreateLoginProfile      | eventType = AwsApiCall
mfa-removed           | iam | DeactivateMFADevice     | eventType = AwsApiCall
user-removed          | iam | DeleteUser              | userIdentity.sessionContext.sessionIssuer.userName not in admin deploy
iam-refused           | iam |                         | errorCode = AccessDenied | errorMessage like / iam:(Create|Put|Attach)
root-at-work          |     |                         | userIdentity.type = Root | readOnly = 0
root-refused          |     |                         | userIdentity.type = Root | errorCode like Access
sign-in-without-mfa   | signin | ConsoleLogin         | additionalEventData.MFAUsed = No | responseElements.ConsoleLogin = Success | userIdentity.type in Root IAMUser
sign-in-failed        | signin | ConsoleLogin         | responseElements.ConsoleLogin = Failure
bucket-policy         | s3  | PutBucketPolicy         | sourceIPAddress like / ^(203\.0\.113|198\.51\.100)\.
bucket-acl            | s3  | PutBucketAcl            | userIdentity.type in IAMUser FederatedUser
bucket-removed        | s3  | DeleteBucket            | userIdentity.type in IAMUser Root
exports-read          | s3  | GetObject               | requestParameters.bucketName = example-customer-exports | userIdentity.type = IAMUser
exports-removed       | s3  | DeleteObject            | requestParameters.bucketName = example-customer-exports
objects-refused       | s3  | GetObject               | errorCode = AccessDenied | userIdentity.type = AWSAccount
key-scheduled-to-go   | kms | ScheduleKeyDeletion DisableKey | userIdentity.type = IAMUser
decrypt-refused       | kms | Decrypt                 | errorCode = AccessDenied | userIdentity.type in IAMUser SAMLUser
rule-open-to-all      | ec2 | AuthorizeSecurityGroupIngress | requestParameters.ipPermissions.items.0.ipRanges.items.0.cidrIp = 0.0.0.0/0
large-machine         | ec2 | RunInstances            | requestParameters.instanceType like p5. | userIdentity.type = IAMUser
snapshot-shared       | ec2 | ModifySnapshotAttribute | userIdentity.type in IAMUser FederatedUser Root
machines-removed      | ec2 | TerminateInstances      | awsRegion = ap-southeast-2
rare-region           | ec2 | RunInstances StopInstances | awsRegion = ap-southeast-2
role-of-others        | sts | AssumeRole              | requestParameters.roleArn like 444455556666 | userIdentity.type = AWSAccount
web-identity          | sts | AssumeRoleWithWebIdentity | userIdentity.type = WebIdentityUser
saml-from-outside     | sts | AssumeRoleWithSAML      | sourceIPAddress like / ^203\.0\.113\.
function-opened       | lambda | AddPermission UpdateFunctionCode | userIdentity.type = IAMUser
logs-removed          | logs | DeleteLogGroup         | userIdentity.type in IAMUser Root FederatedUser
secret-read           | secretsmanager | GetSecretValue | userIdentity.type = IAMUser | sourceIPAddress like / ^203\.
detector-removed      | guardduty | DeleteDetector    | readOnly = 0
recorder-stopped      | config | StopConfigurationRecorder | userIdentity.type != AWSService
account-leaves        | organizations | LeaveOrganization | readOnly = 0
database-shared       | rds | ModifyDBSnapshotAttribute | userIdentity.type in IAMUser Root
scanner               |     |                         | userAgent like / (?i)(kali|sqlmap|scanner)
old-tls               |     |                         | tlsDetails.tlsVersion in TLSv1 TLSv1.1 | userIdentity.type = IAMUser
"""

BOOLEANS = ("readOnly",)
_SINGLE, _DOUBLE = "'", '"'


@dataclass(frozen=True, slots=True)
class Test:
    """A field, an operator, and what the field is compared with: words, if it is a list."""

    path: str
    operator: str
    value: str

    @property
    def ql(self) -> str:
        """The test in Logs Insights QL."""
        if self.operator.endswith("in"):
            return f"{self.path} {self.operator} [{_listed(self.value, _DOUBLE)}]"
        if self.operator == "like /":
            return f"{self.path} like /{self.value}/"
        quoted = self.value if self.path in BOOLEANS else f'"{self.value}"'
        return f"{self.path} {self.operator} {quoted}"

    @property
    def sql(self) -> str:
        """The test in DuckDB's SQL."""
        path = _sql_path(self.path)
        if self.operator.endswith("in"):
            return f"{path} {self.operator.upper()} ({_listed(self.value, _SINGLE)})"
        if self.operator == "like /":
            return f"regexp_matches({path}, '{self.value}')"
        if self.operator == "like":
            return f"contains({path}, '{self.value}')"
        if self.path in BOOLEANS:
            return path if self.value == "1" else f"NOT {path}"
        return f"{path} {self.operator} '{self.value}'"


@dataclass(frozen=True, slots=True)
class Detection:
    """One detection: its id, and the tests that must all hold."""

    id: str
    tests: tuple[Test, ...]

    @property
    def ql(self) -> str:
        """The condition in Logs Insights QL."""
        return " and ".join(test.ql for test in self.tests)

    @property
    def sql(self) -> str:
        """The condition in SQL, over the columns of `sql_columns`."""
        return " AND ".join(test.sql for test in self.tests)


def sql_columns(detections: Iterable[Detection]) -> dict[str, str]:
    """The columns that the detections need, with the types that hold just the named parts."""
    tree: dict[str, Any] = {}
    for path in {test.path for detection in detections for test in detection.tests}:
        node = tree
        for part in path.split("."):
            node = node.setdefault(part, {})
    return {name: _type(name, node) for name, node in sorted(tree.items())}


def _type(name: str, node: dict[str, Any]) -> str:
    if "0" in node:
        return _type("", node["0"]) + "[]"
    if not node:
        return "BOOLEAN" if name in BOOLEANS else "VARCHAR"
    parts = (f'"{part}" {_type(part, below)}' for part, below in sorted(node.items()))
    return f"STRUCT({', '.join(parts)})"


def _sql_path(path: str) -> str:
    first, *rest = path.split(".")
    return f'"{first}"' + "".join("[1]" if part == "0" else f'."{part}"' for part in rest)


def _listed(words: str, quote: str) -> str:
    return ", ".join(f"{quote}{word}{quote}" for word in words.split())


def _read(line: str) -> Detection:
    # A bar inside a pattern has no blank behind it.
    id, service, names, *tests = (part.strip() for part in re.split(r"\|(?=\s)", line))
    found = [Test("eventSource", "=", f"{service}.amazonaws.com")] if service else []
    if names:
        found.append(Test("eventName", "in" if " " in names else "=", names))
    return Detection(id, (*found, *map(_test, tests)))


def _test(text: str) -> Test:
    path, operator, value = text.split(" ", 2)
    if (operator, value[:2]) in (("like", "/ "), ("not", "in")):
        more, _, value = value.partition(" ")
        operator = f"{operator} {more}"
    return Test(path, operator, value)


DETECTIONS = tuple(map(_read, _DETECTIONS.strip().splitlines()))
