"""The services and calls of the made-up account that the benchmark's events come from."""

from __future__ import annotations

from dataclasses import dataclass

BUCKET = "example-customer-exports"
"""The bucket that question b asks about; few writes go to it."""

# service: weight, then its calls; those before the bar only look, those after it change something.
_SERVICES = """
s3 30: GetObject HeadObject ListObjects GetBucketAcl GetBucketPolicy GetBucketLocation | PutObject DeleteObject PutBucketPolicy DeleteBucket CreateBucket PutBucketAcl
ec2 18: DescribeInstances DescribeVolumes DescribeSubnets DescribeSecurityGroups DescribeVpcs DescribeImages | RunInstances TerminateInstances AuthorizeSecurityGroupIngress CreateTags ModifySnapshotAttribute StopInstances
sts 14: GetCallerIdentity | AssumeRole AssumeRoleWithWebIdentity AssumeRoleWithSAML
kms 12: Decrypt DescribeKey ListAliases | GenerateDataKey Encrypt ScheduleKeyDeletion DisableKey
iam 5: GetUser GetRole ListRoles ListUsers GetPolicy | CreateUser CreateAccessKey AttachUserPolicy AttachRolePolicy PutRolePolicy UpdateAssumeRolePolicy DeleteUser CreateLoginProfile DeactivateMFADevice
lambda 6: GetFunction ListFunctions | Invoke UpdateFunctionCode CreateFunction AddPermission
logs 6: DescribeLogGroups FilterLogEvents | CreateLogStream PutLogEvents DeleteLogGroup
dynamodb 6: DescribeTable GetItem Query | PutItem DeleteTable
cloudformation 3: DescribeStacks ListStackResources | CreateStack UpdateStack DeleteStack
cloudtrail 1: LookupEvents GetTrailStatus | StopLogging DeleteTrail UpdateTrail
monitoring 5: DescribeAlarms GetMetricData ListMetrics | DeleteAlarms
ssm 4: GetParameter DescribeInstanceInformation | StartSession SendCommand
secretsmanager 3: GetSecretValue DescribeSecret ListSecrets | PutSecretValue
ecr 3: BatchGetImage GetAuthorizationToken | PutImage
ecs 3: DescribeTasks ListClusters | RunTask
eks 2: DescribeCluster | CreateCluster
rds 2: DescribeDBInstances | ModifyDBInstance ModifyDBSnapshotAttribute
sqs 3: ReceiveMessage GetQueueAttributes | SendMessage
sns 2: ListTopics | Publish
elasticloadbalancing 2: DescribeTargetHealth DescribeLoadBalancers
autoscaling 2: DescribeAutoScalingGroups | SetDesiredCapacity
route53 1: ListHostedZones | ChangeResourceRecordSets
organizations 1: DescribeOrganization ListAccounts | LeaveOrganization
guardduty 1: ListDetectors GetFindings | DeleteDetector
config 1: DescribeConfigurationRecorders | StopConfigurationRecorder
signin 1: | ConsoleLogin
athena 1: GetQueryResults | StartQueryExecution
glue 1: GetTables | StartJobRun
kinesis 2: GetRecords DescribeStream | PutRecords
acm 1: DescribeCertificate
wafv2 1: GetWebACL | UpdateWebACL
"""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: of which service, its name, and whether it only looks."""

    service: str
    name: str
    looks: bool

    @property
    def source(self) -> str:
        """The event source, as CloudTrail writes it."""
        return f"{self.service}.amazonaws.com"


def calls() -> tuple[list[Call], list[float]]:
    """All calls, and how often each is made beside the others: rarer from left to right."""
    found: list[Call] = []
    weights: list[float] = []
    for line in _SERVICES.strip().splitlines():
        head, _, names = line.partition(":")
        service, weight = head.split()
        looking, _, changing = names.partition("|")
        own = [Call(service, name, True) for name in looking.split()]
        own += [Call(service, name, False) for name in changing.split()]
        shares = [1 / (place + 1) for place in range(len(own))]
        found += own
        weights += [float(weight) * share / sum(shares) for share in shares]
    return found, weights
