"""The Slack platform on this machine: Web API, slash commands, clicks and modals, strict about limits."""

from bot.local.workspace.blockkit.payload import check_blocks, check_message, check_view
from bot.local.workspace.server import Workspace

__all__ = ["Workspace", "check_blocks", "check_message", "check_view"]
