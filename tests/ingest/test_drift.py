"""Unknown codes that are read as blank are counted, and nothing of a person is told with them."""

from collections.abc import Iterable

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hub.ingest.drift import MANY_CODES, TOLD_CODES, LeftOut
from hub.toolkit.claims import NOTE_SCHEMA, PERSON_SCHEMA, REJECT_SCHEMA, Claims

Note = tuple[int, str, str | None]
notes = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(["JK", "AGAMA"]), st.sampled_from(["X", "Y", None])),
    unique_by=lambda note: note[:2],
)


def noted(found: list[Note], refused: Iterable[int] = ()) -> Claims:
    rejects = [(row, "NAME_BLANK", "NAMA") for row in sorted(refused)]
    return Claims(
        pl.DataFrame(schema=PERSON_SCHEMA),
        pl.DataFrame(rejects, schema=REJECT_SCHEMA, orient="row"),
        notes=pl.DataFrame(found, schema=NOTE_SCHEMA, orient="row"),
    )


@given(slices=st.lists(st.tuples(notes, st.sets(st.integers(0, 9))), max_size=4))
def test_every_blank_that_landed_is_counted_once_however_the_rows_are_sliced(
    slices: list[tuple[list[Note], set[int]]],
) -> None:
    left_out = LeftOut()
    for found, refused in slices:
        left_out.add(noted([*found, *found[:1]], refused))
    landed = [note for found, refused in slices for note in found if note[0] not in refused]
    for name, told in left_out.told().items():
        assert told["rows"] == sum(note[1] == name for note in landed)
        assert told["codes"] == {
            code: rows for code in ("X", "Y") if (rows := sum(note[1:] == (name, code) for note in landed))
        }
    assert set(left_out.told()) == {note[1] for note in landed}


def test_a_column_of_prose_is_counted_whole_and_told_in_part() -> None:
    left_out = LeftOut()
    count = 2 * MANY_CODES
    left_out.add(noted([(row, "JK", f"K{row:03}") for row in range(count)]))
    left_out.add(noted([(0, "JK", "K007")]))
    told = left_out.told()["JK"]
    assert (told["rows"], len(told["codes"]), len(left_out.codes["JK"])) == (
        count + 1,
        TOLD_CODES,
        MANY_CODES,
    )
    assert next(iter(told["codes"].items())) == ("K007", 2)


def test_claims_without_notes_count_nothing() -> None:
    left_out = LeftOut()
    left_out.add(noted([]))
    left_out.add(noted([])._replace(notes=None))
    assert left_out.told() == {}
