"""`hub audit diff`: what one version of a rule finds in today's graph and another does not; writes nothing."""

import json
from dataclasses import dataclass
from typing import Any

from hub.audit.editions import Edition, edition_of, kept, rules_of
from hub.audit.statement import Sight
from hub.domain import clock
from hub.errors import InputError
from hub.settings import Settings
from hub.store.sql import AsyncConnection, text

_SIDE = "create temp table audit_{0} on commit drop as select * from ({1}) s"
COMPARED = text(
    """
    select case when o.subject is null then 'added' when n.subject is null then 'dropped'
                when o.proof = n.proof then 'same' else 'changed' end as outcome,
           count(*) as findings, count(distinct coalesce(n.person_id, o.person_id)) as persons,
           coalesce(sum(o.amount_idr), 0)::bigint as amount_before,
           coalesce(sum(n.amount_idr), 0)::bigint as amount_after
    from audit_before o full join audit_after n on n.subject = o.subject
    group by 1 order by 1
    """
)


@dataclass(frozen=True)
class Compared:
    """What two versions of a rule find: by outcome (added, changed, dropped, same) findings, persons, rupiah."""

    rule: str
    before: int
    after: int
    outcomes: list[dict[str, Any]]


async def compare(
    connection: AsyncConnection, settings: Settings, code: str, before: int, after: int
) -> Compared:
    """Evaluates two versions of a rule over everybody, in a transaction that the caller rolls back.

    Args:
        connection: In a transaction.
        settings: Where the configuration is; its version of the rule counts, and every version that was run.
        code: Of the rule.
        before: A version.
        after: Another.

    Raises:
        InputError: `unknown_rule`, `unknown_version`.
    """
    for side, version in (("before", before), ("after", after)):
        edition = await _version(connection, settings, code, version)
        given = {"parameters": json.dumps(dict(edition.parameters)), "at": clock.now()}
        filled = Sight().fill(edition.template, edition.parameters)
        await connection.execute(text(_SIDE.format(side, filled)), given)
    found = (await connection.execute(COMPARED)).mappings()
    return Compared(code, before, after, [dict(row) for row in found])


async def _version(connection: AsyncConnection, settings: Settings, code: str, version: int) -> Edition:
    rule = rules_of(settings.config_dir, [code])[code]
    if rule.version == version:
        return edition_of(settings.config_dir, rule)
    if (found := await kept(connection, code, version)) is not None:
        return found
    raise InputError(
        "unknown_version",
        f"{code} has no version {version}: neither in config/rules nor among those that were run",
    )
