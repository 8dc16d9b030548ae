"""What scores linked since a run that is taken back: parted again where the run had a part in it.

A link by score rests on what all records of two persons say, and on whom else the evidence fits. So those are parted
which were made since the run and touch somebody of whom it spoke, or whom a candidate named together with one of these:
another's row may have made the link by leaving the odds to it. Whatever still holds is linked by the next linkage.
"""

_SINCE = "(select min(lower(span)) from revert_span)"
NEAR = (
    """
    create temp table revert_spoken on commit drop as
    select distinct o.mention_id from claim_person c
    join cluster_member m on m.mention_id = c.mention_id and upper_inf(m.recorded)
    join cluster_member o on o.person_id = m.person_id and upper_inf(o.recorded)
    where c.record_id in (select record_id from stage_closing union all select stood from stage_version)
    """,
    f"""
    create temp table revert_near on commit drop as
    with named as materialized (
      select mention_a, mention_b from candidate where upper_inf(recorded) or upper(recorded) >= {_SINCE})
    select mention_id from revert_spoken
    union
    select o.mention_id from (
      select mention_b as mention_id from named where mention_a in (select mention_id from revert_spoken)
      union
      select mention_a from named where mention_b in (select mention_id from revert_spoken)) n
    join cluster_member m on m.mention_id = n.mention_id and upper_inf(m.recorded)
    join cluster_member o on o.person_id = m.person_id and upper_inf(o.recorded)
    """,
)
UNLINKED = (
    f"""
    with ended as (
      update edge e set recorded = tstzrange(lower(e.recorded), :at)
      where upper_inf(e.recorded) and e.actor = 'hub' and e.judgement = 'same' and e.method <> 'nik_name'
        and lower(e.recorded) >= {_SINCE}
        and (e.mention_a in (select mention_id from revert_near) or e.mention_b in (select mention_id from revert_near))
      returning e.mention_a, e.mention_b)
    insert into judged_mention select mention_a from ended union select mention_b from ended
    """,
)
