"""`python -m bot demo`, as a newcomer starts it: one process, driven through `/_workspace/`."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class Demo:
    """A running demo, and what a person does in it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self.url = self._line(r"siem is running: (\S+)/$")

    def _line(self, pattern: str) -> str:
        for line in self.process.stdout:
            self.lines.append(line)
            if found := re.search(pattern, line.rstrip()):
                return found[1]
        raise AssertionError(f"the demo ended: {''.join(self.lines)}")

    def call(self, path: str, body: dict | None = None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def type(self, text: str, user: str = "responder-1", channel: str = "siem") -> dict:
        return self.call("/_workspace/command", {"channel": channel, "user": user, "text": text})

    def click(self, message: dict, text: str, user: str = "responder-1") -> dict:
        deed = {"channel": "siem", "ts": message["ts"], "user": user, "text": text}
        return self.call("/_workspace/click", deed)

    def messages(
        self, user: str = "responder-1", thread: str = "", channel: str = "siem"
    ) -> list[dict]:
        query = f"channel={channel}&user={user}" + (f"&thread={thread}" if thread else "")
        return self.call(f"/_workspace/messages?{query}")["messages"]

    def wait(self, condition, seconds: float = 20.0):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := condition():
                return found
            time.sleep(0.05)
        raise AssertionError(f"it did not happen in time: {json.dumps(self.messages())[:2000]}")

    def answer(self, containing: str, user: str = "responder-1", channel: str = "siem") -> dict:
        """The newest message with these words once it is no longer running."""
        return self.wait(
            lambda: [
                message
                for message in self.messages(user, channel=channel)
                if containing in message["text"] and "Searching" not in message["text"]
            ]
        )[-1]


def table_of(message: dict) -> list[list[str]]:
    block = next(block for block in message["blocks"] if block["type"] == "data_table")
    return [[cell["text"] for cell in row] for row in block["rows"]]


@contextmanager
def started(*arguments: str, data: Path | None = None):
    """A demo with its state in `data`, or in a folder of its own. One that was killed may be dead."""
    with tempfile.TemporaryDirectory() as own:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo", "--port", "0", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
            env=os.environ | {"SIEM_DATA": str(data or own)},
        )  # fmt: skip
        try:
            yield Demo(process)
        finally:
            process.send_signal(signal.SIGINT)
            _, complaints = process.communicate(timeout=20)
    assert process.returncode in (0, -signal.SIGKILL)
    assert "Traceback" not in complaints, complaints


@pytest.fixture(scope="module")
def demo():
    with started() as demo:
        yield demo


def test_the_main_job(demo):
    assert demo.type("/siem s3-writes my-bucket 24h")["status"] == 200
    message = demo.answer("s3-writes my-bucket 24h")
    head, *rows = table_of(message)
    assert head == ["time", "operation", "key", "who", "address"]
    assert rows
    assert {row[1] for row in rows} <= {"PutObject", "CopyObject", "CompleteMultipartUpload"}
    assert "(Europe/Berlin)" in message["text"]
    assert not message["pings"]
    shown = json.dumps(message["blocks"])
    assert "scanned" in shown
    assert "$0.0" in shown
    assert "console.aws.amazon.com" in shown

    demo.click(message, "As CSV", user="responder-2")
    in_thread = demo.wait(
        lambda: [m for m in demo.messages(thread=message["ts"]) if m.get("files")]
    )
    found = int(re.search(r"([\d,]+) rows", message["text"])[1].replace(",", ""))
    content = demo_file(demo, in_thread[-1]["files"][0])
    assert content.splitlines()[0] == "time,operation,key,who,address"
    assert len(content.splitlines()) == found + 1

    demo.click(message, "Again", user="responder-2")
    demo.wait(lambda: len([m for m in demo.messages() if "s3-writes my-bucket" in m["text"]]) == 2)


def demo_file(demo: Demo, file: dict) -> str:
    address = demo.url + f"/_workspace/files/{file['id']}"
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode("utf-8-sig")


