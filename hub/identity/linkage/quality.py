"""How well persons are told apart: stages counted, scores as a histogram, precision and recall against a truth.

Truth is a file of the simulator (source, month, file, row, person, defects) or a labelled sample (mention_a, mention_b,
same). Pairs are counted over mentions of one person; those whose evidence singles out one person of the register are
counted beside all others, by the definition of `SINGLED`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from hub.errors import InputError
from hub.identity.linkage.engine import COPIED, opened
from hub.identity.linkage.model import Model
from hub.identity.linkage.parts import keyed
from hub.identity.linkage.persons import PROBABLE
from hub.store.copying import copy_out
from hub.store.sql import AsyncConnection, text
from hub.toolkit.scratch import scratch

STAGES: Final[Mapping[str, str]] = {
    "mentions_by_method": "select method, count(*) from cluster_member where upper_inf(recorded) group by 1 order by 1",
    "edges": "select judgement || ' by ' || method, count(*) from edge where upper_inf(recorded) group by 1 order by 1",
    "candidates": """
        select kind || case when dismissed is null then ', waiting' else ', dismissed' end, count(*)
        from candidate where upper_inf(recorded) group by 1 order by 1
    """,
    "persons": "select 'persons', count(distinct person_id) from cluster_member where upper_inf(recorded)",
}
# Log2 of the odds, two a bar.
WEIGHTS = text(
    """
    select kind, cast(2 * floor(log(2.0, (greatest(score, 1e-9) / greatest(1 - score, 1e-9))::numeric) / 2) as int),
           count(*)
    from candidate where upper_inf(recorded) and kind in ('probable', 'doubtful') group by 1, 2 order by 1, 2
    """
)
ROWS = """
    select c.mention_id, m.person_id, s.code as source, f.name as file, r.row_no as row, c.name, c.birth_date, c.nik,
           c.no_kk, c.area_key
    from hub.claim_person c
    join hub.source_record r on r.id = c.record_id and upper_inf(r.recorded)
    join hub.cluster_member m on m.mention_id = c.mention_id and upper_inf(m.recorded)
    join hub.source s on s.id = c.source_id
    left join hub.source_file f on f.id = r.file_id
    where c.mention_id % 16 = 0
"""
LINKS = "select mention_a, mention_b, kind, score from hub.candidate where upper_inf(recorded) and dismissed is null"
#: Names that the hub gives to listings, by those of the simulator.
LISTING = "case file when 'dapodik/peserta-didik' then 'dapodik' when 'pip/penerima' then 'pip' else file end"
_TYPES = "{'mention_id': 'bigint', 'person_id': 'bigint', 'row': 'bigint'}"
_LINK = "{'mention_a': 'bigint', 'mention_b': 'bigint', 'score': 'double'}"
FIELDS: Final = ("key", "birth_date", "nik", "no_kk", "area_key", "born", "ends")
"""What of a row may agree with the register's row of the true person; `born` and `ends` are parts of the NIK."""


async def stages(connection: AsyncConnection) -> dict[str, Any]:
    """Counts by stage, and candidates by whole match weight."""
    told: dict[str, Any] = {
        name: {str(key): count for key, count in await connection.execute(text(query))}
        for name, query in STAGES.items()
    }
    weights: dict[str, dict[str, int]] = {}
    for kind, weight, count in await connection.execute(WEIGHTS):
        weights.setdefault(kind, {})[str(weight)] = count
    return told | {"match_weights": weights}


