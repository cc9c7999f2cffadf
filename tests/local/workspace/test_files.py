"""Files in three steps, as the SDK's files_upload_v2 takes them."""

from __future__ import annotations

import json

import pytest
from slack_sdk.errors import SlackApiError

from bot.local.workspace.files import ALL, Files
from tests.local.workspace.driving import OPENER

CSV = "time,who\n" + "".join(f"2026-11-23 10:00:{n:02d},responder-1\n" for n in range(20))


def test_a_file_in_a_thread(local):
    ts = local.client.chat_postMessage(channel="C0SIEM", text="parent")["ts"]

    answer = local.client.files_upload_v2(
        filename="rows.csv",
        content=CSV,
        title="20 rows",
        channel="C0SIEM",
        thread_ts=ts,
        initial_comment="all of them",
    )

    assert answer["file"]["title"] == "20 rows"
    _, message = local.messages(thread=ts)
    (file,) = message["files"]
    assert message["text"] == "all of them"
    assert file["name"] == "rows.csv"
    assert file["size"] == len(CSV)
    assert file["preview"].splitlines() == CSV.splitlines()[:5]
    assert (file["lines"], file["lines_more"]) == (21, 16)
    status, body = local.http("GET", file["url_private"])
    assert (status, body) == (200, CSV)


def test_a_file_cannot_run_in_a_browser(local):
    name = 'a"\r\n\u202eb.html'
    answer = local.client.files_upload_v2(filename=name, content="<script>", channel="C0SIEM")

    url = f"{local.url}/_workspace/files/{answer['file']['id']}"
    with OPENER.open(url, timeout=5) as response:
        headers = response.headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"a____b.html\"; filename*=UTF-8''a%22%0D%0A%E2%80%AEb.html"
    )


def error_of(call, *args, **kwargs):
    with pytest.raises(SlackApiError) as caught:
        call(*args, **kwargs)
    return caught.value.response["error"]


def test_what_is_refused(local):
    begin = local.client.files_getUploadURLExternal
    finish = local.client.files_completeUploadExternal
    assert error_of(begin, filename="a", length=0) == "invalid_arguments"
    assert error_of(begin, filename="a" * 256, length=1) == "invalid_arguments"
    assert error_of(begin, filename="a", length=10**9) == "file_upload_size_restricted"
    assert error_of(finish, files=[{"id": "F404"}]) == "file_not_found"
    assert error_of(finish, files=[]) == "invalid_arguments"

    room = begin(filename="a.txt", length=3)
    one = [{"id": room["file_id"]}]
    assert error_of(finish, files=one, channel_id="C0SIEM") == "file_not_found"
    assert local.http("POST", room["upload_url"], b"four")[0] == 400
    assert local.http("POST", room["upload_url"], b"abc")[0] == 200
    assert local.http("POST", room["upload_url"], b"abc")[0] == 404
    assert local.http("GET", f"/_workspace/files/{room['file_id']}")[0] == 404
    assert error_of(finish, files=one, channel_id="C0RANDOM") == "not_in_channel"
    assert error_of(finish, files=one, channel_id="C404") == "channel_not_found"
    bad_thread = error_of(finish, files=one, channel_id="C0SIEM", thread_ts="1.000000")
    assert bad_thread == "invalid_thread_ts"
    assert finish(files=one, channel_id="D0RESPONDER1")["ok"]
    assert error_of(finish, files=one, channel_id="C0SIEM") == "file_not_found"
    assert local.messages(channel="D0RESPONDER1")[0]["files"][0]["preview"] == "abc"
    assert local.http("POST", "/_upload/made-up", b"abc")[0] == 404


def test_a_file_without_a_channel_is_shown_nowhere(local):
    local.client.files_upload_v2(filename="a.csv", content="a\n")

    assert local.messages() == []


def test_a_form_may_carry_the_bytes(local):
    room = local.client.files_getUploadURLExternal(filename="a.txt", length=3)
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nabc\r\n--x--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}

    assert local.http("POST", room["upload_url"], body, headers)[0] == 200


def test_a_multipart_call(local):
    body = b'--x\r\nContent-Disposition: form-data; name="foo"\r\n\r\nbar\r\n--x--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}

    _, answer = local.http("POST", "/api/api.test", body, headers)

    assert json.loads(answer)["args"] == {"foo": "bar"}


def test_a_large_file(local):
    content = b"\x00" * 8_000_000

    local.client.files_upload_v2(filename="a.bin", file=content, channel="C0SIEM")

    (file,) = local.messages()[0]["files"]
    assert file["size"] == 8_000_000
    assert "preview" not in file


def test_a_form_that_makes_no_sense(local):
    room = local.client.files_getUploadURLExternal(filename="a.txt", length=3)
    headers = {"Content-Type": "multipart/form-data"}

    assert local.http("POST", room["upload_url"], b"abc", headers)[0] == 400
    _, answer = local.http("POST", "/api/api.test", b"abc", headers)
    assert json.loads(answer)["error"] == "invalid_form_data"
    _, answer = local.http("POST", "/api/api.test", b"&".join([b"a=b"] * 2000))
    assert json.loads(answer)["error"] == "invalid_form_data"


def test_the_oldest_contents_make_way():
    files = Files()
    _, old = files.announce("old", ALL)
    old.content = b"x" * 10
    for length in (ALL - 5, 1):
        files.receive(files.announce("new", length)[1], b"")
    assert old.content == b"x" * 10

    files.receive(files.announce("large", ALL)[1], bytes(ALL))

    assert old.content == b""
