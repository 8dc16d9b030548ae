"""Every threat that concerns access stands in docs/access.md with tests that are there."""

import re

import pytest

from tests.house.tree import ROOT

PAGE = (ROOT / "docs/access.md").read_text(encoding="utf-8")
TABLE = PAGE[PAGE.index("| threat | held by |") : PAGE.index("## The ledger")]
NAMED = [
    "A1",
    "A2",
    "A3",
    "A4",
    "A5",
    "A6",
    "A7",
    "A8",
    "A9",
    "C1",
    "C2",
    "C3",
    "F1",
    "F2",
    "F3",
    "G1",
    "G2",
    "G3",
    "G4",
    "G5",
    "G6",
    "H1",
    "H2",
    "H4",
]


@pytest.mark.parametrize("threat", NAMED)
def test_a_threat_is_held_by_a_test_or_a_measurement_that_is_there(threat: str) -> None:
    rows = [row for row in TABLE.splitlines() if row.startswith("|")]
    held = [row.split("|")[2] for row in rows if re.search(rf"\b{threat}\b", row.split("|")[1])]
    assert held, f"docs/access.md says nothing of {threat}"
    for told in held:
        assert re.search(r"`(tests/\S+\.py|make bench\b[^`]*)`", told), told


def test_every_test_that_the_page_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", PAGE)
    assert len(named) > len(NAMED)
    assert [one for one in named if not (ROOT / one).is_file()] == []
