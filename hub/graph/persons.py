"""Golden persons: each field from the source that is believed first for it, and since when.

A change (a move, a marriage, a death) and a correction are told apart: when the register that a person's name
rests on says something new of a field that life changes, the old state ends on the day the source gives and
the new one begins; anything else replaces the state for the whole time it was held true. A person of whom no
source says anything any longer, or nothing but an opinion that names nobody, is not forgotten: the last state
stands. Sources that are ways into one register (`hub.graph.voices`) have one voice: the newest word counts,
whichever way it came.
"""

from collections.abc import Mapping, Sequence

from hub.graph.timeline import Fold
from hub.graph.voices import Voices, read_voices
from hub.store.tables.graph import PERSON_FIELDS, person_state

VARYING = (
    "no_kk", "relation", "marital", "education", "occupation", "address", "rt", "rw", "area_key", "vital", "died_on",
)  # fmt: skip
"""Fields that life changes; the others are only ever corrected."""

NAME_AT = PERSON_FIELDS.index("name") + 1
CLAIMED = tuple(field for field in PERSON_FIELDS if field != "died_on")

# What open records say of the touched persons, the most believed first.
CLAIMS = f"""
    select c.person_id, c.source_id, {", ".join("c." + field for field in CLAIMED)}, c.nik_grade, c.name_key,
           c.effective_on, c.event_area_key,
           case when c.vital = 'meninggal' then c.effective_on end as died_on,
           row_number() over (partition by c.person_id
               order by s.rank, c.effective_on desc nulls last, c.record_id desc) as ord,
           count(*) over (partition by c.person_id) as claims
    from fold_touched t
    join claim_person c on c.person_id = t.person_id
    join source_record r on r.id = c.record_id and upper_inf(r.recorded)
    join source s on s.id = c.source_id
"""

KEPT = ("person_id", *PERSON_FIELDS, "nik_grade", "name_key", "effective_on", "event_area_key")

# The common case, one claim: taken as it stands.
ALONE = f"""
    select {", ".join(KEPT)},
           array[{", ".join(f"case when {field} is not null then source_id end" for field in PERSON_FIELDS)}]
               ::smallint[] as stated_by
    from fold_claim where claims = 1
"""


def merged(order: Mapping[str, Sequence[int]], voices: Voices) -> str:
    """SQL of the persons with several claims: every field from the first claim that states it.

    The day of death belongs to the claim that says how the person fares, so that a later word that he lives
    takes it away.

    Args:
        order: Source ids by field, where a field has an order of its own; the others go by rank and recency.
            Sources of one register share the place of the first of them.
        voices: Which sources are ways into one register.
    """

    def first(column: str, field: str) -> str:
        places = ", ".join(map(str, voices.places(order.get(field, ()))))
        own = (
            f"array_position(array[{places}]::smallint[], {voices.of('source_id')}) nulls last, "
            if places
            else ""
        )
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
        select person_id, {fields}, coalesce({first("nik_grade", "nik")}, 0) as nik_grade,
               {first("name_key", "name")} as name_key,
               {first("effective_on", "effective_on")} as effective_on,
               coalesce({first("event_area_key", "area_key")}, max(event_area_key)) as event_area_key,
               array[{sources}]::smallint[] as stated_by
        from fold_claim where claims > 1 group by person_id
    """


_STATE = ("nik", "nik_grade", "name", "name_key", *PERSON_FIELDS[2:], "stated_by")

# The last state recorded of the touched persons, open or not.
HELD = """
    select distinct on (s.person_id) s.*
    from fold_touched t join person_state s on s.person_id = t.person_id
    where upper_inf(s.recorded)
    order by s.person_id, lower(s.valid) desc nulls last
"""


def lived(voices: Voices) -> str:
    """SQL: something that life changes is new, and both the old word and the new are those of the name's register."""
    name = voices.of(f"f.stated_by[{NAME_AT}]")
    return " or ".join(
        f"c.{field} is distinct from f.{field}"
        f" and coalesce({voices.of(f'c.stated_by[{at}]')}, {name}) = {name}"
        f" and coalesce({voices.of(f'f.stated_by[{at}]')}, {name}) = {name}"
        for at, field in enumerate(PERSON_FIELDS, 1)
        if field in VARYING
    )


def compared(voices: Voices) -> str:
    """SQL of the wanted persons beside the state that is held.

    `since` is set where life changed on that day. `was` is the interval to go on from: who departed and is
    listed again was never away.
    """
    was, now = (voices.of(f"{state}.stated_by[{NAME_AT}]") for state in ("c", "f"))
    return f"""
        select f.*, p.uid, coalesce(f.area_key, f.event_area_key, 0) as home, c.valid as held, c.vital as was_vital,
               case when c.person_id is not null then daterange(lower(c.valid), null) end as was,
               p.home_area_key as old_home,
               case when {was} = {now} and ({lived(voices)})
                     and (lower_inf(c.valid) or coalesce(f.effective_on, :today) > lower(c.valid))
                    then coalesce(f.effective_on, :today) end as since
        from fold_golden f
        join person p on p.id = f.person_id
        left join fold_held c on c.person_id = f.person_id
        where f.name is not null or c.name is null
    """


# Touched persons of whom no source says anything any longer: they stay as last known, for their history must be
# found; they stand on no card and live in no dwelling from the day (WIB) it was seen.
DEPARTED = """
    select c.person_id from fold_held c
    where upper_inf(c.valid) and not exists (select from fold_person g where g.person_id = c.person_id)
"""
_EARLIER = ", ".join(
    f"c.{name}" if name in VARYING else f"f.{name}" for name in _STATE if name != "stated_by"
)
_EARLIER_SOURCES = ", ".join(
    f"{'c' if field in VARYING else 'f'}.stated_by[{at}]" for at, field in enumerate(PERSON_FIELDS, 1)
)
# A field that is only ever corrected is corrected for all intervals; what life changed keeps its earlier states.
WANTED = f"""
    select person_id, uid, {", ".join(_STATE)},
           case when was is null then daterange(null, null) when since is not null then daterange(since, null)
                else was end as valid,
           home as event_area_key, home as home_area_key
    from fold_person
    union all
    select c.person_id, c.uid, {_EARLIER}, array[{_EARLIER_SOURCES}]::smallint[],
           case when c.valid = f.held then c.valid * daterange(null, f.since) else c.valid end,
           c.event_area_key, f.home
    from fold_person f
    join person_state c on c.person_id = f.person_id and upper_inf(c.recorded)
    where c.valid <> f.held or f.since is not null
"""


async def fold_persons(fold: Fold, order: Mapping[str, Sequence[int]]) -> int:
    """Folds the claims of `fold_touched` into golden persons; leaves `fold_person` and `fold_departed`."""
    voices = await read_voices(fold.connection)
    await fold.make("fold_claim", CLAIMS)
    several = merged(order, voices)
    await fold.make(
        "fold_golden", f"{ALONE} union all select {', '.join(KEPT)}, stated_by from ({several}) m"
    )
    await fold.make("fold_held", HELD, index="person_id")
    await fold.make("fold_person", compared(voices), index="person_id")
    await fold.make("fold_departed", DEPARTED)
    await fold.make("wanted_person", WANTED)
    return await fold.write(person_state, "wanted_person", "fold_person")
