"""The fold: from the claims of the touched persons to the golden graph, in one transaction with the landing."""

from collections.abc import Mapping, Sequence

from hub.graph.benefits import fold_benefits
from hub.graph.enrollments import fold_enrollments, touch_left_out
from hub.graph.families import fold_families, fold_households
from hub.graph.homes import move_homes
from hub.graph.persons import fold_persons
from hub.graph.statuses import fold_statuses
from hub.graph.timeline import Fold
from hub.store.sql import text

# The steps are joined by keys that are nearly unique: how many rows there are is what the planner has to
# know, and a tenth of the usual sample tells it.
SMALL_SAMPLE = "set local default_statistics_target = 10"
# Persons of the run's new versions, of the versions that these replaced and of the records that closed.
TOUCHED = """
    select person_id from stage_link
    union
    select c.person_id
    from (select record_id from stage_closing
          union all select replaces from stage_version where replaces is not null) gone
    join claim_person c on c.record_id = gone.record_id
    where c.person_id is not null
"""


async def fold_run(fold: Fold, order: Mapping[str, Sequence[int]]) -> int:
    """Folds everything that a run touched; returns the number of persons touched.

    Args:
        fold: In the run's transaction, after landing.
        order: Source ids by field where a field has a survivorship order of its own.
    """
    await fold.run(SMALL_SAMPLE)
    await fold.make("fold_touched", TOUCHED, index="person_id")
    await touch_left_out(fold)
    await fold_persons(fold, order)
    await fold_families(fold)
    await fold_households(fold)
    await fold_enrollments(fold)
    await fold_benefits(fold)
    await fold_statuses(fold)
    await move_homes(fold)
    found = await fold.connection.execute(text("select count(*) from fold_touched"))
    return int(found.scalar_one())
