"""Golden persons: each field from the source that is believed first for it, and since when.

A person's states are a function of what is told of her, whatever order it came in. The register that her name
rests on tells how she fares over time: each of its words holds from the day it gives (`hub.graph.moments`), and
where that changes a field that life changes, one state ends and the next begins. What other sources say holds
for the whole time, and so do the fields that are only ever corrected. The first state holds from the beginning
of time: nobody is born by being written down. A person of whom no source says anything any longer, or nothing
but an opinion that names nobody, is not forgotten: her last states stand. Sources that are ways into one register
(`hub.graph.voices`) have one voice.
"""

from collections.abc import Mapping, Sequence

from hub.graph.moments import CLAIMS, told
from hub.graph.timeline import Fold
from hub.graph.voices import Voices, read_voices
from hub.store.tables.graph import PERSON_FIELDS, person_state

VARYING = (
    "no_kk", "relation", "marital", "education", "occupation", "address", "rt", "rw", "area_key", "vital", "died_on",
)  # fmt: skip
"""Fields that life changes; the others are only ever corrected."""

_GONE = "('meninggal', 'pindah')"
KEPT = (
    "person_id", "since", *PERSON_FIELDS, "nik_grade", "name_key", "event_area_key", "left_on", "gone_on",
)  # fmt: skip
"""Columns of `fold_golden`: what holds of a person from one moment to the next.

`left_on` is the day of death or departure, `-infinity` where none is told; `gone_on` the day (WIB) on which the
last source was seen to speak of the person no longer, null while one does.
"""

# The common case, one claim: taken as it stands.
ALONE = f"""
    select person_id, cast('-infinity' as date) as since, {", ".join(PERSON_FIELDS)}, nik_grade, name_key,
           event_area_key,
           case when vital in {_GONE} then coalesce(effective_on, '-infinity') end as left_on, gone_on,
           array[{", ".join(f"case when {field} is not null then source_id end" for field in PERSON_FIELDS)}]
               ::smallint[] as stated_by, 1 as moments
    from fold_claim where claims = 1
"""


def merged(order: Mapping[str, Sequence[int]], voices: Voices) -> str:
    """SQL of the persons with several claims, at each moment: every field from the first claim that states it.

    The day of death belongs to the claim that says how the person fares, so that a later word that he lives
    takes it away.

    Args:
        order: Source ids by field, where a field has an order of its own; the others go by rank and day.
            Sources of one register share the place of the first of them.
        voices: Which sources are ways into one register.
    """

    def first(column: str, field: str) -> str:
        own = voices.order("said_by", order.get(field, ()))
        return f"(array_agg({column} order by {own}ord) filter (where {field} is not null))[1]"

    decider = {field: "vital" if field == "died_on" else field for field in PERSON_FIELDS}
    fields = ", ".join(f"{first(field, by)} as {field}" for field, by in decider.items())
    sources = ", ".join(
        f"case when {first(field, by)} is not null then {first('source_id', by)} end"
        if by != field
        else first("source_id", field)
        for field, by in decider.items()
    )
    return f"""
        select person_id, since, {fields}, coalesce({first("nik_grade", "nik")}, 0) as nik_grade,
               {first("name_key", "name")} as name_key,
               coalesce({first("event_area_key", "area_key")}, max(event_area_key)) as event_area_key,
               case when {first("vital", "vital")} in {_GONE} then {first("day", "vital")} end as left_on,
               case when not bool_or(spoken) then max(gone_on) end as gone_on,
               array[{sources}]::smallint[] as stated_by,
               count(*) over (partition by person_id) as moments
        from fold_moment group by person_id, since
    """


_STATE = ("nik", "nik_grade", "name", "name_key", *PERSON_FIELDS[2:])
_AREA = "coalesce({0}.area_key, {0}.event_area_key, 0)"


def _taken(state: str, last: str) -> str:
    """SQL of a state's columns: what life changes from the state, what is only ever corrected from the last one."""
    fields = ", ".join(f"{state if name in VARYING else last}.{name}" for name in _STATE)
    sources = ", ".join(
        f"{state if field in VARYING else last}.stated_by[{at}]" for at, field in enumerate(PERSON_FIELDS, 1)
    )
    return f"{fields}, array[{sources}]::smallint[] as stated_by"


_SAME = ", ".join(VARYING)
# Moments at which life changed, each with how long it lasts.
STATES = f"""
    with marked as (
      select *, ({_SAME}) is distinct from lag(({_SAME})) over (partition by person_id order by since) as changes
      from fold_golden where moments > 1),
    numbered as (
      select *, count(*) filter (where changes) over (partition by person_id order by since) as state from marked),
    gathered as (
      select *, min(since) over (partition by person_id, state) as starts,
             min(left_on) over (partition by person_id, state) as first_left,
             row_number() over (partition by person_id, state order by since desc) as place,
             row_number() over (partition by person_id order by since desc) = 1 as is_last
      from numbered),
    kept as (
      select *, case when state > 1 then starts end as begins,
             lead(starts) over (partition by person_id order by starts) as ends
      from gathered where place = 1)
    select g.person_id, p.uid, {_taken("g", "g")}, daterange(null, null) as valid, g.left_on, g.gone_on,
           {_AREA.format("g")} as event_area_key, {_AREA.format("g")} as home_area_key,
           p.home_area_key as old_home, true as is_last, true as alone
    from fold_golden g join person p on p.id = g.person_id where g.moments = 1
    union all
    select k.person_id, p.uid, {_taken("k", "l")}, daterange(k.begins, k.ends), k.first_left, k.gone_on,
           {_AREA.format("k")}, {_AREA.format("l")}, p.home_area_key, k.is_last, false
    from kept k join kept l on l.person_id = k.person_id and l.is_last join person p on p.id = k.person_id
"""
# What was held of age and sex, for what rests on them.
HELD = """
    select distinct on (s.person_id) s.person_id, s.birth_date, s.sex
    from fold_touched t join person_state s on s.person_id = t.person_id
    where upper_inf(s.recorded)
    order by s.person_id, lower(s.valid) desc nulls last
"""
PERSONS = "select person_id, home_area_key as home, old_home, birth_date, sex from fold_state where is_last"


async def fold_persons(fold: Fold, order: Mapping[str, Sequence[int]]) -> None:
    """Folds the claims of `fold_touched` into golden persons.

    Leaves `fold_state`, every state of the persons, and `fold_person`, a row a person.
    """
    voices = await read_voices(fold.script.connection)
    await fold.make("fold_claim", CLAIMS)
    await fold.make("fold_moment", told(voices, order.get("name", ())))
    several = merged(order, voices)
    columns = f"{', '.join(KEPT)}, stated_by, moments"
    await fold.make(
        "fold_golden", f"select {columns} from ({ALONE}) a union all select {columns} from ({several}) m"
    )
    await fold.make("fold_held", HELD, index="person_id")
    await fold.make("fold_state", STATES, index="person_id")
    await fold.make("fold_person", PERSONS, index="person_id")
    await fold.write(person_state, "fold_state", "fold_touched")