def test_every_shipped_rule_has_an_answer(demo):
    demo.type("event-sources 24h")
    sources = table_of(demo.answer("event-sources"))
    assert "s3.amazonaws.com" in [row[0] for row in sources]

    demo.type("address-activity 192.0.2.0/24 24h")
    refused = demo.messages()[-1]
    assert refused["ephemeral"]

    demo.type("s3-writes my-bucket 12h")
    rows = table_of(demo.answer("s3-writes my-bucket 12h"))[1:]
    # An AWS service that writes stands there by its name.
    address = next(row[4] for row in rows if row[4][0].isdigit())
    demo.type(f"address-activity {address} 24h")
    assert len(table_of(demo.answer(f"address-activity {address}"))) > 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("help", "/siem show RULE"),
        ("list address", "address-activity"),
        ("show s3-writes", "Know which objects"),
        ("s3-write my-bucket 24h", "/siem s3-writes my-bucket 24h"),
        ("s3-writes", "/siem s3-writes my-bucket 24h"),
        ("s3-writes my-bucket 24x", "24x"),
        ("s3-writes my-bucket 2999-01-01", "future"),
        ("s3-writes ‘my-bucket” 24h", "quot"),  # noqa: RUF001 - what phones type
    ],
)
def test_help_and_mistakes_are_for_the_person_alone(demo, text, words):
    before = len(demo.messages("responder-2"))
    demo.type(text)
    message = demo.messages()[-1]
    assert message["ephemeral"]
    assert words in message["text"] + json.dumps(message["blocks"], ensure_ascii=False)
    assert len(demo.messages("responder-2")) == before


def test_the_command_alone_opens_the_picker(demo):
    demo.type("")
    view = demo.wait(lambda: demo.call("/_workspace/views?user=responder-1")["views"])[-1]
    assert "s3-writes" in json.dumps(view)
    demo.call("/_workspace/close", {"view_id": view["id"], "user": "responder-1"})


@pytest.mark.parametrize(
    ("user", "channel"),
    [("guest-1", "siem"), ("partner-1", "siem"), ("responder-1", "shared-partner")],
)
def test_strangers_and_shared_channels_are_refused(demo, user, channel):
    demo.type("event-sources 24h", user, channel)
    message = demo.messages(user, channel=channel)[-1]
    assert message["ephemeral"]
    assert "data_table" not in json.dumps(message["blocks"])


def test_where_the_bot_is_no_member_the_answer_is_private(demo):
    demo.type("event-sources 24h", channel="random")
    message = demo.answer("event-sources", channel="random")
    assert message["ephemeral"]
    assert table_of(message)
    assert demo.messages("responder-2", channel="random") == []


