"""Rules load whole, or every fault is told with its file, line, key and fix."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.query.ast import Limit, Sort
from bot.rules.card import RuleParameter, place_of
from bot.rules.loader import load_rules
from tests.rules.samples import ALERTING, ASKING, changed, faults_of, load, rule_of


def test_a_rule_that_people_run_loads() -> None:
    rule = rule_of(ASKING)
    assert (rule.id, rule.title) == ("s3-writes", "Objects written to a bucket")
    assert rule.parameters == (RuleParameter("bucket", "bucket", "which bucket", "my-bucket"),)
    assert (rule.severity, rule.status, rule.window) == ("info", "live", timedelta(hours=24))
    assert rule.query_text.startswith('filter eventName = "PutObject"')
    assert rule.path == "rules/cloudtrail/s3-writes.yml"
    assert rule.tests[0].rows == 1
    assert rule.alert is None


def test_a_rule_that_alerts_loads() -> None:
    rule = rule_of(ALERTING)
    plan = rule.alert
    assert plan is not None
    assert (plan.every, plan.over, plan.key) == (timedelta(minutes=5), None, ("who",))
    assert plan.bindings == {"bucket": "prod-releases"}
    assert plan.when == "filter ispresent(who) and who not like /role.release/"
    known, more, where = rule.triage
    assert (known.runs, more.runs, where.runs) == (False, True, True)
    assert (more.rule, more.bindings) == ("odd-writes", {"bucket": "{{bucket}}"})
    assert (more.around, more.many_over) == (timedelta(hours=1), 20)
    assert (more.required, more.auto) == (True, True)
    assert more.answers == {
        "none": "Nothing else.",
        "some": "Look at each.",
        "many": "Call somebody.",
    }
    assert (where.around, where.many_over) == (timedelta(hours=2), 10)
    assert [test.fires for test in rule.tests] == [True, False]


def test_when_stands_before_the_closing_commands_which_an_alert_drops() -> None:
    plan = rule_of(ALERTING).alert
    assert plan is not None
    assert plan.finds is not None
    assert [type(c).__name__ for c in plan.finds.commands] == ["Filter", "Fields", "Filter"]
    assert not any(isinstance(c, Sort | Limit) for c in plan.finds.commands)


def test_every_key_of_the_format_loads() -> None:
    text = changed(ALERTING, "log: cloudtrail\n", """\
log: cloudtrail
status: test
needs: [s3-data-events]
attack: [T1537, T1078.004]
references: ["https://example.com/page#part"]
window: 90m
respond: [Disable the key., Call the owner.]
false_positives:
  - A release by hand.
