"""Summaries of syncs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.cli.summary import exit_code, figures, remarks, show, totals
from hub.workflow.summary import Summary

counts = st.integers(0, 1_000_000)
summaries = st.builds(
    lambda source, stored, unchanged, quarantined, closed: Summary(
        source, 1, "complete", stored + unchanged + quarantined, stored, unchanged, quarantined, closed
    ),
    st.sampled_from(["dukcapil", "pkh", "kip"]),
    counts,
    counts,
    counts,
    counts,
)


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        ([], 0),
        (["complete"], 0),
        (["complete", "partial"], 3),
        (["partial", "failed", "complete"], 1),
    ],
)
def test_the_exit_code_is_that_of_the_worst_source(statuses: list[str], code: int) -> None:
    assert exit_code([Summary("pkh", 1, status) for status in statuses]) == code


@given(st.lists(st.lists(summaries)))
def test_totals_keep_the_identity_and_lose_no_row(syncs: list[list[Summary]]) -> None:
    found = totals(syncs)
    for one in found.values():
        assert one["in"] == one["stored"] + one["unchanged"] + one["quarantined"]
    assert sum(one["in"] for one in found.values()) == sum(each.rows_in for one in syncs for each in one)


def test_a_script_reads_a_run_by_the_names_of_the_identity() -> None:
    told = figures(Summary("pkh", 3, "complete", 10, 5, 3, 2, closed=4))
    assert [told[name] for name in ("in", "stored", "unchanged", "quarantined", "closed")] == [10, 5, 3, 2, 4]


def test_the_table_shows_every_source_and_why_one_failed(capsys: pytest.CaptureFixture[str]) -> None:
    failed = Summary("kip", 2, "failed", code="quota_exhausted", message="wait until tomorrow")
    show([Summary("pkh", 1, "complete", 1234, 1230, 0, 4, reasons={"SCIENTIFIC": 4}), failed])
    told = capsys.readouterr().out
    assert "1,234" in told
    assert "kip: quota_exhausted: wait until tomorrow" in told
    assert "pkh: in quarantine: SCIENTIFIC 4" in told


def test_only_the_most_frequent_reasons_are_told() -> None:
    reasons = {"A": 9, "B": 5, "C": 3, "D": 2, "E": 1}
    assert remarks(Summary("pkh", 1, "complete", reasons=reasons)) == [
        "pkh: in quarantine: A 9, B 5, C 3, and 2 more reasons"
    ]
