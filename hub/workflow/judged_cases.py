"""Cases of the audit are told when somebody of theirs becomes one with another, or is parted: what is frozen stays."""

from datetime import datetime

from hub.store.meeting import meets
from hub.store.sql import AsyncConnection, text

# Open cases of findings that stand, of whoever was moved; whatever the audit finds of them afterwards.
CASES = """
    insert into case_event (case_id, event, at, actor, person_id, event_area_key, home_area_key)
    select distinct c.case_id, 'judged', cast(:at as timestamptz), 'hub', c.person_id, c.event_area_key, c.home_area_key
    from finding f join audit_case c on c.rule = f.rule and c.subject = f.subject
    where upper_inf(f.recorded) and {of_moved}
      and not exists (select from case_event x where x.case_id = c.case_id and x.event = 'closed')
"""


async def tell_cases(connection: AsyncConnection, at: datetime) -> None:
    """Adds the event `judged` to the open cases of whoever was moved.

    Args:
        connection: In the transaction of an act, a sync or a revert, after `hub.identity.moving.move`.
        at: Instant of recording, UTC.
    """
    moved = int(await connection.scalar(text("select count(*) from judged_person")) or 0)
    await connection.execute(text(CASES.format(of_moved=meets("judged_person", moved))), {"at": at})
