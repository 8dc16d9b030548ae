"""Family cards and households over time: who stands on which card and lives in which dwelling, since when.

A household (rumah tangga) is one dwelling and may hold several family cards. Sources that name the dwelling
by number, street, RT and RW within a desa put its cards together; where no such address is stated, the family
card is the best the hub knows, and `basis` says which of the two it was.
"""

from hub.graph.timeline import Fold
from hub.store.tables.graph import PERSON_FIELDS, family_card, household_member, membership

CARD_AT = PERSON_FIELDS.index("no_kk") + 1

HEAD = "1"
"""Code of the head in the code list shdk (Dukcapil)."""

NUMBERED = r"(^|[^A-Z])(NO|NOMOR|BLOK)[. ]*[0-9]"
"""An address that names one house: a number after NO, NOMOR or BLOK."""

LIVES = "scheme is null"
"""Rows of `household_member` that say where a person lives; the others are of `hub.graph.dwellings`."""

NO_SURVEY = "null::text as scheme, null::text as family_no, null::text as relation"

# When a person stops standing on a card or living in a dwelling without another taking its place: the day that
# the source gives, else the day it was first seen; the beginning of time where that was before this fold.
LEFT_ON = """
    case when f.vital in ('meninggal', 'pindah')
         then coalesce(f.effective_on, case when f.vital is distinct from f.was_vital then f.since end, '-infinity') end
"""

# The cards that the touched persons name, known ones and new ones.
NAMED_CARDS = """
    select coalesce(c.card_id, nextval('card_ids')) as card_id, coalesce(c.uid, gen_random_uuid()) as uid, n.no_kk,
           coalesce(c.valid, daterange(null, null)) as valid, coalesce(c.event_area_key, n.home) as event_area_key,
           coalesce(c.home_area_key, n.home) as home_area_key
    from (select no_kk, min(home) as home from fold_person where no_kk is not null group by no_kk) n
    left join family_card c on c.no_kk = n.no_kk and upper_inf(c.recorded)
"""
# One row a person: a person without a card has a null one. Who departed leaves the card on which he stood.
ON_CARDS = f"""
    select f.person_id, c.card_id, f.relation, f.stated_by[{CARD_AT}] as source_id, f.since, {LEFT_ON} as ends,
           f.home as event_area_key, f.home as home_area_key
    from fold_person f left join fold_named_card c on c.no_kk = f.no_kk
    union all
    select m.person_id, m.card_id, m.relation, m.source_id, null, :today, m.event_area_key, m.home_area_key
    from fold_departed d join membership m on m.person_id = d.person_id
    where upper_inf(m.recorded) and upper_inf(m.valid)
"""
ADDRESSED = f"f.area_key % 10000 > 0 and upper(f.address) ~ '{NUMBERED}' and f.rt is not null"
DWELLINGS = f"""
    select f.person_id, f.since, {LEFT_ON} as ends, f.home, f.address, f.rt, f.rw, f.relation,
           case when {ADDRESSED} then 'address'
                when f.no_kk is not null then 'family_card' else 'person' end as basis,
           case when {ADDRESSED}
                then 'a|' || f.area_key || '|' || ltrim(f.rt, '0') || '|' || coalesce(ltrim(f.rw, '0'), '') || '|'
                     || regexp_replace(upper(f.address), '[^A-Z0-9]+', ' ', 'g')
                when f.no_kk is not null then 'k|' || f.no_kk else 'p|' || f.person_id end as dwelling
    from fold_person f
"""
NEW_HOUSEHOLDS = """
    insert into household (household_id, uid, basis, dwelling, address, rt, rw, valid, recorded,
        event_area_key, home_area_key)
    select nextval('household_ids'), gen_random_uuid(), d.basis, d.dwelling, d.address, d.rt, d.rw,
           daterange(null, null), tstzrange(:at, null), d.home, d.home
    from (select distinct on (dwelling) * from fold_dwelling
          order by dwelling, (relation = '1') desc nulls last, person_id) d
    where not exists (select from household h where h.dwelling = d.dwelling and upper_inf(h.recorded))
"""
IN_HOUSEHOLDS = f"""
    select d.person_id, h.household_id, d.since, d.ends, d.home as event_area_key, d.home as home_area_key
    from fold_dwelling d join household h on h.dwelling = d.dwelling and upper_inf(h.recorded)
    union all
    select m.person_id, m.household_id, null, :today, m.event_area_key, m.home_area_key
    from fold_departed d join household_member m on m.person_id = d.person_id and m.{LIVES}
    where upper_inf(m.recorded) and upper_inf(m.valid)
"""
# Those and the cards on which the touched persons stand or stood until this fold.
CARDS_TOUCHED = """
    select * from fold_named_card
    union
    select c.card_id, c.uid, c.no_kk, c.valid, c.event_area_key, c.home_area_key
    from fold_on_card f
    join membership m on m.person_id = f.person_id and (upper_inf(m.recorded) or upper(m.recorded) = :at)
    join family_card c on c.card_id = m.card_id and upper_inf(c.recorded)
"""


