"""Incidents with credentials in the wrong hands: a leaked key, and those of a web server."""

from __future__ import annotations

from bot.local.incidents_scene import Scene, elsewhere
from bot.local.traffic_calls import changes, denied, looks, on_bucket, on_object
from bot.local.traffic_identities import ACCOUNT, REGION, backup_user, instance

_TRAIL = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/shop-audit"
_SCRIPT = "Boto3/1.34.11 md/Botocore#1.34.11 ua/2.0 os/linux#6.6.9 lang/python#3.11.8"
_SHELL = "aws-cli/2.15.30 Python/3.11.8 Linux/6.6.9 exe/x86_64.kali.2024 prompt/off"


def leaked_key_writes(scene: Scene) -> None:
    """The backup's key, first where it belongs, then elsewhere: it looks, tries, and writes."""
    owner = backup_user(scene.seed)
    thief = elsewhere(owner, scene.stranger(), _SCRIPT)
    draw = scene.draw
    version = f"shop/{scene.start:%Y.%j}/app.zip"
    scene.does(-540, owner, on_object(draw, "ListObjects", "my-bucket", "uploads/"))
    scene.does(-535, owner, on_object(draw, "GetObject", "my-bucket", "uploads/batch-417.json"))

    scene.does(0, thief, looks("sts", "GetCallerIdentity"))
    scene.does(4, thief, on_bucket("ListBuckets", None))
    scene.does(7, thief, denied(looks("iam", "ListUsers"), thief))
    scene.does(10, thief, denied(looks("iam", "ListAttachedUserPolicies", _SELF), thief))
    scene.does(15, thief, on_object(draw, "ListObjects", "my-bucket", "backups/"))
    scene.does(19, thief, on_object(draw, "ListObjects", "prod-releases", "shop/"))
    scene.does(26, thief, on_object(draw, "GetObject", "prod-releases", version))
    scene.does(38, thief, on_object(draw, "PutObject", "prod-releases", version))
    scene.does(44, thief, on_object(draw, "PutObject", "prod-releases", "shop/latest/app.zip"))
    scene.does(51, thief, denied(changes("iam", "CreateAccessKey", _SELF), thief))
    scene.does(57, thief, on_object(draw, "GetObject", "prod-releases", "shop/latest/app.zip"))


_SELF = {"userName": "legacy-backup"}


def instance_key_stops_the_trail(scene: Scene) -> None:
    """A web server's session at the server, then outside: it finds the trail and stops it."""
    server = instance(scene.seed, 1, scene.ago(minutes=10))
    thief = elsewhere(server, scene.stranger(), _SHELL)
    name = str(server.identity["principalId"]).partition(":")[2]
    report = {"instanceId": name, "agentVersion": "3.3.3050.0", "agentStatus": "Active"}
    trail = {"name": _TRAIL}
    scene.does(-300, server, changes("ssm", "UpdateInstanceInformation", report))
    scene.does(-5, server, changes("ssm", "UpdateInstanceInformation", report))

    scene.does(-90, thief, looks("sts", "GetCallerIdentity"))
    scene.does(-80, thief, denied(looks("iam", "ListRoles"), thief))
    scene.does(-70, thief, looks("ec2", "DescribeInstances"))
    scene.does(-40, thief, looks("cloudtrail", "DescribeTrails"))
    scene.does(-33, thief, looks("cloudtrail", "GetTrailStatus", trail))
    scene.does(-12, thief, denied(changes("cloudtrail", "DeleteTrail", trail), thief))
    scene.does(0, thief, changes("cloudtrail", "StopLogging", trail))
    scene.does(4, thief, looks("cloudtrail", "GetTrailStatus", trail))
    scene.does(9, thief, looks("secretsmanager", "ListSecrets"))
    scene.does(13, thief, denied(looks("secretsmanager", "GetSecretValue", _SECRET), thief))


_SECRET = {"secretId": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:shop/database"}
