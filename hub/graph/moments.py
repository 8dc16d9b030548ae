"""What counts of the claims about a person at each moment at which the register of her name says something new.

A claim holds from the day it gives. One without a day holds from ever if it is the first that its record says of
the person, else from the day (WIB) on which the change was seen. A later version of a record takes the place of
the earlier ones from its day on, so that an earlier version whose day is not before that one was wrong and never
counts. Words of one day go by the key of their records: what came last says nothing of what happened last.

Earlier versions speak for as long as their record is sent. Of a person whom no record names any longer, the last
word of every record counts.
"""

from collections.abc import Sequence

from hub.graph.telling import BY_KEY, SEEN_GONE, withdrawn
from hub.graph.voices import ORIGIN, Voices
from hub.store.tables.graph import PERSON_FIELDS

CLAIMED = tuple(field for field in PERSON_FIELDS if field != "died_on")

# All that records ever said of the touched persons, but for runs that were taken back.
CLAIMS = f"""
    select c.record_id, c.mention_id, c.person_id, c.source_id, {", ".join("c." + field for field in CLAIMED)},
           case when c.vital = 'meninggal' then c.effective_on end as died_on, c.nik_grade, c.name_key, c.effective_on,
           c.event_area_key, upper_inf(r.recorded) as stands,
           case when not upper_inf(r.recorded) and c.name is not null then {SEEN_GONE} end as gone_on,
           count(*) over (partition by c.person_id) as claims
    from fold_touched t
    join claim_person c on c.person_id = t.person_id
    join source_record r on r.id = c.record_id and (upper_inf(r.recorded) or not {withdrawn("r")})
"""
_MENTION = "partition by f.person_id, f.mention_id"
# Each claim with the day from which it holds, where a person has several.
DATED = f"""
    select f.*, r.version, r.scope, r.record_key, r.content_hash,
           coalesce(o.id, f.source_id) as said_by, coalesce(o.rank, s.rank) as rank,
           coalesce(f.effective_on, case when row_number() over ({_MENTION} order by r.version) > 1
                    then (lower(r.recorded) at time zone 'Asia/Jakarta')::date end, '-infinity') as day,
           bool_or(f.stands and f.name is not null) over (partition by f.person_id) as spoken,
           bool_or(f.stands) over ({_MENTION}) as sent
    from fold_claim f
    join source_record r on r.id = f.record_id
    join source s on s.id = f.source_id
    {ORIGIN}
    where f.claims > 1
"""
# The claims that count, each until a later version of its record takes over (exclusive; null: still holds).
LASTING = f"""
    select f.*, min(day) over ({_MENTION} order by version
               rows between 1 following and unbounded following) as until
    from dated f where sent or not spoken
"""


def told(voices: Voices, names: Sequence[int]) -> str:
    """SQL of the claims in force at each moment, for persons with several claims.

    Columns: those of `fold_claim`, `since` (the moment), `day` (from which the claim holds), `spoken` (some record
    names the person still), `said_by` (the source whose word it is) and `ord`, the lower the sooner believed.

    Args:
        voices: Which sources are ways into one register.
        names: Source ids in the order in which they are believed of a name, where it has an order of its own.
    """
    voice = voices.of("said_by")
    return f"""
        with dated as ({DATED}),
        lasting as ({LASTING}),
        ordered as (
          select *, row_number() over (partition by person_id
                     order by rank, day desc, {BY_KEY.replace("r.", "")}, version desc) as ord
          from lasting where until is null or day < until),
        led as (
          select *, {voice} = first_value({voice}) over (partition by person_id
                     order by (until is null and name is not null) desc, {voices.order("said_by", names)}ord) as leads
          from ordered),
        moment as (select distinct person_id, day as since from led where leads)
        select m.since, l.* from moment m join led l on l.person_id = m.person_id
             and case when l.leads then l.day <= m.since and (l.until is null or l.until > m.since)
                      else l.until is null end
    """
