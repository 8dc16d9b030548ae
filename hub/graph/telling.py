"""Which records count, for how long, and which of two words is the later one.

Nothing here looks at the order in which records arrived: the graph is a function of what is held true, so that
late rows, pages sent again and pages in another order end in the graph of one clean load. What arrival does tell
is a day: that of the first version of an undated change, and that on which a record was seen gone.
"""

SEEN_GONE = "(upper(r.recorded) at time zone 'Asia/Jakarta')::date"
"""Day (WIB) on which a record was seen to be gone from its list."""

# What the runs wrote that a revert took back: those of the source from the reverted one on, up to the revert.
REVERTED = """
    select source_id, cast(detail ->> 'reverts' as int) as since, id as until
    from run where detail ->> 'kind' = 'revert' and detail ? 'reverts'
"""


def withdrawn(record: str) -> str:
    """SQL: a record version was written by a run that was taken back, so that it never counted.

    Args:
        record: Alias of `source_record`. Reads `fold_reverted`, which holds REVERTED.
    """
    return (
        f"exists (select from fold_reverted v where v.source_id = {record}.source_id"
        f" and {record}.run_id >= v.since and {record}.run_id < v.until)"
    )


STANDS = f"""
    (upper_inf(r.recorded) or r.scope = '' and not {withdrawn("r")} and not exists (
        select from source_record n where n.entry_id = r.entry_id and n.version > r.version
        and not {withdrawn("n")}))
"""
"""A record that its source still sends, or the last word of one that vanished from a list without periods."""

BY_KEY = (
    'r.scope collate "C" desc, length(r.record_key) desc, r.record_key collate "C" desc, r.content_hash desc'
)
"""The later period first, then the higher key (E10 after E9), then by content: an order that arrival cannot change."""


def lasting(interval: str) -> str:
    """SQL of a claim's interval: as claimed while the record stands, else cut on the day it was seen gone.

    Empty for a claim that was withdrawn before it began.
    """
    return (
        f"case when upper_inf(r.recorded) then {interval} else {interval} * daterange(null, {SEEN_GONE}) end"
    )


def latest(interval: str, *names: str) -> str:
    """SQL of columns of the latest of several claims `c` of records `r`, as aggregates.

    What is still sent comes before what has gone, then the claim that begins last.
    """
    order = f"upper_inf(r.recorded) desc, lower({interval}) desc nulls last, {BY_KEY}"
    return ", ".join(f"(array_agg(c.{name} order by {order}))[1] as {name}" for name in names)
