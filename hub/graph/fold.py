"""The fold: from the claims of the touched persons to the golden graph, in one transaction with the landing."""

from collections.abc import Collection, Mapping, Sequence

from hub.graph.attributes import fold_attributes
from hub.graph.benefits import fold_benefits
from hub.graph.checks import check_touched
from hub.graph.dwellings import fold_dwellings
from hub.graph.enrollments import fold_enrollments, touch_left_out
from hub.graph.families import fold_families
from hub.graph.groups import fold_groups
from hub.graph.homes import move_homes
from hub.graph.households import fold_households
from hub.graph.institutions import fold_institutions
from hub.graph.observations import fold_observations
from hub.graph.persons import fold_persons
from hub.graph.scores import fold_scores
from hub.graph.statuses import fold_statuses
from hub.graph.telling import REVERTED
from hub.graph.timeline import Fold
from hub.registry.attributes import NO_ATTRIBUTES, AttributeSet
from hub.store.script import FEW, Script
from hub.store.tables.claims import CLAIMS

EVERY_KIND = frozenset(table.name.removeprefix("claim_") for table in CLAIMS)
# The steps are joined by keys that are nearly unique: how many rows there are is what the planner has to
# know, and a tenth of the usual sample tells it.
SMALL_SAMPLE = "set local default_statistics_target = 10"
# Record versions that speak no longer: replaced or closed by the run, or the last of a record that came back.
GONE = """
    select replaces as record_id from stage_version where replaces is not null
    union all select record_id from stage_closing
    union all
    select r.id from stage_version v join source_record r on r.entry_id = v.entry_id and r.version = v.version - 1
    where v.replaces is null and v.version > 1
"""
# Those and the versions that the run brought: for what records say without naming a person.
RECORDS = "select record_id from stage_version union all select record_id from fold_gone"
# And records that speak of somebody else since.
OF_OTHERS = """
    union
    select r.id from source_record r
    where upper_inf(r.recorded) and r.entry_id in (select mention_id / 16 from cluster_move)
"""
# Persons of the run's new versions and of those that speak no longer.
TOUCHED = """
    select person_id from stage_link
    union
    select c.person_id from fold_gone g join claim_person c on c.record_id = g.record_id
    where c.person_id is not null
"""

SIZES = "select (select count(*) from fold_touched), (select count(*) from fold_record)"


async def fold_run(
    fold: Fold,
    order: Mapping[str, Sequence[int]],
    attributes: AttributeSet = NO_ATTRIBUTES,
    kinds: Collection[str] = EVERY_KIND,
) -> int:
    """Folds everything that a run touched; returns the number of persons touched.

    What it leaves of them is looked at before: one thing has one state for one day.

    Args:
        fold: In the run's transaction, after landing.
        order: Source ids by field where a field has a survivorship order of its own.
        attributes: The set of welfare attributes in force.
        kinds: Kinds of claims that the run's records make or made; golden rows that rest on other kinds stay as
            they are. Persons, families and households are always folded, and so is what rests on age and sex.

    Raises:
        FatalError: `overlapping_states`.
    """
    script = fold.script
    if not script.few:
        await fold.run(SMALL_SAMPLE)
    await fold.make("fold_reverted", REVERTED)
    await fold.make("fold_gone", GONE)
    await fold.make("fold_record", RECORDS + (OF_OTHERS if fold.kin else ""), index="record_id")
    await fold.make("fold_touched", TOUCHED, index="person_id")
    await touch_left_out(fold)
    touched = await _size_up(script)
    await fold_persons(fold, order)
    await fold_families(fold)
    await fold_households(fold)
    await fold_attributes(fold, attributes, stated="attribute" in kinds)
    await _fold_kinds(fold, frozenset(kinds))
    await move_homes(fold)
    await check_touched(script, kinds)
    await script.gather(few=False)
    return touched


async def _size_up(script: Script) -> int:
    """Counts the persons touched; whether few are, and few records, decides how the rest of the fold runs."""
    touched, records = (await script.ask(SIZES)).one()
    few = max(touched, records) <= FEW
    await script.gather(few)
    await script.counted("fold_touched", "fold_record")
    return int(touched)


async def _fold_kinds(fold: Fold, kinds: frozenset[str]) -> None:
    """Folds what rests on the given kinds of claims alone."""
    if kinds & {"enrollment", "benefit"}:
        await fold_enrollments(fold)
        await fold_benefits(fold)
    steps = {
        "dwelling": fold_dwellings,
        "status": fold_statuses,
        "score": fold_scores,
        "group": fold_groups,
        "institution": fold_institutions,
        "observation": fold_observations,
    }
    for kind, step in steps.items():
        if kind in kinds:
            await step(fold)
