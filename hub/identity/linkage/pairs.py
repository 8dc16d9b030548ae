"""`dedupe` and `link`: any frame by a model of one's own, without a database of the hub."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from hub.identity.linkage.engine import duckdb_api, linker_of, opened, prepare, scored
from hub.identity.linkage.learning import parameters
from hub.identity.linkage.levels import verdicts
from hub.identity.linkage.model import Model

BATCH = 50_000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records and what speaks for their being of one.

    Attributes:
        a: Id of one record.
        b: Id of the other; of the second frame in a link, greater than `a` as text in a deduplication.
        score: Probability that both are of one, 0 to 1.
        weight: Its log2 odds.
        decision: `link`, `review` or `leave`, by the costs of the model.
        evidence: Verdict by comparison; a comparison without a value on either side has none.
    """

    a: str
    b: str
    score: float
    weight: float
    decision: str
    evidence: dict[str, str]


class Linked:
    """What a linkage found, in the database that it was found in.

    Args:
        connection: Of that database.
        model: That scored, with its parameters.
    """

    def __init__(self, connection: Any, model: Model) -> None:
        self.connection = connection
        self.model = model

    def pairs(self, decision: str | None = None) -> Iterator[Pair]:
        """Pairs from the likeliest on, some thousand at once; those of one decision where it is named."""
        names = list(verdicts(self.model))
        asked = "true" if decision is None else "decision = ?"
        found = self.connection.cursor().execute(
            f"select a, b, probability, weight, decision, {', '.join(names)} from decided where {asked}"
            " order by weight desc, a, b",
            [] if decision is None else [decision],
        )
        while rows := found.fetchmany(BATCH):
            for a, b, score, weight, decided, *told in rows:
                evidence = {name: verdict for name, verdict in zip(names, told, strict=True) if verdict}
                yield Pair(a, b, score, weight, decided, evidence)

    def links(self) -> set[tuple[str, str]]:
        """The pairs that are linked, directly or through others where the model is closed."""
        table = "closure" if self.model.closed else "decided where decision = 'link'"
        return set(self.connection.cursor().execute(f"select a, b from {table}").fetchall())


@contextmanager
def dedupe(frame: object, model: Model, memory: str = "4GB") -> Iterator[Linked]:
    """Finds the records of one frame that are of one person.

    Args:
        frame: Path to CSV or Parquet, or an Arrow, Polars or pandas frame.
        model: Trained beforehand or not.
        memory: Of DuckDB; more goes to disk.

    Raises:
        InputError: `bad_frame`.
    """
    with _found([frame], model, memory) as found:
        yield found


@contextmanager
def link(left: object, right: object, model: Model, memory: str = "4GB") -> Iterator[Linked]:
    """Finds the records of two frames that are of one person; see `dedupe`."""
    with _found([left, right], model, memory) as found:
        yield found


@contextmanager
def _found(frames: Sequence[object], model: Model, memory: str) -> Iterator[Linked]:
    with opened(memory) as connection:
        tables = prepare(connection, model, frames)
        linker = linker_of(duckdb_api(connection), tables, model)
        trained = model if model.trained else model.model_copy(update={"trained": parameters(linker, model)})
        scored(connection, linker, trained)
        decide(connection, trained)
        if model.closed:
            close(connection, link=len(frames) > 1)
        yield Linked(connection, trained)


def decide(connection: Any, model: Model) -> None:
    """Makes `decided` of `scored`: each pair with the decision that costs least."""
    connection.execute(
        f"""
        create or replace table decided as
        select *, case when probability >= {model.costs.link} then 'link' when probability >= {model.costs.look}
                       then 'review' else 'leave' end as decision
        from scored
        """
    )


def close(connection: Any, link: bool) -> None:
    """Makes `closure`: all pairs of the clusters under the links; across the two frames alone in a link.

    Ids spread over the links until nobody changes: as many rounds as the longest chain, each one set.
    """
    one, other = ("'l' || a", "'r' || b") if link else ("'l' || a", "'l' || b")
    connection.execute(
        f"""
        create or replace table way as
        select {one} as a, {other} as b from decided where decision = 'link'
        union select {other}, {one} from decided where decision = 'link'
        """
    )
    connection.execute("create or replace table member as select distinct a as id, a as cluster from way")
    while True:
        connection.execute(
            """
            create or replace table spread as
            select m.id, least(m.cluster, min(n.cluster)) as cluster
            from member m join way w on w.a = m.id join member n on n.id = w.b group by m.id, m.cluster
            """
        )
        moved = connection.execute(
            "select count(*) from spread s join member m on m.id = s.id where s.cluster <> m.cluster"
        ).fetchall()[0][0]
        connection.execute("create or replace table member as select * from spread")
        if not moved:
            break
    side = "l.id[1] = 'l' and r.id[1] = 'r'" if link else "l.id < r.id"
    connection.execute(
        f"""
        create or replace table closure as
        select l.id[2:] as a, r.id[2:] as b from member l join member r on l.cluster = r.cluster and {side}
        """
    )
