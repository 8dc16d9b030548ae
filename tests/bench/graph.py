"""A golden graph put straight into the tables: 1.5 enrollments and 6 payments for every person.

The persons live all over Jawa Tengah, a desa holding the families of a stretch of numbers, so that a regency is a
small part of every table.
"""

from pathlib import Path
from time import perf_counter

import polars as pl
from sqlalchemy import text

from hub.store.copying import copy_csv
from hub.store.database import Database
from hub.store.roles import Role
from tests.bench.lines import note
from tests.bench.place import Place, stamp
from tests.bench.register import FAMILY, people

PROVINCE = "33"
COLUMNS = ("i", "family", "area", "nik", "name", "kk", "born", "woman")
SOURCE = """
    create temp table made
        (i bigint, family bigint, area bigint, nik text, name text, kk text, born date, woman int)
"""
OPEN = "daterange(null, null), tstzrange('2026-10-05 02:00+00', null), area, area"
PERSONS = """
    insert into person_state (person_id, uid, nik, nik_grade, name, name_key, birth_date, birth_place,
      sex, mother_name,
        no_kk, relation, marital, religion, education, occupation, address, rt, rw, area_key, vital,
          stated_by,
        valid, recorded, event_area_key, home_area_key)
    select i + 1, md5('person' || i)::uuid, nik, 3, name, name, born, 'JEPARA',
      case woman when 1 then 'P' else 'L' end,
        'SITI SUGIARTI', kk, (array['1', '3', '4'])[1 + i % 3], '2', '1', '3', '9',
          'DUKUH KRAJAN NO. ' || family % 97,
        '001', '002', area, 'hidup', array_fill(1::smallint, array[19]), {open}
    from made order by i
"""
CARDS = """
    insert into family_card (card_id, uid, no_kk, person_id, valid, recorded, event_area_key, home_area_key)
    select family + 1, md5('card' || family)::uuid, kk, i + 1, {open} from made where i % 3 = 0 order by i
"""
MEMBERS = """
    insert into membership (card_id, person_id, relation, source_id, valid, recorded, event_area_key,
      home_area_key)
    select family + 1, i + 1, (array['1', '3', '4'])[1 + i % 3], 1, {open} from made order by i
"""
HOUSEHOLDS = """
    insert into household (household_id, uid, basis, dwelling, address, rt, rw, person_id, valid, recorded,
        event_area_key, home_area_key)
    select family + 1, md5('house' || family)::uuid, 'address', 'k|' || kk, 'DUKUH KRAJAN', '001', '002',
      i + 1, {open}
    from made where i % 3 = 0 order by i
"""
DWELLERS = """
    insert into household_member (household_id, person_id, valid, recorded, event_area_key, home_area_key)
    select family + 1, i + 1, {open} from made order by i
"""
ENROLLMENTS = """
    insert into enrollment (enrollment_id, uid, person_id, program_id, role, no_kk, status, source_id,
      record_id,
        valid, recorded, event_area_key, home_area_key)
    select 2 * i + e, md5('enrollment' || 2 * i + e)::uuid, i + 1,
      p.ids[1 + (i + e) % cardinality(p.ids)], 'member', kk,
        'active', 3, i + 1, daterange(date '2024-01-01' + (e::int * 90), null),
          tstzrange('2026-10-05 02:00+00', null),
        area, area
    from made cross join generate_series(1, 2) e
    cross join (select array_agg(id order by id) as ids from program) p
    where e = 1 or i % 2 = 0 order by i, e
"""
# Quarter after quarter, as lists come: the payments of one person lie far apart.
PAYMENTS = """
    insert into benefit (benefit_id, uid, enrollment_id, entry_id, person_id, program_id, kind,
      amount_idr, amount_basis,
        period, status, paid_on, source_id, record_id, recorded, event_area_key, home_area_key)
    select q * 10000000 + e.enrollment_id, md5('benefit' || q || '.' || e.enrollment_id)::uuid,
      e.enrollment_id,
        e.record_id, e.person_id, e.program_id, 'money', 225000 + 1000 * q, 'table',
        daterange((date '2025-10-01' + q * interval '3 months')::date,
          (date '2026-01-01' + q * interval '3 months')::date),
        'paid', (date '2025-10-20' + q * interval '3 months')::date, 3, e.record_id,
        tstzrange('2026-10-05 02:00+00', null), e.event_area_key, e.home_area_key
    from enrollment e cross join generate_series(0, 3) q order by q, e.enrollment_id
"""
RECORDS = """
    insert into source_record (id, entry_id, source_id, record_key, occurrence, version, scope,
      layout_id, payload,
        content_hash, file_id, row_no, run_id, recorded, person_id, event_area_key, home_area_key)
    select i + 1, i + 1, 1, nik, 1, 1, '', 1, '["' || nik || '", "' || name || '"]', md5(nik)::uuid, 1,
      i + 1, 1,
        tstzrange('2026-10-05 02:00+00', null), i + 1, area, area from made order by i
"""
CLAIMS = """
    insert into claim_person (record_id, mention_id, source_id, person_id, nik, nik_grade, name,
      name_key, birth_date, sex,
        no_kk, no_kk_grade, address, area_key, vital, event_area_key, home_area_key)
    select i + 1, (i + 1) * 16, 1, i + 1, nik, 3, name, name, born,
      case woman when 1 then 'P' else 'L' end, kk, 3,
        'DUKUH KRAJAN', area, 'hidup', area, area from made order by i
"""
# Those of constraints stay: they can't be dropped alone.
INDICES = """
    select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i
    join pg_class c on c.oid = i.indexrelid and c.relnamespace = 'hub'::regnamespace
    where not exists (select from pg_constraint k where k.conindid = i.indexrelid) order by 1
"""
STEPS = (
    PERSONS, CARDS, MEMBERS, HOUSEHOLDS, DWELLERS, ENROLLMENTS, PAYMENTS, RECORDS, CLAIMS,
)  # fmt: skip