def test_curly_quotes_names_and_links_are_understood(demo):
    demo.type("s3-writes bucket=“my-bucket” 6h")
    assert table_of(demo.answer("s3-writes my-bucket 6h"))


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
def test_other_sites_are_refused(demo, headers):
    request = urllib.request.Request(
        demo.url + "/_workspace/state?user=responder-1", headers=headers
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == 403
    refused.value.close()


HOSTILE = '<!channel> <https://evil.example|click> `x` *b* @here\u202e\x1b[2J" | fields 1 #'


def test_own_files_and_hostile_events(tmp_path):
    event = {
        "eventTime": "2026-11-01T10:00:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutObject",
        "requestParameters": {"bucketName": "my-bucket", "key": HOSTILE},
        "userIdentity": {"arn": "<!here>" + "x" * 1_000_000},
    }
    (tmp_path / "trail.jsonl").write_text(json.dumps(event) + "\n" + "[" * 10_000 + "\n")
    (tmp_path / "broken.json.gz").write_bytes(b"\x1f\x8b broken")
    with started("--logs", str(tmp_path)) as demo:
        notice = demo.call("/_workspace/state?user=responder-1")["notice"]
        assert "2026-11-01 10:00:01 UTC" in notice
        assert demo.call("/_demo/incidents")["incidents"] == []
        demo.type("s3-writes my-bucket 24h")
        message = demo.answer("s3-writes my-bucket")
        assert "1 row" in message["text"]
        assert not message["pings"]
        assert table_of(message)[1][2].startswith("<!channel> <https://evil.example|click> `x`")
        demo.type("s3-writes 'my-bucket\" | fields @message #' 24h")
        assert demo.messages()[-1]["ephemeral"]


def shown(message: dict) -> tuple:
    return message["ts"], message["text"], table_of(message)


def test_everything_is_still_there_after_a_kill(tmp_path):
    with started(data=tmp_path) as demo:
        demo.type("s3-writes my-bucket 6h")
        message = demo.answer("s3-writes my-bucket 6h")
        demo.process.kill()
        demo.process.wait(timeout=10)
    events = logged(tmp_path)
    with started(data=tmp_path) as demo:
        # A job that was killed before it noted its end draws the same answer once more.
        assert shown(demo.messages()[0]) == shown(message)
        demo.click(message, "As CSV", user="responder-2")
        demo.wait(lambda: [m for m in demo.messages(thread=message["ts"]) if m.get("files")])
        demo.type("event-sources 24h")
        assert table_of(demo.answer("event-sources"))
        with started(data=tmp_path) as second:
            assert "Another demo is running" in "".join(second.lines)
            notice = second.call("/_workspace/state?user=responder-1")["notice"]
            assert "forgets" in notice
            assert second.messages() == []
    assert logged(tmp_path)[: len(events)] == events
    assert len(set(logged(tmp_path))) == len(logged(tmp_path))
    with started("--fresh", data=tmp_path) as demo:
        assert demo.messages() == []


def alerts_of(demo: Demo) -> list[dict]:
    return [m for m in demo.messages(channel="alerts") if "root user was used" in m["text"]]


def test_an_incident_goes_on_after_a_kill_and_raises_one_alert(tmp_path):
    with started(data=tmp_path) as demo:
        demo.call("/_demo/incidents", {"id": "root-without-mfa"})
        demo.wait(lambda: alerts_of(demo))
        assert [each["id"] for each in offered_by(demo) if each["unfolding"]] == [
            "root-without-mfa"
        ]
        demo.process.kill()
        demo.process.wait(timeout=10)
    with started(data=tmp_path) as demo:
        alert = demo.wait(lambda: [m for m in alerts_of(demo) if "(1 finding)" not in m["text"]])[0]
        deed = {"channel": "alerts", "ts": alert["ts"], "text": "Acknowledge"}
        assert demo.call("/_workspace/click", deed | {"user": "responder-1"})["ok"]
        demo.wait(lambda: "cknowledged by responder-1" in json.dumps(alerts_of(demo)))
        assert len(alerts_of(demo)) == 1
    assert len(set(logged(tmp_path))) == len(logged(tmp_path))


def offered_by(demo: Demo) -> list[dict]:
    return demo.call("/_demo/incidents")["incidents"]


def logged(data: Path) -> list[str]:
    """The ids of the events in the log, as they lie there."""
    lines = [
        line for file in data.glob("demo/logs/*/*.jsonl") for line in file.read_text().splitlines()
    ]
    return [json.loads(json.loads(line)[2])["eventID"] for line in lines]


def test_a_damaged_state_says_how_to_start_anew(tmp_path):
    with started(data=tmp_path):
        pass
    for file in (tmp_path / "demo").glob("store.db*"):
        file.write_bytes(b"not a database, and long enough to be looked at" * 100)
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--port", "0"],
        capture_output=True, text=True, timeout=30, cwd=ROOT, check=False,
        env=os.environ | {"SIEM_DATA": str(tmp_path)},
    )  # fmt: skip
    assert ran.returncode == 2
    assert "FRESH=1" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_now_needs_logs_and_a_taken_port_is_said(tmp_path):
    def ran(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "bot", "demo", *arguments],
            capture_output=True, text=True, timeout=30, cwd=ROOT, check=False,
            env=os.environ | {"SIEM_DATA": str(tmp_path)},
        )  # fmt: skip

    refused = ran("--now", "2026-11-01T00:00Z")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--logs" in refused.stderr
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = ran("--port", str(taken.getsockname()[1]))
    assert refused.returncode == 2
    assert "is taken" in refused.stderr
