"""`python -m bot slack manifest`: the Slack app, ready to be pasted into api.slack.com/apps."""

from __future__ import annotations

import argparse
import json
import sys

import yaml

from bot.slack.manifest import SCOPES, manifest


def print_manifest(options: argparse.Namespace) -> int:
    """Print the manifest, and on standard error what the optional scopes are for."""
    made = manifest(options.url, options.name)
    if options.format == "json":
        print(json.dumps(made, indent=2))
        return 0
    print(yaml.safe_dump(made, sort_keys=False, allow_unicode=True), end="")
    for scope in SCOPES:
        if scope.optional:
            print(
                f"# optional: {scope.name}: {scope.why}. Without: {scope.without}.", file=sys.stderr
            )
    return 0