def _of_head(column: str) -> str:
    """SQL of a column of the head, or of the one who stands in for him."""
    order = f"(m.relation = '{HEAD}') desc nulls last, upper_inf(m.valid) desc, m.person_id"
    return f"(array_agg({column} order by {order}) filter (where m.person_id is not null))[1]"


# Who moves in this fold has the new home already; the rows about him follow at its end.
HEAD_HOME = "coalesce(f.home, m.home_area_key)"
CARDS = f"""
    select c.card_id, c.uid, c.no_kk, coalesce(range_merge(range_agg(m.valid)), c.valid) as valid,
           {_of_head("m.person_id")} as person_id,
           coalesce({_of_head(HEAD_HOME)}, c.event_area_key) as event_area_key,
           coalesce({_of_head(HEAD_HOME)}, c.home_area_key) as home_area_key
    from fold_card c
    left join membership m on m.card_id = c.card_id and upper_inf(m.recorded)
    left join fold_person f on f.person_id = m.person_id
    group by c.card_id, c.uid, c.no_kk, c.valid, c.event_area_key, c.home_area_key
"""


def followed(table: str, wanted: str, targets: tuple[str, ...], only: str = "true") -> str:
    """SQL of the whole recorded state of an interval table for the persons of `wanted`.

    The last interval of a person goes on while its targets stay the same, ends where the wanted one begins
    when life changed (`since`), and is replaced where it was wrong. Earlier intervals stay. One that is to end
    at the beginning of time keeps the end it has; one that would end before it begins is dropped.

    Args:
        table: The interval table.
        wanted: Temporary table: person_id, targets, since, ends, both areas.
        targets: Columns that say where the person belongs; the first is null for one who belongs nowhere.
        only: Condition on the rows of the table that are looked at.
    """
    last = f"""
        select distinct on (t.person_id) t.* from {table} t join {wanted} w on w.person_id = t.person_id
        where upper_inf(t.recorded) and ({only}) order by t.person_id, lower(t.valid) desc nulls last
    """
    compared = f"""
        select w.person_id, {", ".join("w." + name for name in targets)}, w.since, w.event_area_key, w.home_area_key,
               case when w.ends = '-infinity' then coalesce(upper(c.valid), w.ends) else w.ends end as ends,
               c.valid as was,
               w.since is not null and c.valid is not null and not ({_same(targets, "w", "c")})
                   and (lower_inf(c.valid) or w.since > lower(c.valid)) as changed
        from {wanted} w left join ({last}) c on c.person_id = w.person_id
    """
    start = "case when n.changed then n.since else lower(n.was) end"
    return f"""
        with now as materialized ({compared})
        select n.person_id, {", ".join("n." + name for name in targets)},
               daterange({start}, n.ends) as valid, n.event_area_key, n.home_area_key from now n
        where n.{targets[0]} is not null and (n.ends is null or n.ends > coalesce({start}, '-infinity'))
        union all
        select c.person_id, {", ".join("c." + name for name in targets)},
               case when n.changed and c.valid = n.was
                    then daterange(lower(c.valid), least(n.since, upper(c.valid))) else c.valid end,
               c.event_area_key, n.home_area_key
        from {table} c join now n on n.person_id = c.person_id
        where upper_inf(c.recorded) and ({only}) and (n.changed or c.valid <> n.was)
    """


def _same(targets: tuple[str, ...], one: str, other: str) -> str:
    return " and ".join(f"{one}.{name} is not distinct from {other}.{name}" for name in targets)


async def fold_families(fold: Fold) -> None:
    """Folds memberships and family cards of the persons in `fold_person`."""
    await fold.make("fold_named_card", NAMED_CARDS)
    await fold.make("fold_on_card", ON_CARDS)
    await fold.make(
        "wanted_membership", followed("membership", "fold_on_card", ("card_id", "relation", "source_id"))
    )
    await fold.write(membership, "wanted_membership", "fold_on_card")
    await fold.make("fold_card", CARDS_TOUCHED)
    await fold.make("wanted_card", CARDS)
    await fold.write(family_card, "wanted_card", "wanted_card", "card_id")


async def fold_households(fold: Fold) -> None:
    """Folds dwellings and who lives in them for the persons in `fold_person`."""
    await fold.make("fold_dwelling", DWELLINGS)
    await fold.run(NEW_HOUSEHOLDS)
    await fold.make("fold_in_household", IN_HOUSEHOLDS)
    followed_home = followed("household_member", "fold_in_household", ("household_id",), LIVES)
    await fold.make("wanted_dweller", f"select w.*, {NO_SURVEY} from ({followed_home}) w")
    await fold.write(household_member, "wanted_dweller", "fold_in_household", only=LIVES)
