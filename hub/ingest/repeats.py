"""Rows of one file that are equal to the last byte, where each line is an event of its own: a bill sent twice.

The second and every further line gets a content hash of its own, made of the content and its number, so that all that
follows keeps them apart as it keeps apart any rows that share a key. Which line is the second changes nothing, for
they are equal; lines of another file are numbered anew, so that a file that comes twice says nothing new.
"""

from hub.store.sql import AsyncConnection, text


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
