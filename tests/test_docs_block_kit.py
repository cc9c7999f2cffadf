"""docs/block-kit.md tells what the validator of the local workspace knows."""

from __future__ import annotations

import pytest

from bot.local.workspace.blockkit.table import TABLE, limits
from tests.block_kit_reference import PAGE, generated

TEXT = PAGE.read_text("utf-8")


def test_the_tables_are_those_of_the_code():
    assert generated(TEXT) == TEXT, "run `make fix`"


@pytest.mark.parametrize("row", TABLE)
def test_every_row_has_a_section(row):
    assert f"**`{row}`**" in TEXT


def test_every_limit_is_told_in_the_section_of_its_row():
    for limit in limits():
        row = limit.where.rpartition(".")[0]
        part = TEXT.partition(f"**`{row}`**")[2].partition("**`")[0] if row in TABLE else TEXT
        assert f"{limit.number:,}" in part, limit.name
