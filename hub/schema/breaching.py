"""Failures to protect personal data, for the officer: what may have been reached, whom it touches, who was told."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from hub.access.breaches import Breach as Noted
from hub.access.breaches import Window, breaches, note_breach, say_of_breach, touched
from hub.compiler.convert import page_size
from hub.compiler.declare import Arity, Key, Relation, Rows, one
from hub.compiler.needs import Need
from hub.domain import clock
from hub.errors import InputError
from hub.registry.rights import load_rights
from hub.schema.declaring import argument, column, declared, global_id
from hub.schema.mutating import TOLD, Act, Given, Work, key_of
from hub.schema.officer import FIRST
from hub.schema.paging import MOMENT
from hub.schema.people import BY_PERSON
from hub.schema.person import Person
from hub.schema.rights import KEY, OFFICER
from hub.schema.scalars import Instant
from hub.schema.scoping import IDENTITY, needs
from hub.schema.words import BreachEventKind, BreachStanding

COUNTS = "as e(what text, disclosures bigint))"
LONGEST_WORDS = 4000


@strawberry.type(description="Satu peristiwa suatu kegagalan. / One event of a breach.")
class BreachEvent:
    """What was done of it; never changed."""

    rows: ClassVar[Rows] = Rows(
        "(select e.* from json_to_recordset({p}.events)"
        " as e(number bigint, event text, at timestamptz, actor text, note text))"
    )

    event: BreachEventKind = column("event", "Peristiwanya. / What happened.")
    at: Instant = column("at", "Waktunya. / When it was noted.")
    actor: str = column("actor", "Siapa yang mencatat. / Who noted it: an account, or agency/client.")
    note: str | None = column("note", "Catatannya. / What was done, or why there is nothing more to do.")


@strawberry.type(
    description="Kegagalan pelindungan data pribadi. / A failure to protect personal data (UU 27/2022 art. 46)."
)
class Breach:
    """A breach with its clock; it speaks of what may have been reached and of no person."""

    rows: ClassVar[Rows] = Rows(
        "(select r.* from json_to_recordset("
        + TOLD
        + ") as r(number bigint, uid uuid, known timestamptz, due timestamptz, since timestamptz, until timestamptz,"
        " caller text, agreement text, how text, handling text, standing text, events json))"
    )

    breach: strawberry.ID = global_id("Breach")
    known: Instant = column("known", "Diketahui pada. / When it was found: the clock runs.")
    due: Instant = column("due", "Harus diberitahukan sebelum. / To be told before this instant.")
    standing: BreachStanding = column(
        "standing", "Keadaannya. / Whether authority and persons have been told."
    )
    since: Instant = column("since", "Mulai. / First instant of what may have been reached.")
    until: Instant = column("until", "Sampai, tidak termasuk. / Its end, exclusive.")
    caller: str = column(
        "caller", "Instansi atau instansi/klien. / Agency or agency/client; blank: every one."
    )
    agreement: str = column("agreement", "Kode perjanjian. / Code of the agreement; blank: every one.")
    how: str = column("how", "Bagaimana terjadinya. / How it came about.")
    handling: str = column("handling", "Penanganannya. / What was and is done.")
    events: list[BreachEvent] = declared(
        Relation(Arity.MANY, order=[Key("{t}.number")], size=4),
        "Peristiwanya, menurut urutan. / Its events, in order.",
    )


@strawberry.type(description="Berapa kali. / How often.")
class BreachCount:
    """A count of disclosures."""

    rows: ClassVar[Rows | None] = None

    what: str = column("what", "Kolom, atau instansi/klien. / Field, or agency/client.")
    disclosures: int = column("disclosures", "Banyaknya pengungkapan. / How many disclosures.")


@strawberry.type(description="Orang yang terdampak. / A person whom a breach touches.")
class BreachPerson:
    """A person whom the ledger names in the window."""

    needs: ClassVar[Need] = IDENTITY
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows(
        "(select p.id as person_id, e.number from json_to_recordset({p}.persons) as e(number bigint, uid uuid)"
        " join hub.person p on p.uid = e.uid)"
    )

    person: Person | None = declared(BY_PERSON, "Orangnya. / The person.")


@strawberry.type(
    description="Siapa dan apa yang terdampak, menurut buku pengungkapan. / Whom and what a breach touches."
)
class BreachReach:
    """By the ledger: of persons who live in the officer's areas."""

    rows: ClassVar[Rows] = Rows(
        "(select r.* from json_to_recordset("
        + TOLD
        + ") as r(total bigint, unknown bigint, disclosures bigint, first timestamptz, last timestamptz,"
        " fields json, callers json, persons json))"
    )

    total: int = column("total", "Banyaknya orang. / How many persons.")
    unknown: int = column(
        "unknown",
        "Yang tidak lagi dikenal hub. / Persons, cards and households of the ledger of whom the hub knows nobody any"
        " more; 0 for an officer of some areas.",
    )
    disclosures: int = column("disclosures", "Banyaknya pengungkapan. / How many disclosures told of them.")
    first: Instant | None = column("first", "Yang pertama. / The first of them.")
    last: Instant | None = column("last", "Yang terakhir. / The last of them.")
    fields: list[BreachCount] = declared(
        Relation(
            Arity.MANY,
            rows=Rows("(select e.* from json_to_recordset({p}.fields) " + COUNTS),
            order=[Key("{t}.what", "text")],
        ),
        "Kolom yang diungkapkan. / Fields that were told.",
    )
    callers: list[BreachCount] = declared(
        Relation(
            Arity.MANY,
            rows=Rows("(select e.* from json_to_recordset({p}.callers) " + COUNTS),
            order=[Key("{t}.what", "text")],
        ),
        "Siapa yang diberi tahu. / Who was told.",
    )
    persons: list[BreachPerson] = declared(
        Relation(Arity.MANY, order=[Key("{t}.number")], size=100),
        "Orangnya, menurut id. / The persons, in order of their ids.",
    )


