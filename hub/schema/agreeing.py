"""Whether two match keys may be one person's, in SQL: `hub.domain.names.keys_agree`, where the names are.

The rules and their reasons stand there; here they are said once more, over the columns of a row, so that a list
of names is compared within the one statement that reads the persons. A test holds the two equal.
"""

from hub.domain.name_tables import COMMON_TOKENS
from hub.domain.names import SHORTEST_CUT_KEY, WIFE_MARK

_COMMON = "array['" + "', '".join(sorted(COMMON_TOKENS)) + "']"


def _telling(words: str) -> str:
    """Whether one of the words tells enough."""
    return f"exists (select from unnest({words}) w where length(w) > 1 and w <> all({_COMMON}))"


# The two keys as words, the one of fewer words first, of as many words the one of fewer letters.
_PAIR = """(
 select p.one, p.other, p.one_first,
 case when p.one_first then p.one else p.other end as short,
 case when p.one_first then p.other else p.one end as long
 from (select k.one, k.other, (cardinality(string_to_array(k.one, ' ')), length(replace(k.one, ' ', '')))
 <= (cardinality(string_to_array(k.other, ' ')), length(replace(k.other, ' ', ''))) as one_first
 from (select {one} as one, {other} as other) k) p)"""
_WORDS = f"""(
 select k.*, string_to_array(k.short, ' ') as s, string_to_array(k.long, ' ') as l from {_PAIR} k)"""
_REORDERED = "(select array_agg(w order by w) from unnest(n.s) w) = (select array_agg(w order by w) from unnest(n.l) w)"
_FIRST_TELLING = (
    "(select w from unnest(n.l) with ordinality o(w, place)"
    f" where length(w) > 1 and w <> all({_COMMON}) order by place limit 1)"
)
# Words stand apart by two spaces, so that each word of the pattern meets a word of its own.
_IN_ORDER = (
    "' ' || replace(n.long, ' ', '  ') || ' ' like"
    " '% ' || replace(regexp_replace(n.short, '\\m([A-Z])\\M', '\\1%', 'g'), ' ', ' % ') || ' %'"
)
_CONTAINED = (
    f"case when cardinality(n.s) = 1 then n.short = {_FIRST_TELLING} and {_telling('n.s')}"
    f" else {_IN_ORDER} and {_telling('n.s')} end"
)
_SAME_WORDS = "array(select a from unnest(n.s, n.l) z(a, b) where a = b)"
_EITHER = "least(length(d.a), length(d.b))"
# Places of the one word where something may be left out or exchanged for the other to come out.
_LEFT_OUT = (
    "abs(length(d.a) - length(d.b)) = 1 and exists (select from generate_series(1, greatest(length(d.a),"
    " length(d.b))) i where overlay(case when length(d.a) > length(d.b) then d.a else d.b end placing '' from i for 1)"
    " = case when length(d.a) > length(d.b) then d.b else d.a end)"
)
_EXCHANGED = (
    "length(d.a) = length(d.b) and exists (select from generate_series(1, length(d.a)) i"
    " where overlay(d.a placing '' from i for 1) = overlay(d.b placing '' from i for 1))"
)
_SWAPPED = (
    "length(d.a) = length(d.b) and exists (select from generate_series(1, length(d.a) - 1) i"
    " where overlay(d.a placing reverse(substr(d.a, i, 2)) from i for 2) = d.b)"
)
_SLIPPED = (
    "cardinality(n.s) = cardinality(n.l) and coalesce((select"
    f" {_EITHER} >= case when d.held then 5 else 7 end and left(d.a, 1) = left(d.b, 1)"
    " and right(d.a, 2) = right(d.b, 2) and (("
    f"d.held and (({_LEFT_OUT}) or ({_EXCHANGED}))) or ({_SWAPPED}))"
    f" from (select min(a) as a, min(b) as b, {_telling(_SAME_WORDS)} as held"
    " from unnest(n.s, n.l) z(a, b) where a <> b having count(*) = 1) d), false)"
)
_AGREE = (
    "select n.one = n.other or replace(n.one, ' ', '') = replace(n.other, ' ', '')"
    f" or ('{WIFE_MARK}' = any(n.s)) = ('{WIFE_MARK}' = any(n.l))"
    f" and (length(n.short) >= {SHORTEST_CUT_KEY} and starts_with(n.long, n.short)"
    f" or case when {_REORDERED} then {_telling('n.s')} else ({_CONTAINED}) or ({_SLIPPED}) end)"
    f" from {_WORDS} n"
)


def agree(one: str, other: str) -> str:
    """SQL of whether two match keys agree; false where one is null or empty.

    Args:
        one: SQL of a match key.
        other: SQL of another.
    """
    compared = _AGREE.replace("{one}", one).replace("{other}", other)
    return f"case when {one} <> '' and {other} <> '' then coalesce(({compared}), false) else false end"
