"""What cubes count: facts and dimensions of the graph as SQL, by the words of `Cube` (hub/registry/datasets.py).

A statement yields counts by block, kecamatan and table, in the order of the blocks. It sees what the hub holds true
now, on the day `:day` (WIB). Persons are those alive whose kecamatan is known; who is withheld from readers is counted
all the same, because no cell that could point at a person is told.
"""

from hub.registry.datasets import Cube, Fact

# The living with their bands: desil as DTSEN's latest rank of the person, else of the family card; 6 to 10 in one.
PEOPLE = """
ranks as materialized (
  select distinct on (r.person_id) r.person_id, r.desil from (
    select c.person_id, c.desil, lower(c.valid) as since, c.edition, 0 as far from hub.score c
    where c.register = 'dtsen' and c.person_id is not null and c.desil is not null and upper_inf(c.recorded)
      and c.valid @> cast(:day as date)
    union all
    select m.person_id, c.desil, lower(c.valid), c.edition, 1 from hub.score c
    join hub.family_card f on f.no_kk = c.unit_number and upper_inf(f.recorded)
    join hub.membership m on m.card_id = f.card_id and upper_inf(m.recorded) and m.valid @> cast(:day as date)
    where c.register = 'dtsen' and c.person_id is null and c.unit = 'family' and c.desil is not null
      and upper_inf(c.recorded) and c.valid @> cast(:day as date)) r
  order by r.person_id, r.far, r.since desc nulls last, r.edition desc, r.desil),
ages as (
  select s.person_id, s.home_area_key / 10000 * 10000 as area, s.sex, s.birth_date,
    date_part('year', age(cast(:day as date), s.birth_date)) as age
  from hub.person_state s
  where upper_inf(s.recorded) and s.valid @> cast(:day as date) and s.home_area_key / 10000 % 100 > 0
    and (s.died_on is null or s.died_on > cast(:day as date))),
people as materialized (
  select a.person_id, min(a.area) as area, min(case when a.sex in ('L', 'P') then a.sex else '_U' end) as jenis_kelamin,
    min(case when a.age < 6 then 'Y0T5' when a.age < 18 then 'Y6T17' when a.age < 60 then 'Y18T59' when a.age >= 60
      then 'Y_GE60' else '_U' end) as kelompok_umur,
    min(case when r.desil <= 5 then r.desil::text when r.desil <= 10 then '6-10' else '_U' end) as desil
  from ages a left join ranks r on r.person_id = a.person_id group by a.person_id)
"""

FACTS: dict[Fact, str] = {
    # Who holds a program on the day: a person once a program.
    "holders": """
select distinct g.code as program, p.* from people p
join hub.enrollment e on e.person_id = p.person_id and upper_inf(e.recorded) and e.valid @> cast(:day as date)
join hub.program g on g.id = e.program_id""",
    # Rupiah paid out in the month of the day, by program and person.
    "payments": """
select g.code as program, p.*, sum(b.amount_idr)::bigint as amount from people p
join hub.benefit b on b.person_id = p.person_id and upper_inf(b.recorded) and b.amount_idr > 0
  and b.paid_on >= date_trunc('month', cast(:day as date)) and b.paid_on <= cast(:day as date)
join hub.program g on g.id = b.program_id
group by g.code, p.person_id, p.area, p.jenis_kelamin, p.kelompok_umur, p.desil""",
    # Who was of a type in the year of the day; codes of other lists come through the crosswalk, or as their own.
    "statuses": """
select distinct to_char(cast(:day as date), 'YYYY') as tahun,
  case u.scheme when 'pmks' then u.code
    else regexp_replace(u.scheme || '_' || u.code, '[^A-Za-z0-9_@$-]', '_', 'g') end as jenis, p.* from people p
join hub.status u on u.person_id = p.person_id and u.scheme in ('pmks', 'pmks_lain') and upper_inf(u.recorded)
  and u.valid && daterange(date_trunc('year', cast(:day as date))::date,
    (date_trunc('year', cast(:day as date)) + interval '1 year')::date)""",
    "institutions": """
select i.kind as jenis, i.institution_id as person_id, i.event_area_key / 10000 * 10000 as area from hub.institution i
where upper_inf(i.recorded) and i.valid @> cast(:day as date) and i.event_area_key / 10000 % 100 > 0""",
    # The latest answer of the verification service on each person; who was never asked about counts as such.
    "verification": """
select p.*, coalesce(v.code, '_N') as hasil from people p left join lateral (
  select u.code from hub.status u where u.person_id = p.person_id and u.scheme = 'verifikasi' and upper_inf(u.recorded)
  and u.valid @> cast(:day as date) order by lower(u.valid) desc nulls last, u.code limit 1) v on true""",
}


def statement(cube: Cube) -> str:
    """The counts of a cube: a row a block, kecamatan and cell, with the number of its table (-1: totals)."""
    block, further = list(cube.block), list(dict.fromkeys(name for table in cube.tables for name in table))
    sets = [[*block, "area"], *([*block, "area", *table] for table in cube.tables)]
    number = " ".join(
        f"when grouping({', '.join(further)}) = {_mask(further, table)} then {place}"
        for place, table in enumerate(cube.tables)
    )
    place = f"case {number} else -1 end" if further else "-1"
    order = ", ".join([*block, "2", "area"])
    columns = "".join(f", {name}" for name in (*block, *further))
    grouped = ", ".join(f"({', '.join(names)})" for names in sets)
    return (
        f"with {PEOPLE} select area, {place} as place{columns}, count(*) as value from ({FACTS[cube.fact]}) f"
        f" group by grouping sets ({grouped}) order by {order}"
    )


def _mask(further: list[str], table: tuple[str, ...]) -> int:
    """What `grouping` gives where the columns of a table are told: a bit for each that is not, the last one lowest."""
    return sum(1 << place for place, name in enumerate(reversed(further)) if name not in table)
