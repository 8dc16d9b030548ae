"""The enums of closed words hold what the lists, the programs and the areas of the reference do, and nothing else."""

import csv
from enum import Enum
from pathlib import Path
from typing import get_args

import pytest

from hub.registry import programs
from hub.registry.areas import wilayah_rows
from hub.schema import words

REFERENCE = Path(__file__).parents[2] / "config" / "reference"
LISTS = {
    words.Sex: "sex",
    words.VitalStatus: "vital",
    words.EnrollmentStatus: "enrollment_status",
    words.PaymentEventKind: "benefit_event",
    words.BenefitKind: "benefit_kind",
}


def of(enum: type[Enum]) -> set[str]:
    """The words of an enum."""
    return {one.value for one in enum}


@pytest.mark.parametrize("enum", words.WORDS, ids=lambda enum: enum.__name__)
def test_a_word_is_written_as_it_is_stored(enum: type[Enum]) -> None:
    assert [one.name for one in enum] == [one.value for one in enum]


@pytest.mark.parametrize(("enum", "scheme"), LISTS.items(), ids=LISTS.values())
def test_words_are_those_of_their_code_list(enum: type[Enum], scheme: str) -> None:
    with (REFERENCE / "codes.csv").open(encoding="utf-8", newline="") as file:
        assert of(enum) == {row["code"] for row in csv.DictReader(file) if row["scheme"] == scheme}


def test_words_of_programs_are_those_that_their_entries_may_hold() -> None:
    assert of(words.Unit) > set(get_args(programs.Unit))
    assert of(words.BenefitKind) == set(get_args(programs.Kind))
    assert of(words.Evidence) == set(get_args(programs.Evidence))
    assert of(words.AmountSpan) == set(get_args(programs.Amount.model_fields["per"].annotation))


def test_kinds_of_areas_are_those_of_the_decree() -> None:
    assert of(words.WilayahType) == {row.type for row in wilayah_rows(REFERENCE)}
