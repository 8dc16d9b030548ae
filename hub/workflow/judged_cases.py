"""Cases of the audit are told when somebody of theirs becomes one with another, or is parted: what is frozen stays."""

from datetime import datetime

from hub.store.script import FEW
from hub.store.sql import AsyncConnection, text

# Open cases of findings that stand, of whoever was moved; whatever the audit finds of them afterwards.
CASES = """
    insert into case_event (case_id, event, at, actor, person_id, event_area_key, home_area_key)
    select distinct c.case_id, 'judged', cast(:at as timestamptz), 'hub', c.person_id, c.event_area_key, c.home_area_key
    from finding f join audit_case c on c.rule = f.rule and c.subject = f.subject
    where upper_inf(f.recorded) and {of_moved}
      and not exists (select from case_event x where x.case_id = c.case_id and x.event = 'closed')
"""
# A few persons are looked for by the index of findings; many, as after a linkage of a province, by reading these once.
OF_FEW = "f.person_ids && array(select person_id from judged_person)"
OF_MANY = "exists (select from unnest(f.person_ids) n(id) join judged_person j on j.person_id = n.id)"


async def tell_cases(connection: AsyncConnection, at: datetime) -> None:
    """Adds the event `judged` to the open cases of whoever was moved.

    Args:
        connection: In the transaction of an act, a sync or a revert, after `hub.identity.moving.move`.
        at: Instant of recording, UTC.
    """
    moved = await connection.scalar(text("select count(*) from judged_person")) or 0
    await connection.execute(text(CASES.format(of_moved=OF_FEW if moved <= FEW else OF_MANY)), {"at": at})
