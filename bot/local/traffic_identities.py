"""Who acts in the demo's traffic: people, roles, services and outsiders, as CloudTrail writes them.

Shapes: CloudTrail user guide, "CloudTrail userIdentity element".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.local.traffic_draw import digest, identifier

ACCOUNT = "111122223333"
PARTNER_ACCOUNT = "444455556666"
REGION = "eu-west-1"
GLOBAL_REGION = "us-east-1"

_BROWSER = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/142.0.0.0 Safari/537.36"
)
_CLI = (
    "aws-cli/2.31.38 md/awscrt#0.28.4 ua/2.1 os/linux#6.8.0 md/arch#x86_64 lang/python#3.13.9"
    " md/pyimpl#CPython m/Z,b,E,C cfg/retry-mode#standard md/installer#exe md/prompt#off"
)
_SDK = "Boto3/1.40.74 md/Botocore#1.40.74 ua/2.1 os/linux#5.10 md/arch#aarch64 lang/python#3.13.9"
_AGENT = "aws-sdk-go-v2/1.39.6 ua/2.1 os/linux lang/go#1.25.4 md/GOOS#linux api/ssm#1.67.0"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, from where and with what. `identity` is the event's `userIdentity`."""

    identity: Mapping[str, Any]
    address: str
    agent: str
    console: bool = False
    service: bool = False
    outside: bool = False
    """Whether the caller belongs to another account, or to none."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in through the identity provider and gets a role for the day."""

    name: str
    role: str
    office: str
    home: str
    starts: int
    """The minute of the day, in UTC, at which they usually sign in."""
    terminal: float
    """The share of their work that is done on a command line."""


PEOPLE = (
    Person("responder-1", "security-admin", "198.51.100.21", "203.0.113.61", 7 * 60 + 10, 0.5),
    Person("responder-2", "security-audit", "198.51.100.22", "2001:db8:61::22", 8 * 60, 0.2),
    Person("developer-1", "developer", "198.51.100.31", "203.0.113.71", 7 * 60 + 40, 0.7),
    Person("developer-2", "developer", "198.51.100.32", "203.0.113.72", 8 * 60 + 25, 0.6),
    Person("developer-3", "developer", "198.51.100.33", "2001:db8:61::33", 9 * 60 + 5, 0.8),
    Person("analyst-1", "data-analyst", "198.51.100.41", "203.0.113.81", 8 * 60 + 50, 0.3),
)


def _role_session(
    seed: int, role: str, session: str, began: datetime, **more: Any
) -> dict[str, Any]:
    """The identity of someone who has assumed a role; `more` goes into the session's context."""
    role_id = identifier("AROA", seed, role)
    path = "aws-reserved/sso.amazonaws.com/eu-west-1/" if role.startswith("AWSReserved") else ""
    return {
        "type": "AssumedRole",
        "principalId": f"{role_id}:{session}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}",
        "accountId": ACCOUNT,
        "accessKeyId": identifier("ASIA", seed, role, session, began),
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": role_id,
                "arn": f"arn:aws:iam::{ACCOUNT}:role/{path}{role}",
                "accountId": ACCOUNT,
                "userName": role,
            },
            "attributes": {
                "creationDate": f"{began:%Y-%m-%dT%H:%M:%SZ}",
                "mfaAuthenticated": "false",
            },
            **more,
        },
    }


def sso_role(seed: int, person: Person) -> str:
    """The name of the role that the identity provider gives a person."""
    return f"AWSReservedSSO_{person.role}_{identifier('AIDA', seed, person.role)[4:12].lower()}"


def person_caller(
    seed: int, person: Person, began: datetime, address: str, *, terminal: bool
) -> Caller:
    """A person with the session that began at `began`, in the console or on a command line."""
    identity = _role_session(seed, sso_role(seed, person), person.name, began)
    agent = _CLI if terminal else _BROWSER
    return Caller(identity, address, agent, console=not terminal)


