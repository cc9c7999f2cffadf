"""What must hold of the packaged template beyond what cfn-lint checks (reference of each service)."""

from tests.aws.template import health, rights, work
from tests.aws.template.reading import CHECKS, Template

__all__ = ["CHECKS", "Template", "health", "rights", "work"]
