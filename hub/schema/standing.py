"""Where persons and families stand on one day: what they hold, their desil, who else is of the family."""

from hub.schema.declaring import argument

REGISTER = argument(
    "register",
    str,
    "Register yang memeringkat. / Register whose ranks count: dtsen, dtks, regsosek, bdt2015.",
    "dtsen",
)
DESIL = (
    argument("desilMin", int | None, "Desil paling rendah, termasuk. / Lowest desil, inclusive."),
    argument("desilMax", int | None, "Desil paling tinggi, termasuk. / Highest desil, inclusive."),
)

LATEST = "lower({0}.valid) desc nulls last, {0}.edition desc, {0}.desil"
"""Order of ranks: the register's latest word first; of one day and edition, the poorer."""


def ranks(alias: str) -> str:
    """The condition that a score is a desil of the register asked for, of the day in force."""
    return f"{alias}.register = {{arg[register]}} and {alias}.desil is not null and {{state[{alias}]}}"


def living(alias: str) -> str:
    """The condition that a person is known on the day in force and did not die on it or before."""
    return f"{{state[{alias}]}} and ({alias}.died_on is null or {alias}.died_on > {{today}})"


def family_ranks(card: str, kk: str) -> str:
    """The ranks of a family: those of its living members and those of its number, where a list names nobody."""
    columns = "c.valid, c.edition, c.desil"
    return (
        f"select {columns} from hub.membership m"
        f" join hub.person_state s on s.person_id = m.person_id and {living('s')}"
        f" join hub.score c on c.person_id = m.person_id and {ranks('c')}"
        f" where m.card_id = {card} and {{state[m]}}"
        f" union all select {columns} from hub.score c where c.person_id is null and c.unit = 'family'"
        f" and c.unit_number = {kk} and {ranks('c')}"
    )


def family_desil(card: str, kk: str) -> str:
    """The desil of a family: the latest of its ranks; null: the register has none."""
    return f"(select d.desil from ({family_ranks(card, kk)}) d order by {LATEST.format('d')} limit 1)"


def person_desil(person: str, card: str, kk: str) -> str:
    """The desil of a person: the person's own latest rank, else that of the family."""
    own = (
        f"(select c.desil from hub.score c where c.person_id = {person} and {ranks('c')}"
        f" order by {LATEST.format('c')} limit 1)"
    )
    return f"coalesce({own}, {family_desil(card, kk)})"


def in_desil(sql: str) -> str:
    """The condition that DESIL calls for over a desil; a desil that nobody knows is in no bounds."""
    return (
        f"({{arg[desilMin]}} is null or {sql} >= {{arg[desilMin]}})"
        f" and ({{arg[desilMax]}} is null or {sql} <= {{arg[desilMax]}})"
    )


def held(persons: str) -> str:
    """Programs held on the day in force by persons, as a set of codes.

    Args:
        persons: Condition over the enrollment `e`.
    """
    return (
        "select distinct g.code from hub.enrollment e join hub.program g on g.id = e.program_id"
        f" where {persons} and {{state[e]}}"
    )


def in_family(card: str, condition: str) -> str:
    """Whether some living member `s` of a family satisfies a condition on the day in force."""
    return (
        "exists (select from hub.membership m join hub.person_state s on s.person_id = m.person_id"
        f" and {living('s')} where m.card_id = {card} and {{state[m]}} and {condition})"
    )


#: Permensos 8/2012, annex: type 5 is the child with a disability, type 9 the person with one.
DISABLED = (
    "(exists (select from hub.person_attributes a where a.person_id = s.person_id and {state[a]}"
    " and a.given ->> 'disabilitas' = 'true')"
    " or exists (select from hub.status u where u.person_id = s.person_id and u.scheme = 'pmks'"
    " and u.code in ('5', '9') and {state[u]}))"
)
"""Whether the member `s` is stated to have a disability: by the attribute of the set, or as PMKS 5 (child) or 9."""
