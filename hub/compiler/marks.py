"""Marks: whom each object of an answer tells of, carried in its JSON for the ledger and taken off before it leaves.

A mark is the first member of an object, under a key that no caller can choose: the number of a person, a text with `c`
and the number of a card, `h` and that of a household, several of these apart by blanks, or `n` for a number over many
persons; null where nobody is known. Within a text JSON escapes quotes, so that no value holds the key.

The line is written by the statement that reads: it takes caller, agreement and purpose from the context that was
entered, and the marks from the very text that is answered. Nothing of it can be had without the other.
"""

import re
from collections.abc import Iterable

from hub.compiler.declare import Relation, Yields

KEY = "$s"
COUNTED = "'n'::text"
_MARK = re.compile(rb'"\$s":(\d+|null|"[^"]*"),')
#: Conditions under which what hangs on a row tells of the same person as the row.
_SAME = (
    "{t}.person_id = {p}.person_id",
    "{t}.enrollment_id = {p}.enrollment_id",
    "{t}.benefit_id = {p}.benefit_id",
)
#: What stands before the first mark begins as the answer does, with a brace, and no mark does; an n is that of null.
_MARKS = (
    "array(select split_part(x, ',', 1) from unnest(string_to_array({data}, '\"$s\":')) x"
    " where left(x, 1) not in ('{{', 'n'))"
)
_LINE = (
    "insert into hub.ledger_inbox (request, operation, fields, scopes, subjects, answers, asked)"
    " select {first}::uuid, {second}::text, {fields}, {scopes}, {subjects}, cardinality({subjects}), {third}::text[]"
)
# A card or a household counts by whom of it the caller may see now, for a number of hidden members would tell of them.
_PERSONS = (
    "array(with told as (select p from unnest({subjects}) x"
    " cross join lateral regexp_split_to_table(trim(x, '\"'), ' ') p)"
    " select p::bigint from told where p ~ '^[0-9]+$'"
    " union select m.person_id from told join hub.membership m on m.card_id = substr(p, 2)::bigint"
    " where p ~ '^c[0-9]+$' and upper_inf(m.recorded)"
    " union select m.person_id from told join hub.household_member m on m.household_id = substr(p, 2)::bigint"
    " where p ~ '^h[0-9]+$' and upper_inf(m.recorded))"
)


def spending(subjects: str, quota: str) -> str:
    """SQL that counts whom marks tell of against the quota of the agreement that was entered, each once a day.

    Args:
        subjects: SQL of the marks, an array of texts.
        quota: SQL of the persons a day.
    """
    return f"hub.spend({_PERSONS.format(subjects=subjects)}, {quota})"


def of_same(relation: Relation) -> bool:
    """Whether what a relation yields tells of the same person as the row it hangs on."""
    return any(link in relation.on for link in _SAME)


def counts(relation: Relation) -> bool:
    """Whether a relation yields numbers over many persons."""
    return relation.yields is Yields.NUMBERS


def stripped(text: bytes) -> bytes:
    """An answer without its marks."""
    return _MARK.sub(b"", text)


def marks_in(text: bytes) -> list[str]:
    """The marks in an answer, null left out."""
    return [mark.decode() for mark in _MARK.findall(text) if mark != b"null"]


def reading(read: str) -> str:
    """The statement that enters and then reads; no line."""
    return (
        f"with q as materialized (select case when hub.enter($1::text) then {read} end as data)"
        " select data::text from q"
    )


def leaving(
    read: str, bound: int, told: tuple[Iterable[str], Iterable[str]], quota: int | None, *, empty: bool
) -> str:
    """The statement that enters, reads and leaves a line of what it read.

    Args:
        read: SQL of the answer.
        bound: Its parameters, `$1` included; three more follow: request, operation, what is asked.
        told: Fields and scopes.
        quota: Persons a day; None: no bound.
        empty: Whether an answer that tells of nobody leaves a line too.
    """
    line = _LINE.format(
        first=f"${bound + 1}",
        second=f"${bound + 2}",
        third=f"${bound + 3}",
        fields=_array(told[0]),
        scopes=_array(told[1]),
        subjects="s.subjects",
    )
    told_of = "" if empty else " where s.subjects <> '{}'"
    spent = "" if quota is None else f" where {spending('s.subjects', str(quota))}"
    answer = "select data from q" if quota is None else f"select s.data from s{spent}"
    return (
        f"with q as materialized (select case when hub.enter($1::text) then ({read})::text end as data),"
        f" s as materialized (select q.data, {_MARKS.format(data='q.data')} as subjects from q"
        " where q.data is not null),"
        f" l as ({line} from s{told_of}) {answer}"
    )


def chunk(told: tuple[Iterable[str], Iterable[str]], quota: int | None) -> str:
    """The statement that leaves the line of a part of an export: `$2` its marks, then request, operation, asked.

    Yields a text where the caller was let in, and nothing where not.
    """
    line = _LINE.format(
        first="$3",
        second="$4",
        third="$5",
        fields=_array(told[0]),
        scopes=_array(told[1]),
        subjects="$2::text[]",
    )
    spent = "" if quota is None else f" and {spending('$2::text[]', str(quota))}"
    return (
        "with q as materialized (select case when hub.enter($1::text) then 'entered' end as data),"
        f" l as ({line} from q where q.data is not null) select data from q where q.data is not null{spent}"
    )


def _array(names: Iterable[str]) -> str:
    """A literal of names of ours."""
    return "array[" + ", ".join(f"'{name}'" for name in sorted(names)) + "]::text[]"
