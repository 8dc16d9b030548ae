"""Welfare attributes over all registers: the latest word on each, who said it, and what nobody says.

What a register states holds until a later one states otherwise, also where that one leaves the attribute out:
the state changes on each day on which a claim begins. Claims that begin on one day are laid over each other
with the most believed source on top. What is missing is told by the attribute set that the configuration
declares; claims in another vocabulary than the set's are not folded.
"""

from hub.graph.telling import BY_KEY
from hub.graph.timeline import Fold
from hub.graph.voices import ORIGIN
from hub.registry.attributes import AttributeSet
from hub.store.sql import text
from hub.store.tables.graph import family_attributes, person_attributes

CREATE_SET = (
    "create temp table fold_attribute (vocabulary text, code text, unit text, sort int, age_from int, age_to int,"
    " sex text) on commit drop"
)
FILL_SET = text(
    "insert into fold_attribute values (:vocabulary, :code, :unit, :sort, cast(:age_from as int),"
    " cast(:age_to as int), cast(:sex as text))"
)
SOME_ASKED = "select exists (select from fold_asked)"
_TOLD = """
    coalesce(lower(c.valid), '-infinity') as starts, jsonb_strip_nulls(c.given) as given, c.edition, c.source_id,
    r.scope, r.record_key, r.content_hash, c.event_area_key, c.home_area_key,
    coalesce(o.rank, s.rank) as rank
"""
_OPEN = f"""
    join source_record r on r.id = c.record_id and upper_inf(r.recorded)
    join source s on s.id = c.source_id
    {ORIGIN}
"""
_BY_KEY = BY_KEY.replace("r.", "")
_RISING = _BY_KEY.replace(" desc", "")
_OURS = "c.vocabulary in (select vocabulary from fold_attribute)"
# What open records state of the touched persons themselves.
OF_PERSONS = f"""
    select c.person_id as key, c.person_id, {_TOLD}
    from fold_asked t
    join claim_attribute c on c.person_id = t.person_id and c.unit = 'person' and {_OURS} {_OPEN}
"""
# Touched persons whose birth date or sex is now held otherwise: other attributes may be asked of them.
RESTATED = """
    select f.person_id from fold_person f join fold_held h on h.person_id = f.person_id
    where f.birth_date is distinct from h.birth_date or f.sex is distinct from h.sex
"""

KEY = """
    case when c.unit = 'family' and c.unit_number ~ '^[0-9]{16}$' then c.unit_number
         else s.code || ':' || coalesce(c.unit_number, r.record_key) end
"""
"""A family by its No KK; a household of a survey, or a family of another number, by source and number."""

# The families of which the run's records speak.
FAMILIES = f"""
    select distinct {KEY} as family_key, c.unit_number
    from fold_record t
    join claim_attribute c on c.record_id = t.record_id and c.unit <> 'person' and {_OURS}
    join source_record r on r.id = c.record_id
    join source s on s.id = c.source_id
"""
# What open records state of those families. One without any number is told of by its own record alone.
OF_FAMILIES = f"""
    select c.* from (
        select {KEY} as key, c.person_id, {_TOLD}
        from (select distinct unit_number from fold_family where unit_number is not null) t
        join claim_attribute c on c.unit_number = t.unit_number and c.unit <> 'person' and {_OURS} {_OPEN}
        union all
        select {KEY}, c.person_id, {_TOLD}
        from fold_record t
        join claim_attribute c on c.record_id = t.record_id and c.unit_number is null and c.unit <> 'person'
             and {_OURS} {_OPEN}) c
    where c.key in (select family_key from fold_family)
"""
# Completed years on the day a state begins; unknown where no day or no birth date is known.
_AGE = "case when l.starts > '-infinity' then extract(year from age(l.starts::timestamp, b.birth_date::timestamp)) end"
# An attribute is asked of whom it does not plainly leave out.
_ASKED = """
    coalesce(l.age >= a.age_from, true) and coalesce(l.age <= a.age_to, true) and coalesce(l.sex = a.sex, true)
"""


