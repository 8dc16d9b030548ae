"""What agencies say of a case: events, only ever added. The hub opens cases and never decides one.

A case stands as its events tell: `opened` by the hub, then what people did, until `closed`. A case that is closed stays
so; a finding of other evidence opens a new one.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from hub.domain import clock
from hub.errors import InputError
from hub.store.database import Database
from hub.store.sql import AsyncConnection, text

EVENTS = ("seen", "verified", "registry_wrong", "recovered", "appealed", "closed")
"""What an agency can say of a case."""
CASE = text(
    "select c.case_id, exists (select from case_event x where x.case_id = c.case_id and x.event = 'closed') as closed"
    " from audit_case c where c.case_id = :case"
)
CASE_OF = text(
    """
    select c.case_id from finding f join audit_case c on c.rule = f.rule and c.subject = f.subject
    where f.uid = :finding
      and not exists (select from case_event x where x.case_id = c.case_id and x.event = 'closed')
    order by c.case_id desc limit 1
    """
)
NUMBER = text("select case_id from audit_case where uid = :uid")
LOCK = text(
    "select pg_advisory_xact_lock_shared(hashtext('hub cases'), 0),"
    " pg_advisory_xact_lock(hashtext('hub case'), :case)"
)
ALONE = text("select pg_advisory_xact_lock(hashtext('hub cases'), 0)")
"""Whoever tells the cases what an audit found waits for what is being said of them, and has them to himself until his
transaction ends: so nothing follows the end of a case."""
KNOWN_SOURCE = text("select exists (select from source where code = :registry)")
ADD = text(
    """
    insert into case_event (case_id, finding_id, event, at, actor, agency, registry, amount_idr, reason, person_id,
        event_area_key, home_area_key)
    select c.case_id, (select f.finding_id from finding f where f.rule = c.rule and f.subject = c.subject
             order by f.finding_id desc limit 1),
           :event, :at, :actor, :agency, :registry, :amount_idr, :reason, c.person_id, c.event_area_key, c.home_area_key
    from audit_case c where c.case_id = :case
    returning id
    """
)


def paid_since(opened: str) -> str:
    """SQL: a benefit `b` was paid later than the day (WIB) of the instant at which a case was opened."""
    return (
        "(b.paid_on is not null or b.status in ('paid', 'cashed'))"
        f" and coalesce(b.paid_on, lower(b.period)) > ({opened} at time zone 'Asia/Jakarta')::date"
    )


def payers(kind: str) -> str:
    """SQL: of how many enrollments a case is paid on: two who stand against each other both, of anybody else one."""
    return f"case {kind} when 'overlap' then 2 else 1 end"


# What was paid since a case was opened, of the enrollments in the evidence that stands of it.
_PAID_SINCE = f"""
      select array_agg(distinct g.code order by g.code) as paying, count(distinct b.enrollment_id) as enrollments
      from benefit b join program g on g.id = b.program_id
      where b.enrollment_id = any(f.enrollment_ids) and upper_inf(b.recorded)
        and {paid_since("c.opened")}
