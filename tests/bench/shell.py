"""The same questions for jq, alone and behind grep."""

from __future__ import annotations

from pathlib import Path

from tests.bench.questions import PATTERN
from tests.bench.services import BUCKET

_COUNT = "LC_ALL=C sort | uniq -c"
_PAIRS = "to_entries | map([.key, .value])"
_FOUR = "[.eventTime, .userIdentity.arn, .sourceIPAddress, .requestParameters.key]"
_NEWEST = "jq -s -c 'sort_by(.[0]) | reverse | .[:100]'"
_WRITES = f"""select(.eventSource == "s3.amazonaws.com" and .eventName == "PutObject"
    and .requestParameters.bucketName == "{BUCKET}") | {_FOUR}"""
_GROUPS = """[inputs | [.userIdentity.arn // "", .eventTime[:13], .eventName]]
    | group_by(.[:2])
    | map([.[0][0], (.[0][1] | sub("T"; " ")) + ":00:00.000", length, (map(.[2]) | unique | length)])
    | sort_by(-.[2], -.[3], .[1], .[0] == "", .[0]) | .[:100]"""

JQ = {
    "a": f"jq -n -c 'reduce inputs as $e ({{}}; .[$e.eventSource] += 1) | {_PAIRS}' \"$1\"",
    "b": f"jq -c '{_WRITES}' \"$1\" | {_NEWEST}",
    "c": f"jq -n -c '{_GROUPS}' \"$1\"",
    "d": f"""jq -R -n -c 'reduce (inputs | select(test("{PATTERN}")) | fromjson) as $e
        ({{}}; .[$e.eventSource] += 1) | {_PAIRS}' "$1\"""",
    "f": f"""find "$1" -name '*.gz' -exec zcat {{}} + | jq -n -c '
        reduce (inputs | .Records[]) as $e ({{}}; .[$e.eventSource] += 1) | {_PAIRS}'""",
}

GREP = {
    "a": f"""grep -o '"eventSource":"[^"]*"' "$1" | cut -d '"' -f 4 | {_COUNT}""",
    "b": f"""grep -F '"bucketName":"{BUCKET}"' "$1" | jq -c '{_WRITES}' | {_NEWEST}""",
    "d": f"""grep -E '{PATTERN}' "$1" | jq -r .eventSource | {_COUNT}""",
}


def command(script: str, path: Path) -> tuple[str, ...]:
    """The script as a command over the path; bytes are bytes, so that grep is fast."""
    return ("sh", "-c", f"export LC_ALL=C\n{script}", "sh", str(path))
