"""Warnings about the queries of a rule name the file, the key and the line."""

from __future__ import annotations

from bot.rules.lint import lint_rule
from tests.rules.samples import ALERTING, ASKING, changed, rule_of


def warnings_of(text: str) -> list[str]:
    return [str(fault) for fault in lint_rule(rule_of(text), text)]


def test_the_samples_have_none_but_that_of_a_sort() -> None:
    assert warnings_of(ASKING) == []
    (found,) = warnings_of(ALERTING)
    assert found == (
        "rules/cloudtrail/odd-writes.yml:12: query: Q003: AWS does not say in which direction"
        " `who` is sorted. (line 3, column 8 of the query) Add `asc` or `desc`."
    )


def test_each_query_of_a_rule_is_looked_through_on_its_own_lines() -> None:
    text = changed(ALERTING, "sort who", "sort who asc")
    text = changed(
        text,
        "filter ispresent(who) and who not like /role.release/\n",
        "\n    | filter ispresent(who) and\n      userAgent not like /x/ and who not like /role.release/\n",
    )
    text = changed(text, "count(*) as n by userIdentity.arn", "count(*) as n by bin(300s)")
    found = warnings_of(text)
    lines = text.splitlines()
    assert len(found) == 2
    assert found[0].startswith(
        f"rules/cloudtrail/odd-writes.yml:{lines.index('      userAgent not like /x/ and who not like /role.release/') + 1}:"
        " alert.when: Q006: "
    )
    assert "(line 3, column 3 of the query)" in found[0]
    at = next(i for i, line in enumerate(lines, 1) if "bin(300s)" in line)
    assert found[1].startswith(f"rules/cloudtrail/odd-writes.yml:{at}: triage.where.query: Q001: ")


def test_a_warning_of_the_query_is_not_told_again_for_the_alert() -> None:
    text = changed(ALERTING, "sort who", "sort who asc")
    text = changed(
        text,
        "= {{bucket}}\n  | fields userIdentity",
        '= {{bucket}} and errorCode != "x"\n  | fields userIdentity',
    )
    assert [found.split()[1:3] for found in warnings_of(text)] == [["query:", "Q006:"]]


def test_a_query_on_one_line_has_the_line_of_its_key() -> None:
    text = ASKING[: ASKING.index("parameters:")] + (
        "query: filter a == 1\ntests:\n  - {name: n, rows: 1, events: [{a: 1}]}\n"
    )
    (found,) = warnings_of(text)
    assert found.startswith("rules/cloudtrail/s3-writes.yml:5: query: Q002: ")


def test_a_text_that_is_no_longer_that_of_the_rule_has_no_warnings() -> None:
    rule = rule_of(ALERTING)
    for text in ("[", "[]", "a: 1", "alert: 1\ntriage: 1", "triage: [1, {query: [1]}]"):
        assert lint_rule(rule, text) == []
