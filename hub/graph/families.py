"""Family cards over time: who stands on which card, since when, and who is its head.

A person stands on the card of each of his states for as long as the state holds, until the day of death or
departure, or until the day on which the last source was seen to name him no longer. A card is there as long as
somebody stands or stood on it.
"""

from hub.graph.timeline import Fold
from hub.store.tables.graph import PERSON_FIELDS, family_card, membership

CARD_AT = PERSON_FIELDS.index("no_kk") + 1

HEAD = "1"
"""Code of the head in the code list shdk (Dukcapil)."""

# What each state says of where its person belongs, and for how long; who died before it began belongs nowhere.
STAYS = f"""
    select * from (
      select person_id, uid, no_kk, relation, stated_by[{CARD_AT}] as card_source, address, rt, rw, area_key, nik,
             name_key, birth_date,
             case when left_on = '-infinity' then 'empty'
                  else valid * daterange(null, left_on) * daterange(null, gone_on) end as stay,
             event_area_key, home_area_key, alone
      from fold_state) s
    where not isempty(stay)
"""
# The cards that the touched persons name, known ones and new ones.
NAMED_CARDS = """
    select coalesce(c.card_id, h.card_id, nextval('card_ids')) as card_id,
           coalesce(c.uid, h.uid, gen_random_uuid()) as uid, n.no_kk
    from (select distinct no_kk from fold_stay where no_kk is not null) n
    left join family_card c on c.no_kk = n.no_kk and upper_inf(c.recorded)
    {before}
"""
# After a judgement: a card on which nobody stood while its people were merged is the one it was.
NEW = "cross join (select null::bigint as card_id, null::uuid as uid) h"
LEFT_BEFORE = """
    left join (
      select distinct on (o.no_kk) o.no_kk, o.card_id, o.uid
      from (select distinct m.card_id from membership m join fold_touched t on t.person_id = m.person_id
            where not upper_inf(m.recorded)) m
      join family_card o on o.card_id = m.card_id and not upper_inf(o.recorded)
      order by o.no_kk, upper(o.recorded) desc) h on h.no_kk = n.no_kk
"""
ON_CARDS = """
    select s.person_id, c.card_id, s.relation, s.card_source as source_id, s.stay, s.event_area_key, s.home_area_key,
           s.alone
    from fold_stay s join fold_named_card c on c.no_kk = s.no_kk
"""
# Those and the cards on which the touched persons stood until this fold.
CARDS_TOUCHED = """
    select * from fold_named_card
    union
    select c.card_id, c.uid, c.no_kk
    from fold_touched f
    join membership m on m.person_id = f.person_id and upper(m.recorded) = :at
    join family_card c on c.card_id = m.card_id and upper_inf(c.recorded)
"""
# The head, or the one who stands in for him; where two could be, the lower NIK. Who moves in this fold has the new
# home already; the rows about him follow at its end.
# Where the head lived when it was recorded stays with the row, so that the area that was left hears of its end.
# `headed` stands apart: a head taken from its expression cannot be sought by index or hash, and every card would read
# every person.
CARDS = f"""
    with standing as (
      select c.*, m.person_id, m.valid, m.event_area_key, m.home_area_key,
             rank() over (partition by c.card_id order by (m.relation = '{HEAD}') desc nulls last,
                 upper(m.valid) desc nulls first, lower(m.valid) desc nulls last) as place
      from fold_card c join membership m on m.card_id = c.card_id and upper_inf(m.recorded)),
    headed as materialized (
      select card_id, uid, no_kk, range_merge(range_agg(valid)) as valid,
             case when count(*) filter (where place = 1) = 1 then min(person_id) filter (where place = 1)
                  else (select s.person_id from person_state s
                        where s.person_id = any (array_agg(t.person_id) filter (where place = 1))
                          and upper_inf(s.recorded)
                        order by s.nik, s.name_key, s.birth_date, s.person_id limit 1) end as head
      from standing t group by card_id, uid, no_kk)
    select h.card_id, h.uid, h.no_kk, h.valid, h.head as person_id,
           coalesce(f.home, s.home_area_key) as event_area_key, coalesce(f.home, s.home_area_key) as home_area_key
    from headed h join standing s on s.card_id = h.card_id and s.person_id = h.head and s.place = 1
    left join fold_person f on f.person_id = h.head
"""


def merged_stays(stays: str, thing: str, told: tuple[str, ...] = (), latest: tuple[str, ...] = ()) -> str:
    """SQL of intervals of persons in things: stays that touch and say the same are one.

    Args:
        stays: Temporary table: person_id, the thing, what is told of it, `stay`, `event_area_key`, `home_area_key`
            and `alone` (the person has a single stay).
        thing: Column of what the person belongs to.
        told: Columns that part one interval from another.
        latest: Columns that do not; the latest stay says them.
    """
    by = ", ".join(("person_id", thing, *told))
    last = ", ".join(
        f"(array_agg({name} order by lower(stay) desc nulls last))[1] as {name}"
        for name in (*latest, "event_area_key", "home_area_key")
    )
    plain = ", ".join((*latest, "event_area_key", "home_area_key"))
    return f"""
        select {by}, {plain}, stay as valid from {stays} where alone
        union all
        select {by}, {last}, unnest(range_agg(stay)) from {stays} where not alone group by {by}
    """


async def fold_families(fold: Fold) -> None:
    """Folds memberships and family cards of the persons in `fold_touched`; leaves `fold_stay`."""
    await fold.make("fold_stay", STAYS)
    await fold.make("fold_named_card", NAMED_CARDS.format(before=LEFT_BEFORE if fold.kin else NEW))
    await fold.make("fold_on_card", ON_CARDS)
    await fold.make(
        "wanted_membership", merged_stays("fold_on_card", "card_id", ("relation",), ("source_id",))
    )
    await fold.write(membership, "wanted_membership", "fold_touched")
    await fold.make("fold_card", CARDS_TOUCHED)
    await fold.make("wanted_card", CARDS)
    await fold.write(family_card, "wanted_card", "fold_card", "card_id")