async def against(connection: AsyncConnection, truth: Path, model: Model, month: int = 1) -> dict[str, Any]:
    """Precision and recall of who stands for whom now, and of the links that the model would make by itself.

    Raises:
        InputError: `bad_truth`.
    """
    if not truth.is_file():  # noqa: ASYNC240 - one look at a local file
        raise InputError("bad_truth", f"there is no file {truth}")
    with scratch() as folder, opened() as engine:
        rows, links = Path(folder) / "rows.csv", Path(folder) / "links.csv"
        await copy_out(connection, ROWS, str(rows))
        await copy_out(connection, LINKS, str(links))
        engine.execute(
            f"create table mention as select * from read_csv(?, {COPIED}, types = {_TYPES})", [str(rows)]
        )
        engine.execute(
            f"create table link as select * from read_csv(?, {COPIED}, types = {_LINK})", [str(links)]
        )
        engine.execute("create table given as select * from read_csv(?, all_varchar = true)", [str(truth)])
        columns = {row[0] for row in engine.execute("describe given").fetchall()}
        if {"mention_a", "mention_b", "same"} <= columns:
            return _labelled(engine, model)
        if not {"source", "month", "file", "row", "person", "defects"} <= columns:
            raise InputError(
                "bad_truth", "the file is neither a truth of the simulator nor a labelled sample"
            )
        return measured(engine, model, month)


def measured(engine: Any, model: Model, month: int = 1) -> dict[str, Any]:
    """Measures `mention` and `link` against `given`, the truth of the simulator."""
    for statement in keyed("mention", "name", "named"):
        engine.execute(statement)
    engine.execute(
        f"""
        create or replace table told as
        select m.* exclude (name), replace(n.key, ' ', '') as key, cast(m.nik as varchar)[1:12] as born,
               cast(m.nik as varchar)[1:6] || cast(m.nik as varchar)[13:16] as ends, g.person as truth,
               coalesce(g.defects, '') as defects
        from mention m left join named n on n.text = m.name
        join (select *, {LISTING} as listed from given where month = '{int(month)}') g
          on g.source = m.source and g.listed = m.file and cast(g.row as bigint) = m.row
        """
    )
    _single_out(engine, model)
    cluster(engine, model)
    scopes = {"all": "true", "singled_out": "single"}
    return {
        "mentions": _one(engine, "select count(*) from told"),
        "singled_out_mentions": _one(engine, "select count(*) from told join single using (mention_id)"),
        **{
            stage: {scope: _pairs(engine, column, condition) for scope, condition in scopes.items()}
            for stage, column in (("now", "person_id"), ("with_links", "cluster"))
        },
        "recall_by_defect": _by_defect(engine),
    }


def _one(engine: Any, query: str) -> Any:
    return engine.execute(query).fetchall()[0][0]


def _single_out(engine: Any, model: Model) -> None:
    """Makes `single`: mentions whose agreements with the register's row of their true person fit nobody else's row.

    A name alone singles nobody out, however rare it is.
    """
    registers = ", ".join(f"'{code}'" for code in model.registers)
    values = ", ".join(f"any_value({name}) as {name}" for name in FIELDS)
    engine.execute(
        f"""
        create or replace table known as select truth, min(mention_id) as home, {values}
        from told where source in ({registers}) group by 1
        """
    )
    agree = ", ".join(f"coalesce(t.{name} = k.{name}, false) as has_{name}" for name in FIELDS)
    engine.execute(
        f"create or replace table agreed as select t.mention_id, truth, {agree} from told t join known k using (truth)"
    )
    engine.execute("create or replace table single (mention_id bigint)")
    patterns = engine.execute(
        f"select distinct {', '.join(f'has_{name}' for name in FIELDS)} from agreed"
    ).fetchall()
    for pattern in patterns:
        held = [name for name, has in zip(FIELDS, pattern, strict=True) if has]
        if held in ([], ["key"]):
            continue
        shape = " and ".join(f"has_{name} = {has}" for name, has in zip(FIELDS, pattern, strict=True))
        keys = ", ".join(held)
        engine.execute(
            f"insert into single select mention_id from agreed where {shape} and truth in (select truth from known k"
            f" join (select {keys} from known group by {keys} having count(*) = 1) u using ({keys}))"
        )


