"""Deprecations are written and read in one form."""

from datetime import date

import pytest
import strawberry
from graphql import print_schema

from hub.compiler.declare import Column, Expression
from hub.schema.declaring import argument, declared
from hub.schema.lifetime import Deprecation, deprecation_in

NOTICE = Deprecation("Orang.nama(bentuk)", date(2027, 1, 31))
TEXT = "Pakai Orang.nama(bentuk); ada sampai 2027-01-31. / Use Orang.nama(bentuk); here until 2027-01-31."


def test_a_notice_names_successor_and_last_day_in_both_languages() -> None:
    assert NOTICE.reason == TEXT
    assert deprecation_in(TEXT) == NOTICE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No longer supported",
        TEXT.replace("here until 2027-01-31", "here until 2027-02-01"),
        TEXT.replace("2027-01-31", "2027-02-31"),
        TEXT.replace("Use Orang.nama(bentuk)", "Use Orang.nama"),
        f"{TEXT} Kelak.",
    ],
)
def test_another_text_is_no_notice(text: str) -> None:
    assert deprecation_in(text) is None


def test_the_last_day_is_inclusive() -> None:
    assert [NOTICE.is_over(date(2027, 1, 31)), NOTICE.is_over(date(2027, 2, 1))] == [False, True]


def test_a_field_an_argument_and_a_plain_field_are_printed_with_their_notice() -> None:
    @strawberry.type
    class Query:
        old: str | None = declared(Column("old"), "Lama. / Old.", deprecated=NOTICE)
        new: str | None = declared(
            Expression("1"),
            "Baru. / New.",
            [argument("form", str | None, "Bentuk. / Form.", deprecated=NOTICE)],
        )
        plain: str | None = declared(Column("plain"), "Biasa. / Plain.")

    text = print_schema(strawberry.Schema(Query)._schema)
    assert text.count(f'@deprecated(reason: "{TEXT}")') == text.count("@deprecated") == 2