async def graph_of(place: Place, persons: int) -> Database:
    """The database with a graph of so many persons; made when it isn't there."""
    name = f"bench_graph_{persons}_{stamp()}"
    if not await place.has(name):
        started = perf_counter()
        draft = f"{name}_draft"
        await _fill(await place.empty(draft), place, persons)
        await place.say(f'alter database "{draft}" rename to "{name}"')
        note(f"built a graph of {persons} persons in {perf_counter() - started:.1f} s")
    return place.named(name)


async def _fill(database: Database, place: Place, persons: int) -> None:
    """The rows first and the indices over them afterwards, which takes less time."""
    rows = _settled(place.settings.config_dir, persons).write_csv(include_header=False).encode()
    async with database.administer() as connection:
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        indices = [tuple(row) for row in await plain.execute(text(INDICES))]
        for name, _ in indices:
            await plain.execute(text(f"drop index {name}"))
        async with database.connect(Role.INGEST) as writer:
            await writer.execute(text(SOURCE))
            await copy_csv(writer, "made", COLUMNS, rows)
            for step in STEPS:
                await writer.execute(text(step.replace("{open}", OPEN)))
            await writer.commit()
        for _, definition in indices:
            await plain.execute(text(definition))
        await plain.execute(text("vacuum (analyze)"))


def _settled(config: Path, persons: int) -> pl.DataFrame:
    """The columns of `made`: the population, each family in its desa."""
    read = pl.read_csv(config / "reference" / "wilayah.csv.gz", infer_schema=False)
    desa = (
        read.filter(pl.col("code").str.starts_with(f"{PROVINCE}.") & (pl.col("level") == "4"))
        .select(area=pl.col("code").str.replace_all(".", "", literal=True).cast(pl.Int64))
        .sort("area")
    )
    families = -(-persons // FAMILY)
    home = (pl.col("family") * desa.height // families).cast(pl.UInt32)
    found = people(config, persons).with_columns(home=home).join(desa.with_row_index("home"), on="home")
    return found.sort("i").select("i", "family", "area", "nik", "name", "kk", "born", "woman")