"""
LISTED = text(
    f"""
    select c.case_id as id, c.rule, c.opened, w.code as wilayah, l.event as latest, l.at as since,
           f.amount_idr as amount, coalesce(p.paying, '{{}}') as paying
    from audit_case c
    left join wilayah w on w.system = 'kemendagri' and w.area_key = c.home_area_key
    join lateral (
      select x.event, x.at from case_event x where x.case_id = c.case_id order by x.id desc limit 1) l on true
    cross join lateral (
      select max(x.at) filter (where x.actor <> 'hub') as at, bool_or(x.event = 'closed') as closed
      from case_event x where x.case_id = c.case_id) a
    left join lateral (
      select f.amount_idr, f.enrollment_ids, r.kind from finding f join rule_edition r on r.id = f.rule_id
      where f.rule = c.rule and f.subject = c.subject and upper_inf(f.recorded)
      order by f.amount_idr desc nulls last limit 1) f on true
    left join lateral ({_PAID_SINCE}) p on not a.closed
    where (cast(:rule as text) is null or c.rule = :rule)
      and (cast(:event as text) is null or l.event = :event)
      and (cast(:lo as bigint) is null or c.home_area_key between cast(:lo as bigint) and cast(:hi as bigint))
      and (cast(:silent_since as timestamptz) is null or not a.closed
           and coalesce(a.at, c.opened) <= cast(:silent_since as timestamptz))
      and (not cast(:paying as boolean) or p.enrollments >= {payers("f.kind")})
    order by amount desc nulls last, c.case_id limit :most
    """
)
TOLD = text(
    """
    select x.at, x.event, x.actor, x.agency, x.registry, x.amount_idr as amount, x.reason
    from case_event x where x.case_id = :case order by x.id
    """
)


@dataclass(frozen=True)
class Said:
    """What somebody says of a case.

    Args:
        event: Of EVENTS.
        actor: Who says so, by the name of the account.
        agency: For which agency.
        registry: Code of the source that was wrong; asked for by `registry_wrong`.
        amount_idr: Whole rupiah recovered; asked for by `recovered`.
        reason: Why, in his words; asked for by `closed` and `appealed`.
    """

    event: str
    actor: str
    agency: str | None = None
    registry: str | None = None
    amount_idr: int | None = None
    reason: str | None = None

    def check(self) -> None:
        """Whether it says what its kind of event has to say.

        Raises:
            InputError: `bad_event`.
        """
        needed = {
            "registry_wrong": "registry",
            "recovered": "amount_idr",
            "closed": "reason",
            "appealed": "reason",
        }
        if self.event not in EVENTS:
            raise InputError("bad_event", f"an event is one of {', '.join(EVENTS)}")
        asked = needed.get(self.event)
        if asked and getattr(self, asked) in (None, ""):
            raise InputError("bad_event", f"{self.event} needs its {asked.removesuffix('_idr')}")
        for name, event in (("registry", "registry_wrong"), ("amount_idr", "recovered")):
            if self.event != event and getattr(self, name) is not None:
                raise InputError("bad_event", f"only {event} has a {name.removesuffix('_idr')}")
        if self.amount_idr is not None and self.amount_idr <= 0:
            raise InputError("bad_event", "the amount recovered is whole rupiah, more than none")


async def case_of(database: Database, finding: UUID) -> int | None:
    """The case that is open on a finding, by its public id; None: it is closed, or there is none."""
    async with database.connect() as connection:
        found: int | None = await connection.scalar(CASE_OF, {"finding": finding})
        return found


async def say(database: Database, case: int, said: Said) -> int:
    """Adds an event to an open case; returns its number.

    Raises:
        InputError: `bad_event`, `unknown_case`, `case_closed`, `unknown_source`.
    """
    async with database.connect() as connection:
        number = await say_within(connection, case, said)
        await connection.commit()
    return number


async def say_within(connection: AsyncConnection, case: int | UUID, said: Said) -> int:
    """The same in a transaction of the caller's, who commits.

    Args:
        connection: In it.
        case: Number of the case, or its public id.
        said: What is said.

    Raises:
        InputError: As `say`.
    """
    said.check()
    number = await connection.scalar(NUMBER, {"uid": case}) if isinstance(case, UUID) else case
    if number is not None:
        await connection.execute(LOCK, {"case": number % 2**31})
    found = (await connection.execute(CASE, {"case": number})).one_or_none()
    if found is None:
        raise InputError("unknown_case", f"there is no case {case}; see `hub audit cases`")
    if found.closed:
        raise InputError("case_closed", f"case {case} is closed; other evidence would open a new one")
    if said.registry and not await connection.scalar(KNOWN_SOURCE, {"registry": said.registry}):
        raise InputError("unknown_source", f"no such source: {said.registry}; see `hub sources list`")
    return int(await connection.scalar(ADD, {"case": number, "at": clock.now(), **vars(said)}))


@dataclass(frozen=True)
class Wanted:
    """Which cases are listed.

    Args:
        rule: Of this rule.
        event: Whose latest event is this.
        area: First and last key of the area where the person lives.
        overdue: Open ones of which no agency has said anything for so many days.
        paying: Open ones in whose evidence something was paid since they were opened; where two stand against each
            other, by both.
    """

    rule: str | None = None
    event: str | None = None
    area: tuple[int, int] | None = None
    overdue: int | None = None
    paying: bool = False


async def listed(database: Database, wanted: Wanted, most: int) -> list[dict[str, Any]]:
    """Cases, those with the highest amount at risk first; no name and no number of a person.

    Args:
        database: The hub's.
        wanted: Which ones.
        most: So many.
    """
    lo, hi = wanted.area or (None, None)
    silent = None if wanted.overdue is None else clock.now() - timedelta(days=wanted.overdue)
    given = {
        "rule": wanted.rule, "event": wanted.event, "lo": lo, "hi": hi, "silent_since": silent,
        "paying": wanted.paying, "most": most,
    }  # fmt: skip
    async with database.connect() as connection:
        return [dict(row) for row in (await connection.execute(LISTED, given)).mappings()]


async def events(database: Database, case: int) -> list[dict[str, Any]]:
    """The events of a case, in order.

    Raises:
        InputError: `unknown_case`.
    """
    async with database.connect() as connection:
        found = [dict(row) for row in (await connection.execute(TOLD, {"case": case})).mappings()]
    if not found:
        raise InputError("unknown_case", f"there is no case {case}; see `hub audit cases`")
    return found