async def _open(work: Work, given: Given) -> str:
    """Notes a breach.

    Raises:
        InputError: `case_unfit`, nothing is said of how it came about or is handled; `breach_window`.
    """
    how, handling = (given[name].strip() for name in ("how", "handling"))
    if not (0 < len(how) <= LONGEST_WORDS and 0 < len(handling) <= LONGEST_WORDS):
        raise InputError("case_unfit", "say how it came about and what is done about it")
    window = Window(given["since"], given["until"], given.get("caller") or "", given.get("agreement") or "")
    made = Noted(UUID(int=0), given["known"], given["known"], window, how, handling)
    return str(await note_breach(work.connection, made, load_rights(work.desk.config_dir), work.actor))


async def _note(work: Work, given: Given) -> str:
    uid = key_of(given, "breach", "Breach", UUID)
    await say_of_breach(work.connection, uid, given["event"], work.actor, given.get("note"))
    return str(uid)


def _row(number: int, one: Noted) -> dict[str, Any]:
    return {
        "number": number, "uid": one.uid, "known": one.known, "due": one.due, "since": one.window.since,
        "until": one.window.until, "caller": one.window.caller, "agreement": one.window.agreement, "how": one.how,
        "handling": one.handling, "standing": one.standing, "events": one.events,
    }  # fmt: skip


async def _told(work: Work, _given: Given, ref: str) -> list[dict[str, Any]]:
    return [_row(0, one) for one in await breaches(work.connection, UUID(ref))]


async def _listed(work: Work, given: Given, _ref: str) -> list[dict[str, Any]]:
    found = [
        one
        for one in await breaches(work.connection)
        if given.get("standing") in (None, one.standing)
        and (not given.get("overdue") or one.overdue(clock.now()))
    ]
    return [_row(number, one) for number, one in enumerate(found[: page_size(given.get("first"))])]