def states(claims: str, unit: str, about: str) -> str:
    """SQL of the states of each key over time: what is given, by whom, what is missing, and from when to when.

    Args:
        claims: Temporary table: key, person_id, starts, given and what orders them.
        unit: `person` or `family`: which attributes are asked.
        about: SQL that yields `birth_date` and `sex` of the row `l`'s person; null for families.
    """
    return f"""
        with asked as materialized (
          select code, age_from, age_to, sex from fold_attribute where unit = '{unit}' order by sort),
        laid as (
          select key, person_id, starts, event_area_key, home_area_key, hub.overlaid(given) over laid as given,
                 hub.overlaid((select jsonb_object_agg(k, source_id) from jsonb_object_keys(given) k)) over laid
                     as stated_by,
                 row_number() over (partition by key, starts
                     order by rank, edition collate "C" desc, {_BY_KEY}) as place
          from {claims}
          window laid as (partition by key order by starts, rank desc, edition collate "C", {_RISING}
                          rows unbounded preceding)),
        whole as (
          select l.*, (select max(vocabulary) from fold_attribute) as vocabulary, a.expected, a.missing
          -- Once a state, for it is looked at by each attribute.
          from (select l.*, b.sex, {_AGE} as age from laid l left join lateral ({about}) b on true
                where l.place = 1 offset 0) l
          cross join lateral (
            select count(*) filter (where {_ASKED}) as expected,
                   coalesce(array_agg(a.code) filter (where {_ASKED} and not l.given ? a.code), '{{}}') as missing
            from asked a) a),
        changed as (
          select *, (given, stated_by, missing, expected) is distinct from
                    lag((given, stated_by, missing, expected)) over (partition by key order by starts) as changes
          from whole)
        select key, person_id, vocabulary, given, stated_by, missing, expected::smallint, event_area_key, home_area_key,
               daterange(nullif(starts, '-infinity'), lead(starts) over (partition by key order by starts)) as valid
        from changed where changes
    """


ABOUT_PERSON = """
    select p.birth_date, p.sex from person_state p
    where p.person_id = l.person_id and upper_inf(p.recorded)
    order by lower(p.valid) desc nulls last limit 1
"""
ABOUT_NOBODY = "select null::date as birth_date, null::text as sex"
_SAID = "vocabulary, given, stated_by, missing, expected, valid, event_area_key, home_area_key"
PERSONS = (
    f"select key as person_id, {_SAID} from ({states('fold_person_attribute', 'person', ABOUT_PERSON)}) s"
)
FAMILY_STATES = f"""
    select key as family_key, case when key ~ '^[0-9]{{16}}$' then key end as no_kk, person_id, {_SAID}
    from ({states("fold_family_attribute", "family", ABOUT_NOBODY)}) s
"""


async def fold_attributes(fold: Fold, attributes: AttributeSet, *, stated: bool = True) -> None:
    """Folds the attributes of the persons in `fold_touched` and of the families of which `fold_record` speaks.

    Args:
        fold: After the persons were folded: whom an attribute is asked of depends on birth date and sex.
        attributes: The set in force; without one nothing is folded.
        stated: Whether the run's records state attributes; else only whom it gave another birth date or sex is
            looked at.
    """
    if not attributes.attributes:
        return
    await fold.make("fold_asked", "select person_id from fold_touched" if stated else RESTATED)
    if not stated and not (await fold.script.ask(SOME_ASKED)).scalar_one():
        return
    await _make_set(fold, attributes)
    await fold.make("fold_person_attribute", OF_PERSONS)
    await fold.make("wanted_person_attributes", PERSONS)
    await fold.write(person_attributes, "wanted_person_attributes", "fold_asked")
    await fold.make("fold_family", FAMILIES)
    await fold.make("fold_family_attribute", OF_FAMILIES)
    await fold.make("wanted_family_attributes", FAMILY_STATES)
    await fold.write(family_attributes, "wanted_family_attributes", "fold_family", "family_key")


async def _make_set(fold: Fold, attributes: AttributeSet) -> None:
    """Makes `fold_attribute`: the set in its order, with whom each attribute is asked of."""
    await fold.script.ask(CREATE_SET)
    rows = [
        {
            "vocabulary": attributes.vocabulary,
            "code": one.code,
            "unit": one.unit,
            "sort": sort,
            "age_from": one.applies.age_from,
            "age_to": one.applies.age_to,
            "sex": one.applies.sex,
        }
        for sort, one in enumerate(attributes.attributes)
    ]
    await fold.script.connection.execute(FILL_SET, rows)
