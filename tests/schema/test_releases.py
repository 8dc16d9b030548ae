"""What a release promised stays until a dated deprecation has run out."""

from datetime import date
from pathlib import Path

import pytest
from graphql import build_schema

from hub.errors import InputError
from hub.schema.build import schema
from hub.schema.lifetime import Deprecation
from hub.schema.releases import RELEASED, compared, promise_in, release, short_notices

LAST_DAY = date(2027, 1, 31)
DAY_AFTER = date(2027, 2, 1)
REASON = Deprecation("Query.people", LAST_DAY).reason
GOING = f'@deprecated(reason: "{REASON}")'
BASE = """
type Query { person(nik: String!, kk: String): Person people(filter: Filter): [Person!]! }
type Person { name: String grade: Grade }
enum Grade { GOOD BAD }
input Filter { name: String }
"""


def changed(*pairs: tuple[str, str]) -> str:
    """The schema above with pieces replaced; each has to be there."""
    text = BASE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def refusals(old: str, new: str, today: date = DAY_AFTER) -> list[str]:
    """Kinds of the changes that are refused."""
    return [one.partition(":")[0] for one in compared(old, build_schema(new), today).refused]


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("FIELD_REMOVED", (" people(filter: Filter): [Person!]!", " others(filter: Filter): [Person!]!")),
        ("FIELD_CHANGED_KIND", ("name: String grade", "name: Int grade")),
        ("FIELD_CHANGED_KIND", ("[Person!]!", "[Person!]")),
        ("ARG_REMOVED", (", kk: String", "")),
        ("ARG_CHANGED_KIND", ("kk: String", "kk: String!")),
        ("REQUIRED_ARG_ADDED", ("kk: String", "kk: String, area: String!")),
        ("VALUE_REMOVED_FROM_ENUM", ("GOOD BAD", "GOOD")),
        ("FIELD_REMOVED", ("input Filter { name: String }", "input Filter { title: String }")),
        ("REQUIRED_INPUT_FIELD_ADDED", ("{ name: String }", "{ name: String, area: String! }")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_breaks_a_client_is_refused(kind: str, change: tuple[str, str]) -> None:
    assert kind in refusals(BASE, changed(change))


@pytest.mark.parametrize(
    "change",
    [
        ("grade: Grade", "grade: Grade age: Int"),
        ("name: String grade", "name: String! grade"),
        ("[Person!]!", "[Person!]! more: Person"),
    ],
)
def test_what_is_added_or_promised_more_firmly_passes(change: tuple[str, str]) -> None:
    assert refusals(BASE, changed(change)) == []


def test_what_may_surprise_a_client_is_told_and_passes() -> None:
    new = changed(("GOOD BAD", "GOOD BAD UGLY"), ("kk: String", "kk: String, area: String"))
    found = compared(BASE, build_schema(new), DAY_AFTER)
    assert found.refused == ()
    assert [one.partition(":")[0] for one in found.told] == ["OPTIONAL_ARG_ADDED", "VALUE_ADDED_TO_ENUM"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ((", kk: String)", f", kk: String {GOING})"), (", kk: String)", ")")),
        (("GOOD BAD", f"GOOD BAD {GOING}"), ("GOOD BAD", "GOOD")),
        (
            ("{ name: String }", f"{{ name: String {GOING} area: String }}"),
            ("{ name: String }", "{ area: String }"),
        ),
        (("grade: Grade }", f"grade: Grade {GOING} }}"), ("grade: Grade }\nenum Grade { GOOD BAD }", "}")),
    ],
    ids=["argument", "value", "input field", "field with its type"],
)
def test_a_part_goes_the_day_after_its_notice_ends_and_no_sooner(
    old: tuple[str, str], new: tuple[str, str]
) -> None:
    released, without = changed(old), changed(new)
    assert refusals(released, without, LAST_DAY) != []
    assert refusals(released, without, DAY_AFTER) == []
    assert refusals(BASE, without, DAY_AFTER) != [], "a notice that no release brought allows nothing"


def test_a_type_that_others_still_hold_does_not_go_with_a_field() -> None:
    released = changed(("grade: Grade }", f"grade: Grade {GOING} mark: Grade }}"))
    without = changed(("grade: Grade }\nenum Grade { GOOD BAD }", "mark: String }"))
    assert refusals(released, without) == ["TYPE_REMOVED", "FIELD_CHANGED_KIND"]


def test_a_deprecation_without_a_date_never_runs_out() -> None:
    released = changed(("GOOD BAD", 'GOOD BAD @deprecated(reason: "kelak")'))
    assert refusals(released, changed(("GOOD BAD", "GOOD"))) == ["VALUE_REMOVED_FROM_ENUM"]


def test_a_new_notice_leaves_half_a_year_and_an_old_one_is_not_counted_again() -> None:
    told = changed(("GOOD BAD", f"GOOD BAD {GOING}"))
    assert short_notices("", build_schema(told), date(2026, 8, 4)) == []
    assert len(short_notices("", build_schema(told), date(2026, 8, 5))) == 1
    assert short_notices(told, build_schema(told), LAST_DAY) == []


def test_a_release_is_the_promise_that_the_next_one_is_held_to(tmp_path: Path) -> None:
    path = tmp_path / "released.graphql"
    assert promise_in(path) == ""
    release(build_schema(BASE), "1.0.0", DAY_AFTER, path)
    assert promise_in(path).startswith("# hub 1.0.0, 2027-02-01\n\ntype Query")
    with pytest.raises(InputError, match="VALUE_REMOVED_FROM_ENUM"):
        release(build_schema(changed(("GOOD BAD", "GOOD"))), "1.1.0", DAY_AFTER, path)
    assert "1.0.0" in promise_in(path)
    with pytest.raises(InputError, match="NOTICE_TOO_SHORT"):
        release(build_schema(changed(("GOOD BAD", f"GOOD BAD {GOING}"))), "1.1.0", DAY_AFTER, path)
    release(build_schema(changed(("GOOD BAD", "GOOD BAD UGLY"))), "1.1.0", DAY_AFTER, path)
    assert promise_in(path).startswith("# hub 1.1.0")


def test_the_schema_of_the_hub_can_be_released_and_then_holds_its_own_promise(tmp_path: Path) -> None:
    release(schema(), "1.0.0", date(2000, 1, 1), tmp_path / "released.graphql")
    promise = promise_in(tmp_path / "released.graphql")
    assert compared(promise, schema(), DAY_AFTER).refused == compared(promise, schema(), DAY_AFTER).told == ()


def test_the_schema_keeps_what_the_last_release_promised() -> None:
    promise = promise_in(RELEASED) or "type Query { node(id: ID!): Node } interface Node { id: ID! }"
    assert compared(promise, schema(), date(2000, 1, 1)).refused == ()
