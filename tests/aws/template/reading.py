"""Reading a packaged template: resources by type, what refers to what, and the list of checks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Template = Mapping[str, Any]
Check = Callable[[Template], list[str]]

CHECKS: dict[str, Check] = {}
"""Every check by name: what must hold and cfn-lint does not see. It returns faults, in words."""


def check(function: Check) -> Check:
    """A check: template → faults, in words."""
    CHECKS[function.__name__] = function
    return function


def of(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    """The properties of the resources of a type, by logical id."""
    found = template["Resources"].items()
    return {name: each.get("Properties", {}) for name, each in found if each["Type"] == kind}


def statements(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every IAM statement of a role, with the role's name."""
    for role, properties in of(template, "AWS::IAM::Role").items():
        for policy in properties.get("Policies", []):
            yield from ((role, each) for each in policy["PolicyDocument"]["Statement"])


def listed(value: Any) -> list[Any]:
    """What IAM lets people write as one or as a list."""
    return value if isinstance(value, list) else [value]


def names(value: Any) -> set[str]:
    """The logical ids that a value refers to, by Ref, GetAtt or Sub."""
    found = re.findall(r'"Ref": "(\w+)"|"Fn::GetAtt": \["(\w+)"|\$\{(\w+)[.}]', json.dumps(value))
    return {name for each in found for name in each if name}