async def _reach(work: Work, given: Given, _ref: str) -> list[dict[str, Any]]:
    """Whom a breach touches.

    Raises:
        InputError: `unknown_breach`.
    """
    found = await breaches(work.connection, key_of(given, "breach", "Breach", UUID))
    if not found:
        raise InputError("unknown_breach", "there is no such breach")
    begin, many = max(0, given.get("offset") or 0), page_size(given.get("first"))
    by_ledger = await touched(work.desk.database, found[0].window, work.caller.areas.ranges())
    return [
        {
            "total": len(by_ledger.persons), "unknown": by_ledger.unknown, "disclosures": by_ledger.lines,
            "first": by_ledger.first, "last": by_ledger.last,
            "fields": _counts(by_ledger.fields), "callers": _counts(by_ledger.callers),
            "persons": [
                {"number": number, "uid": uid} for number, uid in enumerate(by_ledger.persons[begin : begin + many])
            ],
        }
    ]  # fmt: skip


def _counts(told: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"what": what, "disclosures": count} for what, count in told.items()]


BREACH = argument("breach", strawberry.ID, "Kegagalannya. / Id of the breach.")


@strawberry.type(description="Kegagalan pelindungan. / Breaches.")
class BreachQuery:
    """What the officer reads."""

    rows: ClassVar[Rows | None] = None

    breaches: list[Breach] = declared(
        Relation(Arity.MANY, order=[Key("{t}.number")]),
        "Kegagalan pelindungan, menurut kapan diketahui. / Failures to protect personal data, by when they were found."
        " For clients with the role dpo.",
        [
            argument("standing", BreachStanding | None, "Hanya yang demikian. / Of this standing only."),
            argument("overdue", bool | None, "true: hanya yang terlambat. / true: only those overdue."),
            FIRST,
            *MOMENT,
        ],
    )
    breach_reach: BreachReach | None = declared(
        one(""),
        "Siapa yang terdampak, di wilayah Anda, menurut buku pengungkapan. / Whom a breach touches of those who live in"
        " your areas, by the ledger. For clients with the role dpo.",
        [
            BREACH,
            FIRST,
            argument("offset", int, "Lewati sebanyak ini orang. / Pass over so many persons.", 0),
            *MOMENT,
        ],
        need=IDENTITY + needs("children"),
    )


@strawberry.type(description="Tindakan atas kegagalan pelindungan. / Acts on breaches.")
class BreachMutation:
    """What the officer does."""

    rows: ClassVar[Rows | None] = None

    open_breach: Breach | None = declared(
        one(""),
        "Catat kegagalan pelindungan; tenggatnya 3 x 24 jam sejak diketahui. / Notes a failure to protect personal"
        " data: the clock of 3 x 24 hours runs from when it was found (UU 27/2022 art. 46).",
        [
            KEY,
            argument("since", Instant, "Mulai. / First instant of what may have been reached."),
            argument("until", Instant, "Sampai, tidak termasuk. / Its end, exclusive."),
            argument("known", Instant, "Diketahui pada. / When it was found."),
            argument("how", str, "Bagaimana terjadinya. / How it came about; no names of persons."),
            argument("handling", str, "Penanganannya. / What was and is done."),
            argument(
                "caller",
                str | None,
                "Instansi atau instansi/klien. / Agency, or agency/client, concerned only.",
            ),
            argument("agreement", str | None, "Kode perjanjian. / Code of the agreement concerned only."),
        ],
    )
    note_breach: Breach | None = declared(
        one(""),
        "Catat peristiwa suatu kegagalan. / Notes what became of a breach; it counts as told once authority and persons"
        " were.",
        [
            KEY,
            BREACH,
            argument("event", BreachEventKind, "Peristiwanya. / What happened."),
            argument(
                "note",
                str | None,
                "Catatan; wajib untuk handled dan closed. / Why; handled and closed need it.",
            ),
        ],
    )


ACTS: Mapping[str, Act] = {
    "breaches": Act(**OFFICER, tell=_listed),  # type: ignore[arg-type]  # as declared there
    "breachReach": Act(**OFFICER, tell=_reach),  # type: ignore[arg-type]  # likewise
    "openBreach": Act(**OFFICER, perform=_open, tell=_told),  # type: ignore[arg-type]  # likewise
    "noteBreach": Act(**OFFICER, perform=_note, tell=_told),  # type: ignore[arg-type]  # likewise
}
