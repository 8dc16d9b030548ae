"""From the hub's mentions to candidates: read once as a set, scored in DuckDB, written back as a set.

Names and numbers lie in a directory of the run alone, which is deleted at its end; what is written back are verdicts.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.identity.candidates import COLUMNS, Search, propose, stage
from hub.identity.linkage.detectors import DETECTORS, detect
from hub.identity.linkage.engine import COPIED, opened
from hub.identity.linkage.model import Model
from hub.identity.linkage.persons import DOUBTFUL, PROBABLE, evidence, judge
from hub.identity.linkage.touched import SILENT, touch
from hub.store.copying import copy_csv, copy_out
from hub.store.sql import AsyncConnection, text
from hub.toolkit.scratch import scratch

BATCH = 50_000
KINDS = (PROBABLE, DOUBTFUL, *DETECTORS)

# What every record that stands says of whom, with the person that it stands for now; whether the population register
# confirmed the number (4), or graded it less than well-formed (3) under this name.
MENTIONS = """
    select c.mention_id, m.person_id, s.code as source, c.name, c.birth_date, c.sex, coalesce(c.nik, c.nik_raw) as nik,
           coalesce(c.no_kk, c.no_kk_raw) as no_kk, c.mother_name, c.area_key, c.address, c.birth_place,
           t.person_id is not null as touched, c.nik_grade = 4 as confirmed, v.nik is not null as refused
    from hub.claim_person c
    join hub.source_record r on r.id = c.record_id and upper_inf(r.recorded)
    join hub.cluster_member m on m.mention_id = c.mention_id and upper_inf(m.recorded)
    join hub.source s on s.id = c.source_id
    left join pg_temp.linkage_touched t on t.person_id = m.person_id
    left join (
      select distinct d.nik, d.name_key from hub.source o
      join hub.claim_person d on d.source_id = o.id and d.nik is not null and d.nik_grade < 3
      join hub.source_record w on w.id = d.record_id and upper_inf(w.recorded)
      where o.family = 'population') v on v.nik = c.nik and v.name_key = c.name_key
"""
TAKEN = """
    create or replace table mention as
    select * exclude (source, confirmed) replace ({touched} as touched),
           source in ({registers}) or confirmed as anchored, false as exchanged
    from read_csv(?, {copied}, types = {{'mention_id': 'bigint', 'person_id': 'bigint', 'touched': 'boolean',
                                              'confirmed': 'boolean', 'refused': 'boolean'}})
"""
# Pairs of mentions with detector, score and verdicts, for whom this run looked at.
PROPOSED = """
    select a, b, kind, score, {evidence} as evidence from (
      select a, b, kind, score, {verdicts} from judged
      union all by name select a, b, kind, score, {verdicts} from detected)
    where cast(a as bigint) in (from looked_mention) or cast(b as bigint) in (from looked_mention)
"""
LOOKED = """
    create or replace table looked_mention as
    select mention_id from mention where person_id in (select person_id from looked_at)
