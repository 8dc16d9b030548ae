"""Households over time: who lives in which dwelling, since when.

A household (rumah tangga) is one dwelling and may hold several family cards. Sources that name the dwelling
by number, street, RT and RW within a desa put its cards together; where no such address is stated, the family
card is the best the hub knows, and `basis` says which of the two it was. A household is there as long as somebody
lives or lived in it; its address is as written of the one who stands for it.
"""

from hub.graph.families import HEAD, merged_stays
from hub.graph.timeline import Fold
from hub.store.tables.graph import household, household_member

NUMBERED = r"(^|[^A-Z])(NO|NOMOR|BLOK)[. ]*[0-9]"
"""An address that names one house: a number after NO, NOMOR or BLOK."""

LIVES = "scheme is null"
"""Rows of `household_member` that say where a person lives; the others are of `hub.graph.dwellings`."""

NO_SURVEY = "null::text as scheme, null::text as family_no, null::text as relation"

ADDRESSED = f"s.area_key % 10000 > 0 and upper(s.address) ~ '{NUMBERED}' and s.rt is not null"
# `home` is where the dwelling stands.
DWELLINGS = f"""
    select s.*, case when basis = 'address'
                then 'a|' || s.area_key || '|' || ltrim(s.rt, '0') || '|' || coalesce(ltrim(s.rw, '0'), '') || '|'
                     || regexp_replace(upper(s.address), '[^A-Z0-9]+', ' ', 'g')
                when basis = 'family_card' then 'k|' || s.no_kk else 'p|' || s.person_id end as dwelling
    from (select s.*, case when {ADDRESSED} then 'address' when s.no_kk is not null then 'family_card'
                      else 'person' end as basis
          from fold_stay s) s
"""


def _stands_first(stay: str) -> str:
    """SQL order of who stands for a household: who lives there last, the head first, then the lower NIK."""
    return (
        f"upper({stay}) desc nulls first, (s.relation = '{HEAD}') desc nulls last, lower({stay}) desc nulls last,"
        " s.nik, s.name_key, s.birth_date, s.person_id"
    )


NEW_HOUSEHOLDS = f"""
    insert into household (household_id, uid, basis, dwelling, address, rt, rw, valid, recorded,
        event_area_key, home_area_key)
    select coalesce(h.household_id, nextval('household_ids')), coalesce(h.uid, gen_random_uuid()),
           d.basis, d.dwelling, d.address, d.rt, d.rw,
           daterange(null, null), tstzrange(:at, null), d.event_area_key, d.event_area_key
    from (select distinct on (s.dwelling) * from fold_dwelling s order by s.dwelling, {_stands_first("s.stay")}) d
    {{before}}
    where not exists (select from household h where h.dwelling = d.dwelling and upper_inf(h.recorded))
"""
# After a judgement: a dwelling that was left when its people were merged is the one it was.
NEW = "cross join (select null::bigint as household_id, null::uuid as uid) h"
LEFT_BEFORE = """
    left join (
      select distinct on (o.dwelling) o.dwelling, o.household_id, o.uid
      from (select distinct m.household_id from household_member m join fold_touched t on t.person_id = m.person_id
            where not upper_inf(m.recorded) and m.scheme is null) m
      join household o on o.household_id = m.household_id and not upper_inf(o.recorded)
      order by o.dwelling, upper(o.recorded) desc) h on h.dwelling = d.dwelling
"""
IN_HOUSEHOLDS = """
    select d.person_id, h.household_id, d.stay, d.event_area_key, d.home_area_key, d.alone
    from fold_dwelling d join household h on h.dwelling = d.dwelling and upper_inf(h.recorded)
"""
# Older households in which the touched persons live, or lived until this fold.
TOUCHED = f"""
    select distinct h.household_id, h.uid, h.basis, h.dwelling
    from fold_touched t
    join household_member m on m.person_id = t.person_id and m.{LIVES}
         and (upper_inf(m.recorded) or upper(m.recorded) = :at)
    join household h on h.household_id = m.household_id and upper_inf(h.recorded) and lower(h.recorded) < :at
"""
WANTED = f"""
    select distinct on (h.household_id) h.household_id, h.uid, h.basis, h.dwelling, s.address, s.rt, s.rw,
           daterange(null, null) as valid, null::bigint as person_id, s.event_area_key,
           s.event_area_key as home_area_key
    from fold_household h
    join household_member m on m.household_id = h.household_id and upper_inf(m.recorded) and m.{LIVES}
    join person_state s on s.person_id = m.person_id and upper_inf(s.recorded) and s.valid && m.valid
    order by h.household_id, {_stands_first("(s.valid * m.valid)")}
"""


async def fold_households(fold: Fold) -> None:
    """Folds dwellings and who lives in them, from the stays that `hub.graph.families` leaves."""
    await fold.make("fold_dwelling", DWELLINGS)
    await fold.run(NEW_HOUSEHOLDS.format(before=LEFT_BEFORE if fold.kin else NEW))
    await fold.make("fold_in_household", IN_HOUSEHOLDS)
    lived_in = merged_stays("fold_in_household", "household_id")
    await fold.make("wanted_dweller", f"select w.*, {NO_SURVEY} from ({lived_in}) w")
    await fold.write(household_member, "wanted_dweller", "fold_touched", only=LIVES)
    await fold.make("fold_household", TOUCHED)
    await fold.make("wanted_household", WANTED)
    await fold.write(household, "wanted_household", "fold_household", "household_id")
