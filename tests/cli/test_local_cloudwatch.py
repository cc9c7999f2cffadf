"""`python -m bot local cloudwatch`: it starts, serves, keeps, stops, and dies without harm."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from bot.cli import main
from tests.local.cloudwatch.serving import logs_client

LINE = re.compile(r"CloudWatch Logs of 111122223333 in ([\w-]+): (http://127\.0\.0\.1:\d+)\n")


class Server:
    """A process that serves, and a boto3 client for it."""

    def __init__(self, *arguments: object) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "bot",
                "local",
                "cloudwatch",
                "--port",
                "0",
                *map(str, arguments),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.line = self.process.stdout.readline()
        found = LINE.fullmatch(self.line)
        assert found, self.process.communicate(timeout=5)
        self.region, self.url = found.groups()
        self.logs = logs_client(self.url)

    def stop(self, how=signal.SIGTERM) -> tuple[int, str]:
        """The exit status, and what was said on both outputs after the first line."""
        self.logs.close()
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=10)
        return self.process.returncode, out + err


@contextmanager
def running(*arguments):
    server = Server(*arguments)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            assert server.stop() == (0, "")


def rows(server, query, group="cloudtrail", start=0, end=4_000_000_000):
    started = server.logs.start_query(
        logGroupName=group, startTime=start, endTime=end, queryString=query
    )
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        answer = server.logs.get_query_results(queryId=started["queryId"])
        if answer["status"] not in ("Scheduled", "Running"):
            break
        time.sleep(0.02)
    assert answer["status"] == "Complete"
    return [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]


@pytest.fixture
def trail(tmp_path):
    """A folder as CloudTrail writes it: gzip and not."""
    folder = tmp_path / "AWSLogs"
    (folder / "eu-west-1").mkdir(parents=True)
    records = [
        {
            "eventTime": f"2026-11-01T09:00:0{n}Z",
            "eventName": name,
            "eventSource": "s3.amazonaws.com",
        }
        for n, name in enumerate(("PutObject", "GetObject", "PutObject"))
    ]
    (folder / "eu-west-1" / "a.json.gz").write_bytes(
        gzip.compress(json.dumps({"Records": records[:2]}).encode())
    )
    (folder / "b.json").write_text(json.dumps({"Records": records[2:]}))
    return folder


def test_a_folder_of_cloudtrail_is_served_where_it_is(trail, tmp_path):
    data = tmp_path / "data"
    with running("--logs", trail, "--data", data, "--region", "eu-central-1") as server:
        assert server.region == "eu-central-1"
        found = rows(server, "stats count(*) as n by eventName | sort n desc")
        assert found == [{"eventName": "PutObject", "n": "2"}, {"eventName": "GetObject", "n": "1"}]
        answer = server.logs.filter_log_events(
            logGroupName="cloudtrail", filterPattern='{ $.eventName = "Get*" }'
        )
        (event,) = answer["events"]
        assert json.loads(event["message"])["eventName"] == "GetObject"
        assert event["logStreamName"] == "eu-west-1/a.json.gz"
        (group,) = server.logs.describe_log_groups()["logGroups"]
        assert ":eu-central-1:" in group["arn"]
    assert sum(path.stat().st_size for path in data.rglob("*") if path.is_file()) < 1_000


def test_paths_may_name_their_groups(trail, tmp_path):
    other = tmp_path / "app.jsonl"
    other.write_text('{"timestamp": 1793523600, "level": "ERROR"}\n')
    logs = (f"trail={trail}", f"111122223333:app={other}")

    with running("--logs", *logs) as server:
        names = [group["logGroupName"] for group in server.logs.describe_log_groups()["logGroups"]]
        assert names == ["app", "trail"]
        assert rows(server, "fields level", "app")[0]["level"] == "ERROR"
        found = rows(server, 'filter eventName in (SOURCE "trail" | fields eventName)', "trail")
        assert len(found) == 3


def test_what_cannot_be_read_is_told_once(tmp_path):
    (tmp_path / "logs.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / "app.jsonl").write_text('{"timestamp": 1793523600, "n": 1}\n{"timestamp": 1, \n')
    server = Server("--logs", tmp_path)

    for _ in range(2):
        assert len(rows(server, "fields n")) == 1
        assert len(server.logs.filter_log_events(logGroupName="cloudtrail")["events"]) == 1

    status, said = server.stop()
    assert status == 0
    assert said.count("logs.zip: is a zip file; unpack it first") == 1
    assert said.count("WARNING") == 2


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_with_a_query_at_work(tmp_path, how):
    big = tmp_path / "big.jsonl"
    big.write_text((json.dumps({"timestamp": 1793523600, "n": "x" * 900}) + "\n") * 100_000)
    server = Server("--logs", big)
    server.logs.start_query(
        logGroupName="cloudtrail",
        startTime=0,
        endTime=4_000_000_000,
        queryString="stats count(*) by n",
    )

    began = time.monotonic()
    assert server.stop(how) == (0, "")
    assert time.monotonic() - began < 5


def make(server, group="g"):
    server.logs.create_log_group(logGroupName=group)
    server.logs.create_log_stream(logGroupName=group, logStreamName="s")


def put(server, *messages):
    now = int(time.time() * 1000)
    server.logs.put_log_events(
        logGroupName="g",
        logStreamName="s",
        logEvents=[{"timestamp": now, "message": message} for message in messages],
    )


def stored(server) -> list[str]:
    paginator = server.logs.get_paginator("filter_log_events")
    pages = paginator.paginate(logGroupName="g")
    return [event["message"] for page in pages for event in page["events"]]


def test_what_was_put_is_there_after_a_restart_and_nothing_is_without_a_folder(tmp_path):
    with running("--data", tmp_path / "data") as server:
        make(server)
        put(server, "one")
        server.logs.put_query_definition(name="Saved", queryString="fields @message")
    with running("--data", tmp_path / "data") as server:
        assert stored(server) == ["one"]
        put(server, "two")
        assert {row["@message"] for row in rows(server, "$Saved()", "g", end=int(time.time()))} == {
            "one",
            "two",
        }
    with running() as server:
        assert server.logs.describe_log_groups()["logGroups"] == []


def test_a_kill_in_the_middle_of_many_puts_loses_nothing_that_was_acknowledged(tmp_path):
    server = Server("--data", tmp_path / "data")
    make(server)
    acknowledged, sent = [], []

    def write(number):
        logs = logs_client(server.url)
        for batch in range(10_000):
            messages = [f"{number}.{batch}.{n}" for n in range(50)]
            sent.extend(messages)
            try:
                now = int(time.time() * 1000)
                events = [{"timestamp": now, "message": message} for message in messages]
                logs.put_log_events(logGroupName="g", logStreamName="s", logEvents=events)
            except (BotoCoreError, ClientError):
                return
            acknowledged.extend(messages)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    time.sleep(0.7)
    os.kill(server.process.pid, signal.SIGKILL)
    for writer in writers:
        writer.join(10)
    server.process.communicate(timeout=10)
    server.logs.close()

    with running("--data", tmp_path / "data") as again:
        found = stored(again)
        assert acknowledged
        assert set(acknowledged) <= set(found) <= set(sent)
        assert len(found) == len(set(found))
        put(again, "after")
        assert "after" in stored(again)


def test_a_folder_serves_one_process_at_a_time(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("bot.local.state_folder._PATIENCE", 0.1)
    with running("--data", tmp_path / "data"):
        status = main(["local", "cloudwatch", "--port", "0", "--data", str(tmp_path / "data")])

    assert status == 2
    words = capsys.readouterr().err
    assert "Another local CloudWatch is running on" in words
    assert "--data FOLDER" in words


def test_a_plan_from_a_file_holds_from_the_start(tmp_path):
    plan = tmp_path / "plan.json"
    plan.write_text('{"faults": [{"operation": "DescribeLogGroups", "nth": 1, "status": 503}]}')

    with running("--plan", plan) as server:
        with pytest.raises(ClientError) as caught:
            server.logs.describe_log_groups()
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
        assert server.logs.describe_log_groups()["logGroups"] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "70000"], "There is no port 70000"),
        (["--port", "-1"], "There is no port -1"),
        (["--region", "Ireland"], "`Ireland` is no region"),
        (["--region", "eu-west-1.evil.example"], "is no region"),
        (["--logs", "none"], "cannot be read"),
        (["--logs", "a b=x"], "is no name of a log group"),
        (["--logs", "444455556666:app=."], "The account here is 111122223333, not 444455556666"),
        (["--plan", "none.json"], "none.json cannot be read"),
        (
            ["--plan", "bad.json"],
            "bad.json: The plan makes no sense:\n  faults[0]: nothing goes wrong",
        ),
        (["--data", "bad.json"], "cannot be used"),
        (["--data", "."], "holds something that no local CloudWatch wrote"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.json").write_text('{"faults": [{}]}')

    assert main(["local", "cloudwatch", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_port_that_is_taken_is_named(capsys):
    with running() as server:
        port = server.url.rpartition(":")[2]

        assert main(["local", "cloudwatch", "--port", port]) == 2
        assert f"Port {port} is taken" in capsys.readouterr().err


def test_it_listens_on_loopback_only():
    with running() as server:
        table = Path("/proc/net/tcp").read_text()
        port = f":{int(server.url.rpartition(':')[2]):04X} "
        listening = [
            line.split()[1] for line in table.splitlines() if port in line and " 0A " in line
        ]

    assert [address.partition(":")[0] for address in listening] == ["0100007F"]


def test_it_is_ready_within_a_second_of_its_imports(tmp_path):
    def seconds(*arguments):
        began = time.monotonic()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - began

    imports = min(seconds("-c", "import bot.cli.local_cloudwatch") for _ in range(2))
    starts = []
    for _ in range(2):
        began = time.monotonic()
        with running("--data", tmp_path / "data"):
            starts.append(time.monotonic() - began)

    assert min(starts) - imports < 1
