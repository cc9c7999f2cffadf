"""With a folder, messages, threads and files are still there after a restart."""

from __future__ import annotations

from tests.local.workspace.driving import start


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
