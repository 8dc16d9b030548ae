"""Audits of a hub from tests that have no loop: run, what stands found, cases."""

from typing import Any

from hub.audit.running import Audited, Scope, audit
from hub.domain import clock
from tests.conftest import wait_for
from tests.sync_builders import MONTHS, Hub

#: What is told of a finding apart from numbers and instants that chance gives.
STANDING = """
    select f.rule, f.subject, f.person_id, f.card_id, f.program_id, f.since, f.until, f.amount_idr, f.paid_idr, f.proof,
           f.person_ids, f.enrollment_ids, f.benefit_ids, f.record_ids
    from finding f where upper_inf(f.recorded) order by f.rule, f.subject
"""


async def run_audit(hub: Hub, month: int = 1, **scope: Any) -> Audited:
    """Runs the audit as of one of the two months."""
    with clock.pin(MONTHS[month]):
        return await audit(hub.database, hub.settings, Scope(**scope))


def audited(hub: Hub, month: int = 1, **scope: Any) -> Audited:
    """The same, from a test that has no loop."""
    return wait_for(run_audit(hub, month, **scope))


def standing(hub: Hub) -> list[tuple[Any, ...]]:
    """The findings that stand, in order."""
    return hub.ask(STANDING)
