"""Whom a linkage has to look at: persons of whom records came, changed or went since, and whom those might have been.

A record that went leaves no row to be compared with, so that whoever waited with it is found by the candidates that
name it: the odds that it took are theirs again.
"""

from datetime import datetime

from hub.store.sql import AsyncConnection, text

TABLE = "linkage_touched"
MADE = f"create temp table {TABLE} (person_id bigint primary key) on commit drop"
# Mentions that speak otherwise since, or stand for somebody else, or for nobody.
STIRRED = """
    create temp table linkage_stirred on commit drop as
    select c.mention_id from source_record r join claim_person c on c.record_id = r.id
    where r.opened >= :since or not upper_inf(r.recorded) and upper(r.recorded) >= :since
    union
    select mention_id from cluster_member
    where lower(recorded) >= :since or not upper_inf(recorded) and upper(recorded) >= :since
"""
# Whom they stand for, and whom the candidates that name them say that they may be.
WHOSE = f"""
    insert into {TABLE}
    select m.person_id from cluster_member m
    where upper_inf(m.recorded) and m.mention_id in (
      select mention_id from linkage_stirred
      union
      select c.mention_b from candidate c join linkage_stirred s on s.mention_id = c.mention_a
      where upper_inf(c.recorded)
      union
      select c.mention_a from candidate c join linkage_stirred s on s.mention_id = c.mention_b
      where upper_inf(c.recorded))
    group by m.person_id
"""


def _silent(mention: str) -> str:
    """SQL: whether no record that stands speaks of the mention."""
    return f"""
        not exists (select from source_record r join claim_person p on p.record_id = r.id and p.mention_id = {mention}
                    where r.entry_id = {mention} / 16 and upper_inf(r.recorded))
    """


# Mentions of whom no record speaks any longer, as far as candidates name them.
SILENT = f"""
    select c.mention_a as mention_id from candidate c where upper_inf(c.recorded) and {_silent("c.mention_a")}
    union
    select c.mention_b from candidate c where upper_inf(c.recorded) and {_silent("c.mention_b")}
"""


async def touch(connection: AsyncConnection, since: datetime | None) -> int:
    """Leaves `linkage_touched` (person_id) of whoever was touched since; returns how many.

    Args:
        connection: In a transaction as the writing role.
        since: Instant from which on, inclusive; None: the table is empty, for everybody is looked at.
    """
    await connection.execute(text(f"drop table if exists {TABLE}"))
    await connection.execute(text(MADE))
    if since is None:
        return 0
    await connection.execute(text(STIRRED), {"since": since})
    await connection.execute(text("analyze linkage_stirred"))
    found = (await connection.execute(text(WHOSE))).rowcount
    await connection.execute(text("drop table linkage_stirred"))
    return int(found)
