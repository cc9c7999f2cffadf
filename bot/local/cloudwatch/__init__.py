"""CloudWatch Logs on this machine: the API that boto3 and the AWS CLI speak, over our own engine."""

from bot.local.cloudwatch.server import CloudWatch

__all__ = ["CloudWatch"]