""").replace("  key: [who]\n", "  key: [who]\n  channel: '#alerts'\n  over: 10m\n")  # fmt: skip
    rule = rule_of(text.replace("required: true", "required: true\n    why: It tells."))
    assert (rule.status, rule.needs, rule.window) == (
        "test",
        ("s3-data-events",),
        timedelta(minutes=90),
    )
    assert rule.attack == ("T1537", "T1078.004")
    assert rule.respond == ("Disable the key.", "Call the owner.")
    assert rule.false_positives == ("A release by hand.",)
    assert rule.references == ("https://example.com/page#part",)
    assert rule.alert is not None
    assert (rule.alert.channel, rule.alert.over) == ("#alerts", timedelta(minutes=10))
    assert rule.triage[1].why == "It tells."


def test_the_version_follows_the_text_but_not_its_line_ends() -> None:
    version = rule_of(ASKING).version
    assert rule_of(ASKING.replace("\n", "\r\n")).version == version
    assert rule_of(ASKING + "# more\n").version != version


@pytest.mark.parametrize(
    ("old", "new", "key", "words", "fix"),
    [
        ("title: Objects written to a bucket", "", "title", "is missing", "what the answer shows"),
        ("purpose: Know which objects were written.", "purpose: ''", "purpose", "empty", "Write text"),
        ("purpose: Know", "purpse: Know", "purpse", "There is no key `purpse`", "Did you mean `purpose`?"),
        ("log: cloudtrail", "log: 7", "log", "This is a number, `7`, not text", "Write text."),
        ("log: cloudtrail", "log: {a: b}", "log", "This is a mapping, not text", ""),
        ("log: cloudtrail", "log: cloudtrail\nwindow: 5x", "window", "`5x`", "such as 5m, 24h or 7d"),
        ("log: cloudtrail", "log: cloudtrail\nwindow: 30s", "window", "too short", "from 1m to 366d"),
        ("log: cloudtrail", "log: cloudtrail\nwindow: 99w", "window", "too long", "from 1m to 366d"),
        ("log: cloudtrail", "log: cloudtrail\nwindow: [1h]", "window", "This is a list", "24h"),
        ("log: cloudtrail", "log: cloudtrail\nseverity: hihg", "severity", "`hihg`", "Did you mean `high`?"),
        ("log: cloudtrail", "log: cloudtrail\nseverity: 3", "severity", "a number", "`critical`"),
        ("log: cloudtrail", "log: cloudtrail\nstatus: on", "status", "`on`", "`draft`, `test` and `live`"),
        ("log: cloudtrail", "log: cloudtrail\nneeds: [s3-data-event]", "needs", "`s3-data-event`", "Did you mean"),
        ("log: cloudtrail", "log: cloudtrail\nneeds: s3-data-events", "needs", "text", "Write a list."),
        ("log: cloudtrail", "log: cloudtrail\nattack: [T15]", "attack[0]", "`T15`", "such as T1537"),
        ("log: cloudtrail", "log: cloudtrail\nattack: [T1537, T1537]", "attack", "twice", "Remove"),
        ("log: cloudtrail", "log: cloudtrail\nreferences: ['http://a']", "references[0]", "`http://a`", "https"),
        ("log: cloudtrail", 'log: cloudtrail\nowner: "a\\u202eb"', "owner", "cannot be seen", "Remove it."),
        ("log: cloudtrail", "log: cloudtrail\nowner: " + "x" * 81, "owner", "81 characters", "shorter"),
        ("id: s3-writes", "id: S3_writes", "id", "`S3_writes`", "small letters"),
        ("id: s3-writes", "id: s3-write", "id", "is not the name of the file", "Make them the same."),
        ("id: s3-writes\n", "", "id", "is missing", "the name people type"),
        ("{{bucket}}", '"my-bucket"', "parameters", "does not use `bucket`", "Use it as `{{bucket}}`"),
        ("{{bucket}}", "{{buckett}}", "parameters", "uses `buckett`", "Did you mean `bucket`?"),
        ("  bucket: {", "  Bucket: {", "parameters.Bucket", "no name for a parameter", "small letters"),
        ("  bucket: {", "  window: {", "parameters.window", "a meaning of its own", "another name"),
        ("type: bucket", "type: buckett", "parameters.bucket.type", "`buckett`", "Did you mean `bucket`?"),
        ("type: bucket, ", "", "parameters.bucket.type", "is missing", "a row of the table"),
        ("help: which bucket, ", "", "parameters.bucket.help", "is missing", "what to type"),
        (", example: my-bucket", "", "parameters.bucket.example", "is missing", "Add a value"),
        ("example: my-bucket", "example: My", "parameters.bucket.example", "not a bucket", ""),
        ("example: my-bucket", "example: [a]", "parameters.bucket.example", "This is a list", "text or a number"),
        ("example: my-bucket", "default: UP", "parameters.bucket.default", "not a bucket", ""),
        ("bucket: {type: bucket, help: which bucket, example: my-bucket}", "bucket: text", "parameters.bucket", "not a mapping", ""),
        ("parameters:\n  bucket: {type: bucket, help: which bucket, example: my-bucket}", "parameters: [bucket]", "parameters", "not a mapping of names", ""),
        ("type: bucket", "type: enum", "parameters.bucket.choices", "needs `choices`", "List the values"),
        ("type: bucket", "choices: [other-1], type: bucket", "parameters.bucket.example", "choices are", ""),
        ("type: bucket", "choices: [Up], type: bucket", "parameters.bucket.choices", "not a bucket", ""),
        ("| sort eventTime desc", "| srot eventTime desc", "query", "There is no command `srot`. (line 3, column 3 of the query)", "Did you mean `sort`?"),
        ("| sort eventTime desc", "| sort concat({{bucket}}, nothing(1))", "query", "nothing", ""),
        ("{{bucket}}", "{{bucket}} | limit {{bucket}}", "query", "cannot stand in the place", ""),
        ("query: |\n", "query: 7\nqueery: |\n", "query", "This is a number", "a block of text"),
        ("    rows: 1", "    rows: -1", "tests[0].rows", "a number, `-1`", "a whole number from 0"),
        ("    rows: 1", "    rows: true", "tests[0].rows", "true or false", "a whole number"),
        ("    rows: 1", "    row: 1", "tests[0].row", "There is no key `row`", "Did you mean `rows`?"),
        ("    rows: 1", "    rows: 1\n    fires: true", "tests[0].fires", "Only a rule with an `alert`", "`rows`"),
        ("    rows: 1", "    rows: 1\n    expect: []", "tests[0]", "exactly one of", "Say what"),
        ("    rows: 1", "    expect: [{whom: x}]", "tests[0].expect", "`whom` is no output column", "Did you mean `who`?"),
        ("    rows: 1", "    expect: [x]", "tests[0].expect", "This is text", "a row"),
        ("    rows: 1", "    expect: [{who: [x]}]", "tests[0].expect.who", "This is a list", "one value"),
        ("    rows: 1", "    rows: 1\n    with: {bukket: a-b-c}", "tests[0].with.bukket", "no parameter `bukket`", "Did you mean"),
        ("    rows: 1", "    rows: 1\n    with: {bucket: A}", "tests[0].with.bucket", "not a bucket", ""),
        ("    rows: 1", "    rows: 1\n    with: {bucket: null}", "tests[0].with.bucket", "This is nothing", "text or a number"),
        ("      - {eventName", "      - text\n      - {eventName", "tests[0].events", "This is text", "a log event"),
        ("eventName: PutObject, ", "'@timestamp': soon, eventName: PutObject, ", "tests[0].events", "`soon` is no time", "2026-11-01T09:00:00Z"),
        ("  - name: a write\n", "  - name: a write\n    rows: 0\n    events: []\n  - name: a write\n", "tests[0].name", "Two tests", "Rename"),
        ("tests:\n", "triage: []\ntests:\n", "triage", "the rule has none", "Add an `alert`"),
    ],
)  # fmt: skip
def test_a_fault_names_its_key_and_what_would_work(
    old: str, new: str, key: str, words: str, fix: str
) -> None:
    text = changed(ASKING, old, new)
    loaded = load(text, "s3-writes")
    assert loaded.rules == ()
    found = [f for f in loaded.faults if f.key == key and words in f.message]
    assert found, [str(f) for f in loaded.faults]
    assert fix in found[0].fix
    assert found[0].path == "rules/cloudtrail/s3-writes.yml"
    assert found[0].line >= 1


@pytest.mark.parametrize(
    ("old", "new", "key", "words", "fix"),
    [
        ("severity: high\n", "", "severity", "needs `severity`", "`critical`"),
        ("owner: cloud-security\n", "", "owner", "needs `owner`", "the team"),
        ("  condition: Somebody else than the release role wrote.\n", "", "alert.condition", "is missing", "for people"),
        ("  every: 5m\n", "", "alert.every", "is missing", "how often"),
        ("  every: 5m\n", "  every: 10s\n", "alert.every", "too short", "from 1m to 7d"),
        ("  every: 5m\n", "  every: 5m\n  over: 1m\n", "alert.over", "too short", "from 5m to 7d"),
        ("  every: 5m\n", "  every: 5m\n  spike: 3\n", "alert.spike", "not obeyed yet", "Remove it"),
        ("  every: 5m\n", "  every: 5m\n  channel: 'a b'\n", "alert.channel", "`a b`", "a channel's name"),
        ("  with: {bucket: prod-releases}\n", "", "alert.with", "no value for `bucket`", "nobody is there"),
        ("  with: {bucket: prod-releases}\n", "  with: {bucket: UP}\n", "alert.with.bucket", "not a bucket", ""),
        ("  with: {bucket: prod-releases}\n", "  with: {bucket: abc, x: 1}\n", "alert.with.x", "no parameter `x`", "It has `bucket`"),
        ("  key: [who]", "  key: [whom]", "alert.key", "`whom` is no output column", "Did you mean `who`?"),
        ("  key: [who]", "  key: who", "alert.key", "This is text", "Write a list."),
        ("    filter ispresent", "    fliter ispresent", "alert.when", "`fliter`", "Did you mean `filter`?"),
        ("who not like /role.release/\n", "who = 1 | dedup who\n", "alert.when", "may not have a `dedup`", "alert.key"),
        ("/role.release/\n", "/role.release/ | limit 5\n", "alert.when", "may not have a `limit`", "alert.key"),
        ("/role.release/\n", "/role.release/ and ip != {{x}}\n", "alert.when", "no parameter `x`", "Declare it"),
        ("/role.release/\n", "/role.release/ | stats count(*) as n by who\n", "alert.over", "needs `over`", "`over: 5m`"),
        ("  when: |\n", "  when: 7\n  whenn: |\n", "alert.when", "This is a number", "commands"),
        ("  | sort who\n", "  | dedup who\n", "query", "may not have a `dedup` here", "Remove it"),
        ("  | fields userIdentity.arn", "  | limit 7\n  | fields userIdentity.arn", "query", "may not have a `limit` here", "Remove it"),
        ("  | fields userIdentity.arn", "  | sort ip | tail 7\n  | fields userIdentity.arn", "query", "may not have a `tail` here", "Remove it"),
        ("  | fields userIdentity.arn", "  | outlier action=remove ip\n  | fields userIdentity.arn", "query", "may not have a `outlier` here", "Leave out `action=remove`"),
        ("/role.release/\n", '/role.release/ and ip in (SOURCE "x" | fields ip)\n', "alert.when", "may not look at another query", "Write the values"),
        ("  | fields userIdentity.arn", "  | accum n\n  | fields userIdentity.arn", "query", "What `accum` gives depends on where a run begins", "Let a `stats` follow"),
        ("/role.release/\n", "/role.release/ | sessionize who\n", "alert.when", "What `sessionize` gives depends", "with `over`"),
        ("  | fields userIdentity.arn", "  | lookup team who OUTPUT name\n  | fields userIdentity.arn", "query", "may not look into a table", "Write the values"),
        ('  filter eventName', '  SOURCE "x"\n  | filter eventName', "query", "may not choose where it looks", "`log` says where"),
        ("/role.release/\n", '/role.release/ | appendcols (SOURCE "x" | fields z)\n', "alert.when", "may not look at another query", "Write a `stats`"),
        ("  | display who, ip\n", "  | display who as x, ip\n", "query", "drops the closing `display`, and with it `x`", "in a `fields`"),
        ("  | display who, ip\n", "  | display concat(who, ip)\n", "query", "concat(who, ip)", "in a `fields`"),
        ("    ask: Is this person in the team?\n", "    ask: " + "x" * 76 + "\n", "triage[0].ask", "76 characters", "shorter"),
        ("    ask: Is this person in the team?\n", "", "triage[0].ask", "is missing", "the question"),
        ("  - id: known\n", "  - id: more\n", "triage[0].id", "Two items have the id `more`", "Rename"),
        ("  - id: known\n", "  - id: Known\n", "triage[0].id", "`Known`", "small letters"),
        ("  - id: known\n    ask: Is this person in the team?\n", "", "triage", "at least 3 triage items, not 2", "questions"),
        ("    ask: Is this person in the team?\n", "    ask: Is it?\n    answers: {none: x}\n", "triage[0].answers", "only for an item that runs", "`why`"),
        ("    ask: Is this person in the team?\n", "    ask: Is it?\n    around: 1h\n", "triage[0].around", "belongs to a `query`", "into `run`"),
        ("    ask: Is this person in the team?\n", "    ask: Is it?\n    auto: true\n", "triage[0].auto", "nothing to run", "a `run`"),
        ("    auto: true\n", "    auto: yes\n", "triage[1].auto", "not true or false", ""),
        ("    auto: true\n", "    query: filter a = 1\n", "triage[1].query", "not both", "Remove one"),
        (", over: 20}", ", over: 0}", "triage[1].answers.over", "a number, `0`", "from 1 to 10,000"),
        ("{none: Nobody., some: Ask them.}", "{none: Nobody.}", "triage[2].answers", "`none` and `some`", "what to do next"),
        ("{rule: odd-writes,", "{rule: odd-write,", "triage[1].run.rule", "no rule `odd-write`", "Did you mean `odd-writes`?"),
        ("{rule: odd-writes, with: {bucket: \"{{bucket}}\"},", "{rule: odd-writes,", "triage[1].run.with", "no value for `bucket`", "output column"),
        ("{{bucket}}\"},", "{{bucket}}\", b: x},", "triage[1].run.with.b", "no parameter `b`", ""),
        ("{{bucket}}\"},", "{{buckt}}\"},", "triage[1].run.with.bucket", "`buckt` is neither", "Did you mean `bucket`?"),
        ("{{bucket}}\"},", "x{{bucket}}\"},", "triage[1].run.with.bucket", "more than one `{{name}}`", "whole value"),
        ("{{bucket}}\"},", "UP\"},", "triage[1].run.with.bucket", "not a bucket", ""),
        ("as who, sourceIPAddress as ip", "as who, sourceIPAddress as ip, requestID as bucket", "triage[1].run.with.bucket", "both an output column and a parameter", "Rename"),
        ("= {{ip}}", "= {{ipp}}", "triage[2].query", "`ipp` is neither", "Did you mean `ip`?"),
        ("= {{ip}}", "= {{ip}} | limit {{ip}}", "triage[2].query", "cannot stand", ""),
        ("= {{ip}}", "== = {{ip}}", "triage[2].query", "line 1", ""),
        ("    fires: true\n", "    fires: 1\n", "tests[0].fires", "not true or false", ""),
        ("    fires: true\n", "    fires: false\n", "tests", "a test in which it fires", "`fires: true`"),
        ("    fires: false\n", "    fires: true\n", "tests", "a test in which it does not fire", "`fires: false`"),
        ("alert:\n", "alert: soon\nalertt:\n", "alert", "not a mapping of keys", ""),
    ],
)  # fmt: skip
def test_a_fault_of_an_alert_names_its_key_and_what_would_work(
    old: str, new: str, key: str, words: str, fix: str
) -> None:
    text = changed(ALERTING, old, new)
    found = [f for f in faults_of(text) if f.key == key and words in f.message]
    assert found, [str(f) for f in faults_of(text)]
    assert fix in found[0].fix


def test_an_alert_whose_items_all_ask_people_has_nothing_to_run() -> None:
    text = ALERTING[: ALERTING.index("triage:")] + "triage:\n"
    text += "".join(f"  - {{id: q{i}, ask: 'Is it {i}?'}}\n" for i in range(3))
    text += ALERTING[ALERTING.index("tests:") :]
    faults = faults_of(text)
    assert [(f.key, f.message) for f in faults] == [("triage", "None of the items runs anything.")]


def test_every_row_of_a_query_is_a_finding_where_there_is_no_when() -> None:
    start, end = ALERTING.index("  when: |"), ALERTING.index("  every: 5m")
    rule = rule_of(ALERTING[:start] + ALERTING[end:])
    assert rule.alert is not None
    assert rule.alert.when == ""
    assert rule.alert.finds is not None
    assert len(rule.alert.finds.commands) == 2


def test_an_alert_of_nothing_but_closing_commands_has_no_query() -> None:
    start, end = ALERTING.index("  filter eventName"), ALERTING.index("  | display")
    text = ALERTING[:start] + "  limit 20\n" + ALERTING[end:]
    start, end = text.index("  when: |"), text.index("  every: 5m")
    assert any("The query is empty" in f.message for f in faults_of(text[:start] + text[end:]))


def test_a_parameter_that_only_when_uses_is_used() -> None:
    text = changed(ALERTING, "requestParameters.bucketName = {{bucket}}", "ispresent(requestID)")
    rule_of(changed(text, "/role.release/", "/role.release/ and b = {{bucket}}"))


def test_a_fault_of_when_that_shows_in_the_query_is_told_there() -> None:
    text = changed(ALERTING, "  | sort who\n", "  | sort who | filter ip = 'x'\n")
    text = changed(
        text, "/role.release/", "/role.release/ | stats count(*) as n by who | stats max(n) as m"
    )
    found = [f for f in faults_of(text) if f.key == "alert.when"]
    assert "may not stand before a later" in found[0].message


def test_all_faults_of_all_rules_are_told_at_once_in_the_order_of_files_and_lines() -> None:
    broken = "id: broken\ntitel: x\nseverity: loud\nquery: filter (\n"
    loaded = load_rules({"b/broken.yml": broken, "a/s3-writes.yml": ASKING, "c/yaml.yml": "a: ["})
    assert [rule.id for rule in loaded.rules] == ["s3-writes"]
    assert [f.path for f in loaded.faults] == sorted(f.path for f in loaded.faults)
    assert [f.line for f in loaded.faults if f.path == "b/broken.yml"] == [1, 1, 1, 2, 3, 4]
    assert {f.key for f in loaded.faults if f.path == "b/broken.yml"} == {
        "title", "purpose", "log", "titel", "severity", "query",
    }  # fmt: skip


def test_rules_are_in_the_order_of_their_ids() -> None:
    other = changed(ASKING, "id: s3-writes", "id: a-rule")
    loaded = load_rules({"a/s3-writes.yml": ASKING, "b/a-rule.yml": other})
    assert [rule.id for rule in loaded.rules] == ["a-rule", "s3-writes"]


def test_two_rules_with_one_id_do_not_load_and_each_names_the_other() -> None:
    loaded = load_rules({"a/s3-writes.yml": ASKING, "b/s3-writes.yml": ASKING})
    assert loaded.rules == ()
    assert [str(f) for f in loaded.faults] == [
        "a/s3-writes.yml:1: id: The id `s3-writes` is also that of b/s3-writes.yml. Rename one of them.",
        "b/s3-writes.yml:1: id: The id `s3-writes` is also that of a/s3-writes.yml. Rename one of them.",
    ]


def test_a_rule_that_another_runs_may_be_faulty_without_stopping_it() -> None:
    text = changed(ALERTING, "{rule: odd-writes,", "{rule: s3-writes,")
    faulty = changed(ASKING, "title: Objects", "titel: Objects")
    loaded = load_rules({"a/odd-writes.yml": text, "b/s3-writes.yml": faulty})
    assert [rule.id for rule in loaded.rules] == ["odd-writes"]
    assert {f.path for f in loaded.faults} == {"b/s3-writes.yml"}


def test_a_rule_without_parameters_takes_none() -> None:
    target = changed(
        ASKING,
        "parameters:\n  bucket: {type: bucket, help: which bucket, example: my-bucket}\n",
        "",
    )
    target = changed(target, "{{bucket}}", '"b"')
    text = changed(ALERTING, "{rule: odd-writes,", "{rule: s3-writes,")
    loaded = load_rules({"a/odd-writes.yml": text, "b/s3-writes.yml": target})
    assert [f.fix for f in loaded.faults] == ["It takes none."]


def test_the_log_must_be_a_source() -> None:
    files = {"a/s3-writes.yml": ASKING}
    assert load_rules(files, ["cloudtrail"]).faults == ()
    assert load_rules(files, ["cloud-trail"]).faults[0].fix == "Did you mean `cloud-trail`?"
    assert load_rules(files, ["vpc"]).faults[0].fix == "There are `vpc`."
    assert load_rules(files, []).faults[0].fix == "Add it to `rules/config.yml`."


@pytest.mark.parametrize("word", ["help", "list", "show"])
def test_a_word_that_slack_takes_for_a_command_is_no_id(word: str) -> None:
    text = changed(ASKING, "id: s3-writes", f"id: {word}")
    assert f"`/siem {word}` means something else." in str(faults_of(text)[0])


def test_a_fault_in_a_query_points_at_the_line_of_the_file() -> None:
    text = changed(ASKING, "  | fields eventTime", "  | filter a in []\n  | fields eventTime")
    (fault,) = faults_of(text)
    assert text.splitlines()[fault.line - 1] == "  | filter a in []"
    folded = changed(text, "query: |", "query: >")
    assert faults_of(folded)[0].line == 7


def test_a_fault_in_when_points_at_the_line_of_the_file() -> None:
    text = changed(ALERTING, "  when: |\n", "  when: |\n\n    filter 1 = 1 |\n    # why\n")
    text = changed(text, "and who not like", "adn who not like")
    (fault,) = [f for f in faults_of(text) if f.key == "alert.when"]
    assert "adn" in text.splitlines()[fault.line - 1]


def test_a_file_that_holds_no_mapping_is_told_once() -> None:
    loaded = load_rules({"a/x.yml": "- 1\n- 2\n"})
    assert [str(f) for f in loaded.faults] == [
        "a/x.yml:1: This is a list, not a mapping of keys. Write a mapping of keys."
    ]


def test_a_default_stands_in_for_a_value_that_an_alert_does_not_give() -> None:
    text = changed(ALERTING, "  with: {bucket: prod-releases}\n", "")
    rule = rule_of(changed(text, "example: my-bucket}", "default: prod-releases}"))
    assert not rule.parameters[0].required


def test_a_faulty_parameter_hides_no_other_fault_of_an_alert() -> None:
    text = changed(ALERTING, "type: bucket,", "type: buckett,")
    text = changed(text, "  every: 5m\n", "  every: 5\n")
    assert {f.key for f in faults_of(text)} == {"parameters.bucket.type", "alert.every"}


def test_a_parameter_that_is_not_declared_is_told_once() -> None:
    text = changed(
        ALERTING, "requestParameters.bucketName = {{bucket}}", "a = {{bucket}} and b = {{x}}"
    )
    assert [f.key for f in faults_of(text)] == ["parameters"]


def test_a_faulty_alert_hides_no_other_fault_of_its_checklist() -> None:
    text = changed(ALERTING, "    filter ispresent", "    fliter ispresent")
    text = changed(text, '"{{bucket}}"}, around: 1h', '"{{bucket}}"}, around: 1')
    assert {f.key for f in faults_of(text)} == {"alert.when", "triage[1].run.around"}


def test_a_test_without_events_is_told() -> None:
    assert "tests[0].events" in {f.key for f in faults_of(ASKING.replace("events:", "event:"))}


def test_a_query_that_parses_and_cannot_run_is_told_at_its_line() -> None:
    wrong = """  | filter isIpInSubnet(sourceIPAddress, "somewhere")\n"""
    text = changed(ASKING, "  | sort eventTime desc\n", wrong)
    (fault,) = faults_of(text)
    assert (fault.key, fault.message) == ("query", "`somewhere` is no subnet.")
    start, end = text.index("parameters:"), text.index("query:")
    text = changed(text[:start] + text[end:], "{{bucket}}", "a")
    (fault,) = faults_of(text)
    assert text.splitlines()[fault.line - 1] == wrong.rstrip()


def test_an_item_of_a_faulty_alert_that_runs_a_good_rule_is_still_checked() -> None:
    text = changed(ALERTING, "{rule: odd-writes,", "{rule: s3-writes,")
    text = changed(text, "around: 1h", "bucket: 7, around: 1h")
    loaded = load_rules({"a/odd-writes.yml": text, "b/s3-writes.yml": ASKING})
    assert "triage[1].run.bucket" in {f.key for f in loaded.faults}
    text = changed(ALERTING, "{rule: odd-writes,", "{rule: s3-writes,")
    text = changed(
        changed(text, "    filter ispresent", "    fliter ispresent"),
        '{bucket: "{{bucket}}"}',
        '{x: "{{bucket}}"}',
    )
    loaded = load_rules({"a/odd-writes.yml": text, "b/s3-writes.yml": ASKING})
    assert {f.key for f in loaded.faults} == {
        "alert.when",
        "triage[1].run.with.x",
        "triage[1].run.with",
    }


def test_numbers_may_stand_without_quotes_where_a_value_is_text() -> None:
    text = changed(
        ASKING,
        "{type: bucket, help: which bucket, example: my-bucket}",
        "{type: number, help: how many, example: 7}",
    )
    rule = rule_of(changed(text, "rows: 1", "rows: 0"))
    assert rule.parameters[0].example == "7"
    choosing = changed(
        text, "type: number, help: how many, example: 7", "type: enum, help: x, choices: [one, two]"
    )
    assert rule_of(choosing).parameters[0].choices == ("one", "two")


def test_a_hostile_rule_cannot_forge_lines_of_the_report() -> None:
    key = '"a\\nrules/x.yml: all is well\\x1b[2J": 1\n'
    (fault,) = faults_of(key + ASKING)
    assert "\n" not in str(fault)
    assert "\x1b" not in str(fault)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{{who}}", "who"),
        (" {{ who }} ", "who"),
        ("{{userIdentity.arn}}", "userIdentity.arn"),
        ("{{@message}}", "@message"),
        ("who", None),
        ("{{a}}{{b}}", None),
        ("{{a b}}", None),
        ("", None),
    ],
)
def test_a_place_is_one_name_in_double_braces(text: str, name: str | None) -> None:
    assert place_of(text) == name
