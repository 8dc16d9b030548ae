"""What rows of one run that share a key are to each other: events of their own, or words of which the last counts.

Where each line is an event of its own (a bill sent twice), the second and every further line gets a content hash of
its own, made of the content and its number, so that all that follows keeps them apart as it keeps apart any rows that
share a key. Which line is the second changes nothing, for they are equal; lines of another file are numbered anew, so
that a file that comes twice says nothing new.
"""

from hub.ingest.stage import Verdict
from hub.store.sql import AsyncConnection, text

# In a listing of changes, of several contents under one key the one that was sent last stands, as it would had the
# others come in an earlier run; the record that stood gives way to it, also where it was sent again before.
LAST_STANDS = text(
    f"""
    update stage_row s set verdict = {Verdict.REPEAT:d}, record_id = null
    where s.verdict in ({Verdict.FRESH:d}, {Verdict.SAME:d}) and s.record_key <> '' and exists (
        select from stage_row n
        where n.record_key = s.record_key and n.ordinal > s.ordinal and n.content_hash <> s.content_hash
          and n.verdict in ({Verdict.FRESH:d}, {Verdict.SAME:d})
          and not exists (select from stage_reject r where r.ordinal = n.ordinal))
    """
)


async def number_repeats(connection: AsyncConnection, stage: str) -> None:
    """Numbers the equal lines of each file among the staged keys.

    Args:
        connection: In the run's transaction, with all keys staged.
        stage: `stage_batch` before the verdicts, or `stage_row` of a first load.
    """
    await connection.execute(
        text(
            f"""
            update {stage} b set content_hash = cast(md5(b.content_hash || '/' || d.n) as uuid)
            from (select ordinal, row_number() over (partition by record_key, content_hash, file_id order by ordinal)
                  as n from {stage}) d
            where d.ordinal = b.ordinal and d.n > 1
            """
        )
    )


async def let_last_stand(connection: AsyncConnection) -> None:
    """Of rows of one key that differ, leaves the last that is sound; the others count as unchanged.

    Args:
        connection: In the run's transaction, with all rows of a listing of changes mapped.
    """
    await connection.execute(LAST_STANDS)
