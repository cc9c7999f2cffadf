"""The lines of text in which CloudWatch finds fields: VPC flow logs, Route 53, Lambda.

CloudWatch Logs user guide, "Supported logs and discovered fields". A line is recognised by its
form alone: one that differs from it, such as a flow log with fields of one's own choice, has none.
"""

from __future__ import annotations

import re

from bot.query.values import Value

_MEGABYTE = 1_000_000  # as seen on AWS: 512 MB are 512000000

_PORT = r"\d{1,5}|-"
_COUNT = r"\d{1,20}|-"
_ADDRESS = r"[0-9A-Fa-f.:]{2,45}"


def _form(**parts: str) -> re.Pattern[str]:
    """A line of named parts with a space between them."""
    return re.compile(" ".join(f"(?P<{name}>{part})" for name, part in parts.items()), re.ASCII)


# VPC user guide, "Flow log records": the default format, in its order.
_FLOW = _form(
    version="2",
    accountId=r"\d{12}|unknown|-",
    interfaceId=r"eni-[0-9a-z]{1,40}|-",
    srcAddr=f"{_ADDRESS}|-",
    dstAddr=f"{_ADDRESS}|-",
    srcPort=_PORT,
    dstPort=_PORT,
    protocol=r"\d{1,3}|-",
    packets=_COUNT,
    bytes=_COUNT,
    startTime=r"\d{1,20}",
    endTime=r"\d{1,20}",
    action="ACCEPT|REJECT|-",
    logStatus="OK|NODATA|SKIPDATA",
)

# Route 53 developer guide, "Values that appear in DNS query logs".
_DNS = _form(
    version=r"1\.\d{1,6}",
    queryTimestamp=r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z",
    hostZoneId=r"Z[0-9A-Z]{1,40}",
    queryName=r"\S+",
    queryType=r"[A-Z0-9-]{1,20}",
    responseCode=r"[A-Za-z0-9]{1,20}",
    protocol="UDP|TCP",
    edgeLocation=r"[A-Z]{3}\d{1,4}(?:-[A-Z0-9]{1,6})?",
    resolverIp=_ADDRESS,
    ednsClientSubnet=rf"{_ADDRESS}(?:/\d{{1,3}})?|-",
)

# Lambda developer guide, "Log formats": what the platform itself writes.
_REQUEST = r"RequestId: ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_INIT_START = re.compile(r"(INIT_START) Runtime Version: \S+(?:\s.*)?")
_START = re.compile(rf"(START) {_REQUEST} Version: \S+")
_END = re.compile(rf"(END) {_REQUEST}")
_REPORT = re.compile(rf"(REPORT) {_REQUEST}(?:\s.*)?", re.DOTALL)
_MEASURE = re.compile(
    r"\s((?:[A-Z][a-z]{1,10} ){0,2}(?:Duration|Size|Used)|XRAY TraceId|SegmentId):"
    r" ([0-9a-f.-]{1,64})(?!\S)(?: (ms|MB)(?!\S))?",
    re.ASCII,
)
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
_NAMES = {
    ("Duration", "ms"): "@duration",
    ("Billed Duration", "ms"): "@billedDuration",
    ("Init Duration", "ms"): "@initDuration",
    ("Memory Size", "MB"): "@memorySize",
    ("Max Memory Used", "MB"): "@maxMemoryUsed",
    ("XRAY TraceId", ""): "@xrayTraceId",
    ("SegmentId", ""): "@xraySegmentId",
}

_BY_BEGINNING = {
    "2 ": _FLOW,
    "1.": _DNS,
    "IN": _INIT_START,
    "ST": _START,
    "EN": _END,
    "RE": _REPORT,
}


def line_fields(line: str) -> dict[str, Value]:
    """The fields of a line, under the names that a query has for them; none if its form is unknown.

    Those of a flow log and of DNS are the texts of the line, `-` too. Lambda's durations are
    numbers of milliseconds, its sizes numbers of bytes.
    """
    form = _BY_BEGINNING.get(line[:2])
    found = form.fullmatch(line.rstrip()) if form else None
    if found is None:
        return {}
    if found.re.groupindex:
        return found.groupdict()
    fields: dict[str, Value] = dict(zip(("@type", "@requestId"), found.groups(), strict=False))
    if found.re is _REPORT:
        _add_measures(found[0], fields)
    return fields


def _add_measures(report: str, fields: dict[str, Value]) -> None:
    """What a report has measured; the first of equal ones counts."""
    for label, text, unit in _MEASURE.findall(report):
        name = _NAMES.get((label, unit))
        if name is not None and (value := _measured(text, unit)) is not None:
            fields.setdefault(name, value)


def _measured(text: str, unit: str) -> Value:
    if not unit:
        return text
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text) if "." in text else int(text)
    return number * _MEGABYTE if unit == "MB" else number
