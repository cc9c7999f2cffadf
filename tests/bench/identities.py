"""The made-up people and services that call the made-up account: eight types of identity."""

from __future__ import annotations

from random import Random
from typing import Any

ACCOUNT = "111122223333"
OTHERS = ("444455556666", "123456789012")
TYPES = (
    "AssumedRole",
    "IAMUser",
    "AWSService",
    "AWSAccount",
    "WebIdentityUser",
    "SAMLUser",
    "FederatedUser",
    "Root",
)
_WEIGHTS = (700, 150, 90, 25, 15, 10, 8, 2)
_ROLES = (
    "deploy", "app-web", "app-worker", "app-search", "reporting", "data-export", "node-group",
    "admin", "read-only", "security-audit", "backup", "pipeline", "batch-runner", "support",
)  # fmt: skip
_USERS = ("analyst", "builder", "operator", "responder", "release", "mailer", "legacy-sync")
_SERVICES = ("autoscaling", "cloudformation", "ecs", "lambda", "config", "elasticloadbalancing")
_SESSIONS = 900


def identity(random: Random, time: str) -> dict[str, Any]:
    """Who made a call: a fresh object in the shape of CloudTrail's `userIdentity`."""
    (kind,) = random.choices(TYPES, _WEIGHTS)
    if kind == "AssumedRole":
        return _role(random, time)
    if kind == "AWSService":
        return {"type": kind, "invokedBy": f"{random.choice(_SERVICES)}.amazonaws.com"}
    if kind == "AWSAccount":
        principal = f"AROAEXAMPLEOTHER{random.randrange(1000):05d}:visitor"
        return {"type": kind, "principalId": principal, "accountId": random.choice(OTHERS)}
    if kind == "Root":
        return {
            "type": kind,
            "principalId": ACCOUNT,
            "arn": f"arn:aws:iam::{ACCOUNT}:root",
            "accountId": ACCOUNT,
            "accessKeyId": "",
        }
    return _named(random, kind)


def _role(random: Random, time: str) -> dict[str, Any]:
    role = random.choice(_ROLES)
    session = min(random.randrange(_SESSIONS), random.randrange(_SESSIONS))
    number = f"{_ROLES.index(role):05d}"
    issuer = {
        "type": "Role",
        "principalId": f"AROAEXAMPLEROLE{number}",
        "arn": f"arn:aws:iam::{ACCOUNT}:role/{role}",
        "accountId": ACCOUNT,
        "userName": role,
    }
    proven = "true" if role in ("admin", "support") and session % 9 else "false"
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLEROLE{number}:{role}-{session:04d}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/session-{session:04d}",
        "accountId": ACCOUNT,
        "accessKeyId": f"ASIAEXAMPLE{number}{session:04d}",
        "sessionContext": {
            "sessionIssuer": issuer,
            "attributes": {"creationDate": time, "mfaAuthenticated": proven},
        },
    }


def _named(random: Random, kind: str) -> dict[str, Any]:
    name = f"{random.choice(_USERS)}-{random.randrange(40):02d}"
    identity = {
        "type": kind,
        "principalId": f"AIDAEXAMPLE{name.upper()}",
        "accountId": ACCOUNT,
        "userName": name,
    }
    if kind == "IAMUser":
        identity["arn"] = f"arn:aws:iam::{ACCOUNT}:user/{name}"
        identity["accessKeyId"] = f"AKIAEXAMPLE{random.randrange(5):02d}{name[-2:]}"
    elif kind == "FederatedUser":
        identity["arn"] = f"arn:aws:sts::{ACCOUNT}:federated-user/{name}"
    else:
        identity["identityProvider"] = "login.example.com"
    return identity