"""
STAGE_LOOKED = "create temp table stage_looked (mention_id bigint) on commit drop"


@dataclass
class Proposals:
    """What a run over the hub's persons did.

    Args:
        mentions: Read.
        persons: Looked at.
        pairs: Proposed, by detector.
        opened: Candidates opened.
        closed: Candidates closed, for they are found no longer or otherwise.
        weights: Pairs by whole match weight (log2 of the odds).
    """

    mentions: int = 0
    persons: int = 0
    pairs: dict[str, int] = field(default_factory=dict)
    opened: int = 0
    closed: int = 0
    weights: dict[str, int] = field(default_factory=dict)


async def propose_candidates(
    connection: AsyncConnection,
    model: Model,
    at: datetime,
    since: datetime | None = None,
    memory: str = "4GB",
) -> Proposals:
    """Makes the candidates those of the model and the detectors, for whoever was touched since, or for everybody.

    Args:
        connection: In a transaction as the writing role, with the lock of syncs.
        model: The hub's; it has to be trained.
        at: Instant of recording, UTC.
        since: Instant from which on to look, inclusive; None: at everybody.
        memory: Of DuckDB; more goes to disk.
    """
    done = Proposals()
    with scratch() as folder, opened(memory) as engine:
        path = Path(folder) / "mentions.csv"
        await touch(connection, since)
        done.mentions = await copy_out(connection, MENTIONS, str(path))
        await asyncio.to_thread(_score, engine, model, path, since)
        path.unlink()
        looked = None if since is None else await _looked(connection, engine)
        await _write(connection, engine, Search(list(KINDS), looked_at=looked, model=model.edition), at, done)
    return done


async def train(connection: AsyncConnection, model: Model, memory: str = "4GB") -> dict[str, Any]:
    """The parameters of the model, learnt from the hub's persons without labels; see `Model.trained`."""
    untrained = model.model_copy(update={"trained": None})
    with scratch() as folder, opened(memory) as engine:
        path = Path(folder) / "mentions.csv"
        await touch(connection, None)
        await copy_out(connection, MENTIONS, str(path))
        learnt = await asyncio.to_thread(_learn, engine, untrained, path)
    return learnt.trained or {}


def _learn(engine: Any, model: Model, path: Path) -> Model:
    _take(engine, model, path, None)
    return judge(engine, model)


def _score(engine: Any, model: Model, path: Path, since: datetime | None) -> None:
    """Makes `judged`, `detected` and `looked_mention` of the mentions in a file."""
    _take(engine, model, path, since)
    trained = judge(engine, model)
    detect(engine, trained)
    names, told = ", ".join(each.name for each in model.compare), evidence(model)
    engine.execute(LOOKED)
    engine.execute(f"create or replace table proposed as {PROPOSED.format(evidence=told, verdicts=names)}")


def _take(engine: Any, model: Model, path: Path, since: datetime | None) -> None:
    registers = ", ".join(f"'{code}'" for code in model.registers) or "null"
    touched = "true" if since is None else "touched"
    engine.execute(
        TAKEN.replace("?", "$path").format(registers=registers, touched=touched, copied=COPIED),
        {"path": str(path)},
    )


async def _write(
    connection: AsyncConnection, engine: Any, search: Search, at: datetime, done: Proposals
) -> None:
    relation = await _staged(connection, engine)
    done.opened, done.closed = await propose(connection, relation, search, at)
    done.persons = engine.execute("select count(*) from looked_at").fetchall()[0][0]
    done.pairs = dict(engine.execute("select kind, count(*) from proposed group by 1 order by 1").fetchall())
    weights = engine.execute("select cast(floor(weight) as int), count(*) from best group by 1 order by 1")
    done.weights = {str(weight): count for weight, count in weights.fetchall()}


async def _staged(connection: AsyncConnection, engine: Any) -> str:
    """Copies the proposals to the candidates' stage, a batch at a time."""
    relation = await stage(connection, b"")
    found = engine.cursor().execute(f"select {', '.join(('a', 'b', *COLUMNS[2:]))} from proposed")
    while rows := found.fetchmany(BATCH):
        lines = [f"{a},{b},{kind},{score!r},{_quoted(told)}" for a, b, kind, score, told in rows]
        await stage(connection, "\n".join(lines).encode())
    return relation


async def _looked(connection: AsyncConnection, engine: Any) -> str:
    """Copies the mentions of whom the run looked at to a table of the transaction; returns its name.

    Mentions of which no record speaks any longer are among them, so that no candidate goes on naming one.
    """
    await connection.execute(text(STAGE_LOOKED))
    found = engine.cursor().execute("select mention_id from looked_mention")
    while rows := found.fetchmany(BATCH):
        lines = "\n".join(str(row[0]) for row in rows)
        await copy_csv(connection, "stage_looked", ("mention_id",), lines.encode())
    await connection.execute(text(f"insert into stage_looked {SILENT}"))
    return "stage_looked"


def _quoted(told: str) -> str:
    return '"' + told.replace('"', '""') + '"'
