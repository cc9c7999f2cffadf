"""Incidents at the console: root without MFA, and a developer who opens a bucket."""

from __future__ import annotations

from typing import Any

from bot.local.incidents_scene import Scene, elsewhere
from bot.local.traffic_calls import Call, console_login, looks, on_bucket, on_object
from bot.local.traffic_identities import PEOPLE, REGION, anonymous, person_caller, root

_BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"


def root_signs_in(scene: Scene) -> None:
    """Two wrong passwords, the right one, and a look around."""
    intruder = elsewhere(root(), scene.stranger(), _BROWSER)
    scene.does(-70, intruder, console_login(success=False, mfa=False))
    scene.does(-45, intruder, console_login(success=False, mfa=False))
    scene.does(0, intruder, console_login(success=True, mfa=False))
    scene.does(5, intruder, looks("iam", "GetAccountSummary"))
    scene.does(9, intruder, looks("iam", "ListAccessKeys"))
    scene.does(14, intruder, looks("iam", "ListUsers"))
    scene.does(20, intruder, looks("ec2", "DescribeRegions"))
    scene.does(24, intruder, looks("ec2", "DescribeInstances"))


def bucket_is_opened(scene: Scene) -> None:
    """A developer shares a report with everybody; minutes are seconds here, and it is found."""
    person = next(person for person in PEOPLE if person.name == "developer-2")
    developer = person_caller(
        scene.seed, person, scene.ago(minutes=9), person.office, terminal=False
    )
    finder, crawler = anonymous(scene.stranger()), anonymous("203.0.113.125")
    draw, report = scene.draw, "reports/2026-10/sales.csv"
    scene.does(-480, developer, console_login(success=True, mfa=True))
    scene.does(-60, developer, on_object(draw, "ListObjects", "my-bucket", "reports/"))
    scene.does(-30, developer, on_bucket("GetBucketPublicAccessBlock", "my-bucket"))
    scene.does(-4, anonymous("203.0.113.125"), on_object(draw, "GetObject", "my-bucket", report, "AccessDenied"))  # fmt: skip
    scene.does(0, developer, _on_bucket("DeleteBucketPublicAccessBlock", "my-bucket"))
    scene.does(3, developer, _on_bucket("PutBucketPolicy", "my-bucket", bucketPolicy=_OPEN))
    scene.does(5, developer, on_bucket("GetBucketPolicyStatus", "my-bucket"))
    scene.does(8, crawler, on_object(draw, "GetObject", "my-bucket", report))
    scene.does(13, finder, on_object(draw, "ListObjects", "my-bucket", ""))
    scene.does(15, finder, on_object(draw, "GetObject", "my-bucket", "uploads/batch-230.json"))
    scene.does(17, finder, on_object(draw, "GetObject", "my-bucket", "backups/uploads.tar"))


_OPEN = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "ShareReport",
            "Effect": "Allow",
            "Principal": "*",
            "Action": ["s3:GetObject", "s3:ListBucket"],
            "Resource": ["arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/*"],
        }
    ],
}


def _on_bucket(name: str, bucket: str, **more: Any) -> Call:
    """A change of a bucket's settings; S3 names the setting itself with an empty parameter."""
    setting = "policy" if "Policy" in name else "publicAccessBlock"
    parameters = {
        **more,
        "bucketName": bucket,
        "Host": f"{bucket}.s3.{REGION}.amazonaws.com",
        setting: "",
    }
    return Call("s3", name, False, parameters, None, (("AWS::S3::Bucket", f"arn:aws:s3:::{bucket}"),))  # fmt: skip