def release(seed: int, run: int, began: datetime) -> Caller:
    """The pipeline's role, for one run."""
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.ci.example.com"
    identity = _role_session(
        seed, "release", f"release-{run}", began,
        webIdFederationData={"federatedProvider": provider, "attributes": {}},
    )  # fmt: skip
    return Caller(identity, f"192.0.2.{16 + run % 8}", f"{_CLI} exec-env/ci")


def pipeline(run: int) -> Caller:
    """The pipeline before it has a role: known by the token of its provider."""
    subject = "repo:example/shop:ref:refs/heads/main"
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.ci.example.com"
    identity = {
        "type": "WebIdentityUser",
        "principalId": f"{provider}:sts.amazonaws.com:{subject}",
        "userName": subject,
        "identityProvider": provider,
    }
    return Caller(identity, f"192.0.2.{16 + run % 8}", f"{_CLI} exec-env/ci")


def application(seed: int, now: datetime) -> Caller:
    """The shop's function, whose session is renewed every hour."""
    began = now.replace(minute=0, second=0, microsecond=0)
    return Caller(
        _role_session(seed, "orders-app", "orders", began),
        "192.0.2.130",
        f"{_SDK} exec-env/AWS_Lambda",
    )


def instance(seed: int, number: int, now: datetime) -> Caller:
    """One of the web servers: its session is the instance's id, and lasts six hours."""
    began = now.replace(hour=now.hour // 6 * 6, minute=0, second=0, microsecond=0)
    name = f"i-0{digest('instance', seed, number)[:16]}"
    identity = _role_session(seed, "web", name, began, ec2RoleDelivery="2.0")
    return Caller(identity, f"192.0.2.{140 + number}", _AGENT)


def config_recorder(seed: int, now: datetime) -> Caller:
    """AWS Config, which looks around with its service-linked role."""
    began = now.replace(minute=0, second=0, microsecond=0)
    identity = _role_session(seed, "AWSServiceRoleForConfig", "configLambdaExecution", began)
    name = "config.amazonaws.com"
    return Caller({**identity, "invokedBy": name}, name, name, service=True)


def service(name: str) -> Caller:
    """An AWS service that acts on its own: it has no ARN."""
    return Caller({"type": "AWSService", "invokedBy": name}, name, name, service=True)


def backup_user(seed: int) -> Caller:
    """An IAM user with a key that never changes."""
    identity = {
        "type": "IAMUser",
        "principalId": identifier("AIDA", seed, "legacy-backup"),
        "arn": f"arn:aws:iam::{ACCOUNT}:user/legacy-backup",
        "accountId": ACCOUNT,
        "accessKeyId": identifier("AKIA", seed, "legacy-backup"),
        "userName": "legacy-backup",
    }
    return Caller(
        identity, "198.51.100.90", "[aws-cli/1.18.69 Python/3.8.10 Linux/5.4.0 botocore/1.16.19]"
    )


def root() -> Caller:
    """The account's owner, who looks at the bill."""
    identity = {
        "type": "Root",
        "principalId": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:root",
        "accountId": ACCOUNT,
        "accessKeyId": "",
    }
    return Caller(identity, "198.51.100.11", _BROWSER, console=True)


def partner(seed: int) -> Caller:
    """A role of another account, which may write into a bucket of this one."""
    principal = identifier("AROA", seed, "partner")
    identity = {
        "type": "AWSAccount",
        "principalId": f"{principal}:nightly",
        "accountId": PARTNER_ACCOUNT,
    }
    return Caller(identity, "203.0.113.140", _SDK, outside=True)


def anonymous(address: str) -> Caller:
    """Somebody without credentials."""
    identity = {"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}
    return Caller(identity, address, "curl/8.5.0", outside=True)


def stranger(address: str) -> Caller:
    """Somebody who tries a user's name that does not exist: CloudTrail hides what was typed."""
    identity = {
        "type": "IAMUser",
        "accountId": ACCOUNT,
        "accessKeyId": "",
        "userName": "HIDDEN_DUE_TO_SECURITY_REASONS",
    }
    return Caller(identity, address, _BROWSER, console=True)
