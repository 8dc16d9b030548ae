"""From a filled stage to the graph: versions, persons, landing, fold; in the run's one transaction."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_bytes
from time import perf_counter
from typing import TypeVar

from hub.domain.clock import day_of
from hub.graph.fold import EVERY_KIND, fold_run
from hub.graph.timeline import Fold
from hub.identity.exact import link
from hub.ingest.landing import CLAIMED, kinds_of_run, land, land_refusals
from hub.ingest.relayed import relay
from hub.ingest.versions import settle_versions
from hub.registry.attributes import NO_ATTRIBUTES, AttributeSet
from hub.store.indices import put_back, set_aside
from hub.store.script import FEW, Script, Value
from hub.store.sql import AsyncConnection, text
from hub.store.tables import claims, graph, identity, provenance
from hub.workflow.judged_cases import tell_cases

Answer = TypeVar("Answer")

MANY_ROWS = 1000
"""A run that stores as many rows makes the planner count again before it folds."""

BARE_FROM = 20_000
"""From so many rows on, a first load into an empty hub sets the indices aside."""

FEW_ROWS = f"select count(*) <= {FEW} from (select from stage_row limit {FEW + 1}) r"
NEWS = "select (select count(*) from stage_version) + (select count(*) from stage_closing)"
BESIDE_CLAIMS = (provenance.source_record, identity.person, identity.cluster_member)
"""Tables that are written before the fold, beside the claims."""

FOLDED = (graph.person_state, graph.membership, graph.family_card, graph.household_member)
"""Golden tables of every register, each written by the timeline alone before another step looks into it."""

GROWING = (
    *claims.CLAIMS,
    *BESIDE_CLAIMS,
    *(graph.person_state, graph.family_card, graph.membership, graph.household, graph.household_member),
    *(graph.enrollment, graph.benefit, graph.benefit_event, graph.status, graph.score),
    *(graph.person_attributes, graph.family_attributes, graph.social_group, graph.group_member),
    *(graph.institution, graph.observation),
)
# Of the tables that grew by more than a fifth since they were counted.
# Never an empty one: the planner takes its word for it and, while the fold fills the table, reads it whole again
# for every row.
STATISTICS = text(
    """
    select hub.refresh_statistics(array(
        select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'hub' and c.relname = any(:names)
          and pg_relation_size(c.oid) > 1.2 * greatest(c.relpages, 0) * 8192))
    """
)


@dataclass(frozen=True)
class RunOrder:
    """What one run is: ids, the instant that all its rows bear, and how its list is to be read.

    Args:
        source_id: The source.
        run_id: The run.
        at: Instant of recording, UTC.
        full_list: A record that is missing from the list is closed.
        known: The source has stored records before.
        survivorship: Source ids by field, for the fields with an order of their own.
        attributes: The set of welfare attributes in force.
        relays: The source is another hub.
    """

    source_id: int
    run_id: int
    at: datetime
    full_list: bool
    known: bool
    survivorship: Mapping[str, Sequence[int]] = field(default_factory=dict)
    attributes: AttributeSet = NO_ATTRIBUTES
    relays: bool = False


@dataclass
class Timings:
    """Seconds by stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    async def of(self, stage: str, work: Awaitable[Answer]) -> Answer:
        """Awaits the work and adds its seconds to the stage."""
        started = perf_counter()
        try:
            return await work
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + perf_counter() - started

    def rounded(self) -> dict[str, float]:
        """The same to the millisecond."""
        return {name: round(value, 3) for name, value in self.seconds.items()}


async def absorb(connection: AsyncConnection, order: RunOrder, timings: Timings) -> dict[str, int]:
    """Lands the stage and folds what it touched; returns the run's counts with `persons` touched.

    A run that says nothing new ends early: a feed that is asked every few minutes seldom has anything to tell.
    """
    given: dict[str, Value] = {"source": order.source_id, "run": order.run_id, "at": order.at}
    script = Script(connection, given | {"today": day_of(order.at), "secret": token_bytes(32)})
    news = await timings.of("versions", _settle(script, order))
    if not news:
        refusals = await timings.of("land", land_refusals(script, order.full_list))
        await script.gather(few=False)
        return refusals | {"persons": 0}
    await script.gather(few=news <= FEW)
    if order.relays:
        await timings.of("versions", relay(script))
    aside = await timings.of("link", _set_aside(connection, order, news))
    parted = await timings.of("link", link(script, order.known))
    counts = await timings.of("land", land(script, order.full_list, indexed=not aside))
    if aside:
        await timings.of("land", _put_back(connection, aside, aside - {table.name for table in FOLDED}))
    if counts["stored"] >= MANY_ROWS:
        await timings.of("statistics", _count_again(connection))
    fold = Fold(script, aside, kin=parted)
    kinds = EVERY_KIND if parted else await kinds_of_run(script)
    counts["persons"] = await timings.of("fold", fold_run(fold, order.survivorship, order.attributes, kinds))
    if parted:
        await tell_cases(connection, order.at)
    if aside:
        await timings.of("fold", _put_back(connection, aside, set(aside)))
    return counts


async def _settle(script: Script, order: RunOrder) -> int:
    """Settles the versions; returns how many records are new or gone."""
    few = bool((await script.ask(FEW_ROWS)).scalar_one())
    await script.gather(few)
    await settle_versions(script, order.full_list, order.known)
    return int((await script.ask(NEWS)).scalar_one())


async def _set_aside(connection: AsyncConnection, order: RunOrder, news: int) -> set[str]:
    """The tables whose indices wait for their rows: none but where a large first load finds the hub empty."""
    if order.known or news < BARE_FROM:
        return set()
    claimed = set((await connection.execute(text(CLAIMED))).scalars())
    return await set_aside(connection, claimed | {table.name for table in (*BESIDE_CLAIMS, *FOLDED)})


async def _put_back(connection: AsyncConnection, aside: set[str], names: set[str]) -> None:
    """Makes the indices of some tables again; takes them out of those set aside."""
    if found := aside & names:
        await put_back(connection, found)
        aside -= found


async def _count_again(connection: AsyncConnection) -> None:
    """Fresh statistics where so many new rows change what the planner should know."""
    await connection.execute(STATISTICS, {"names": [table.name for table in GROWING]})
