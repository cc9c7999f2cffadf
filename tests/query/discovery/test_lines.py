"""Lines that have fields, and lines that only look as if they had."""

from __future__ import annotations

import pytest

from bot.query.discovery.lines import line_fields

CALL = "00000000-1111-2222-3333-444444444444"
FLOW = (
    "2 111122223333 eni-0a1b 192.0.2.1 192.0.2.2 49152 22 6 9 100 1793534400 1793534460 REJECT OK"
)
DNS = "1.0 2026-11-01T12:00:00Z Z0EXAMPLE example.com A NOERROR UDP FRA6 192.0.2.53 -"
REPORT = f"REPORT RequestId: {CALL}\tDuration: 1.5 ms\tMemory Size: 128 MB"


@pytest.mark.parametrize(
    ("line", "count"),
    [
        (FLOW, 14),
        (FLOW.replace("111122223333", "unknown"), 14),
        (FLOW.replace("eni-0a1b", "-"), 14),
        (DNS, 10),
        (REPORT, 4),
        (f"REPORT RequestId: {CALL}", 2),
        (f"START RequestId: {CALL} Version: 3", 2),
        (f"END RequestId: {CALL}", 2),
        ("INIT_START Runtime Version: nodejs:20.v1", 1),
    ],
)
def test_a_line_has_its_fields_with_or_without_a_line_end(line: str, count: int) -> None:
    for end in ("", "\n", "\r\n", "\t\n"):
        assert len(line_fields(line + end)) == count


@pytest.mark.parametrize(
    "line",
    [
        "",
        "2 ",
        f" {FLOW}",
        f"x {FLOW}",
        f"{FLOW} x",
        FLOW.replace(" ", "  ", 1),
        FLOW.replace(" ", "\t"),
        FLOW.replace("2 1", "3 1", 1),
        FLOW.replace("REJECT", "reject"),
        FLOW.replace("OK", "DATA"),
        FLOW.replace("49152", "491521"),
        FLOW.replace("49152", "٤٩"),
        FLOW.replace("192.0.2.1", "host-1"),
        FLOW.replace("1793534400", "-"),
        DNS.replace("1.0", "2.0"),
        DNS.replace("Z0EXAMPLE", "0EXAMPLE"),
        DNS.replace("UDP", "ICMP"),
        DNS.replace("FRA6", "fra"),
        f"{DNS} x",
        f"START RequestId: {CALL}",
        f"START RequestId: {CALL} Version: 3 more",
        f"END RequestId: {CALL} Version: 3",
        f"END RequestId: {CALL.upper().replace('0', 'A')}",
        f"REPORT RequestId: {CALL}x Duration: 1 ms",
        f"REPORT RequestID: {CALL}",
        "REPORT of the day",
        "INIT_START",
        "INIT_REPORT Init Duration: 9999.00 ms Phase: init Status: timeout",
    ],
)
def test_a_line_of_another_form_has_none(line: str) -> None:
    assert line_fields(line) == {}


@pytest.mark.parametrize(
    ("rest", "fields"),
    [
        ("Duration: 10 ms", {"@duration": 10}),
        ("Duration: 0.50 ms", {"@duration": 0.5}),
        ("  Init Duration: 1 ms  Duration: 2 ms ", {"@initDuration": 1, "@duration": 2}),
        ("Duration: 1 ms Duration: 2 ms", {"@duration": 1}),
        ("Billed Duration: 3 ms Restore Duration: 4 ms", {"@billedDuration": 3}),
        ("Billed Restore Duration: 3 ms", {}),
        ("Duration: 10 MB Memory Size: 10 ms", {}),
        ("Duration: 10", {}),
        ("Duration: 10 msec", {}),
        ("Duration: 10ms", {}),
        ("Duration: 1.2.3 ms", {}),
        ("Duration: -1 ms", {}),
        ("Duration: " + "9" * 40 + " ms", {}),
        ("Memory Size: 512 MB", {"@memorySize": 512_000_000}),
        ("Max Memory Used: 512 MB", {"@maxMemoryUsed": 512_000_000}),
        ("Memory Size: 1.5 MB", {"@memorySize": 1_500_000}),
        ("XRAY TraceId: 1-0a1b-2c3d", {"@xrayTraceId": "1-0a1b-2c3d"}),
        ("TraceId: 1-0a1b-2c3d Status: timeout", {}),
        ("SegmentId: 0a1b", {"@xraySegmentId": "0a1b"}),
    ],
)
def test_what_a_report_has_measured(rest: str, fields: dict[str, object]) -> None:
    for text in (rest, rest.replace(" ms ", " ms\t")):
        found = line_fields(f"REPORT RequestId: {CALL} {text}")
        assert found == {"@type": "REPORT", "@requestId": CALL} | fields


def test_times_are_not_long_where_lines_are() -> None:
    words = "Billed Restore " * 100_000
    assert line_fields(f"REPORT RequestId: {CALL} {words}") == {
        "@type": "REPORT",
        "@requestId": CALL,
    }