def cluster(engine: Any, model: Model) -> None:
    """Makes `clustered`: every row of `told` with the cluster under the links that reach the model's threshold."""
    engine.execute(
        f"""
        create or replace table way as
        with pair as (
          select a.person_id as a, b.person_id as b from link l join mention a on a.mention_id = l.mention_a
          join mention b on b.mention_id = l.mention_b
          where l.kind = '{PROBABLE}' and l.score >= {model.costs.link})
        select a, b from pair union select b, a from pair
        """
    )
    engine.execute("create or replace table member as select distinct a as id, a as cluster from way")
    while True:
        engine.execute(
            "create or replace table spread as select m.id, least(m.cluster, min(n.cluster)) as cluster"
            " from member m join way w on w.a = m.id join member n on n.id = w.b group by m.id, m.cluster"
        )
        moved = _one(
            engine, "select count(*) from spread s join member m using (id) where s.cluster <> m.cluster"
        )
        engine.execute("create or replace table member as select * from spread")
        if not moved:
            break
    engine.execute(
        "create or replace table clustered as select t.*, coalesce(m.cluster, t.person_id) as cluster,"
        " s.mention_id is not null as single from told t left join member m on m.id = t.person_id"
        " left join single s using (mention_id)"
    )


def _pairs(engine: Any, column: str, condition: str) -> dict[str, Any]:
    """Pairs that are true, made, and both; precision and recall, null where there are none."""
    within = f"select {column} as c, truth, count(*) as n from clustered where {condition} group by 1, 2"
    pairs = "coalesce(cast(sum(n * (n - 1) // 2) as bigint), 0)"
    hit, made, true = engine.execute(
        f"with x as ({within}) select (select {pairs} from x),"
        f" (select {pairs} from (select sum(n) as n from x group by c)),"
        f" (select {pairs} from (select sum(n) as n from x group by truth))"
    ).fetchall()[0]
    return {
        "true_pairs": true,
        "made_pairs": made,
        "false_pairs": made - hit,
        "precision": hit / made if made else None,
        "recall": hit / true if true else None,
    }


def _by_defect(engine: Any) -> dict[str, dict[str, Any]]:
    """By kind of defect: rows that single out their person, and how many of them stand with the register's row."""
    rows = engine.execute(
        """
        with home as (select k.truth, c.cluster from known k join clustered c on c.mention_id = k.home),
        marked as (select *, unnest(case when defects = '' then ['none'] else string_split(defects, '|') end) as kind
                   from clustered)
        select kind, count(*), count(*) filter (where m.cluster = h.cluster)
        from marked m join home h using (truth)
        where single group by 1 order by 2 desc, 1
        """
    ).fetchall()
    return {kind: {"rows": rows, "found": found, "recall": found / rows} for kind, rows, found in rows}


def _labelled(engine: Any, model: Model) -> dict[str, Any]:
    """Precision and recall over the pairs of a labelled sample, `same` being 1 or 0."""
    engine.execute(
        """
        create or replace table told as select mention_id, person_id, cast(person_id as varchar) as truth from mention
        """
    )
    engine.execute("create or replace table single (mention_id bigint)")
    cluster(engine, model)
    told = {}
    for stage, column in (("now", "person_id"), ("with_links", "cluster")):
        hit, made, true = engine.execute(
            f"""
            select count(*) filter (where x.same and x.made), count(*) filter (where x.made),
                   count(*) filter (where x.same)
            from (select g.same in ('1', 'true', 'same') as same, a.{column} = b.{column} as made from given g
                  join clustered a on a.mention_id = cast(g.mention_a as bigint)
                  join clustered b on b.mention_id = cast(g.mention_b as bigint)) x
            """
        ).fetchall()[0]
        told[stage] = {
            "labelled": {
                "true_pairs": true, "made_pairs": made, "false_pairs": made - hit,
                "precision": hit / made if made else None, "recall": hit / true if true else None,
            }
        }  # fmt: skip
    return told
