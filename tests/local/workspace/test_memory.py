"""With a folder, messages, threads and files are still there after a restart."""

from __future__ import annotations

from tests.local.workspace.driving import NOW, start


def test_a_restart(tmp_path):
    local = start(folder=tmp_path / "kept")
    parent = local.client.chat_postMessage(channel="C0SIEM", text="one")["ts"]
    local.client.chat_postMessage(channel="C0SIEM", text="reply \x00", thread_ts=parent)
    gone = local.client.chat_postMessage(channel="C0SIEM", text="gone")["ts"]
    local.client.chat_delete(channel="C0SIEM", ts=gone)
    local.client.chat_update(channel="C0SIEM", ts=parent, text="two")
    local.client.chat_postEphemeral(channel="C0SIEM", user="U0RESPONDER1", text="psst")
    local.client.files_upload_v2(filename="a.csv", content="a,b\n", channel="C0SIEM")
    file = local.messages()[-1]["files"][0]["id"]
    local.loop.stop()

    local = start(folder=tmp_path / "kept")
    try:
        first, second = local.messages()
        assert (first["ts"], first["text"], first["reply_count"]) == (parent, "two", 1)
        assert local.messages(thread=parent)[1]["text"] == "reply \x00"
        assert second["files"][0]["id"] == file
        assert local.http("GET", f"/_workspace/files/{file}") == (200, "a,b\n")
        newer = local.client.chat_postMessage(channel="C0SIEM", text="three")["ts"]
        assert newer > second["ts"]
        local.client.chat_update(channel="C0SIEM", ts=parent, text="four")
        assert local.messages()[0]["text"] == "four"
    finally:
        local.loop.stop()


def test_what_waits_and_how_channels_were_changed_is_there_after_a_restart(tmp_path):
    first = start(folder=tmp_path)
    first.grant("channels:manage", "pins:write", "files:read")
    made = first.call("conversations.create", name="incident-1")["channel"]["id"]
    first.call("conversations.setTopic", channel=made, topic="Look here")
    ts = first.call("chat.postMessage", channel=made, text="x")["ts"]
    first.call("pins.add", channel=made, timestamp=ts)
    first.client.files_upload_v2(channel=made, filename="a.csv", content="a,b")
    at = int(NOW.timestamp()) + 60
    first.call("chat.scheduleMessage", channel=made, text="later", post_at=at)
    gone = first.call("chat.scheduleMessage", channel=made, text="never", post_at=at)
    about = {"channel": made, "scheduled_message_id": gone["scheduled_message_id"]}
    first.call("chat.deleteScheduledMessage", **about)
    first.loop.stop()

    second = start(folder=tmp_path)
    second.grant("files:read")
    try:
        channel = second.call("conversations.info", channel=made)["channel"]
        history = second.call("conversations.history", channel=made)
        (file,) = second.call("files.list", channel=made)["files"]
        second.post("/_workspace/clock", advance=61)
        newest = second.call("conversations.history", channel=made)["messages"][0]
    finally:
        second.loop.stop()

    assert (channel["topic"]["value"], history["pin_count"]) == ("Look here", 1)
    assert file["name"] == "a.csv"
    assert newest["text"] == "later"
