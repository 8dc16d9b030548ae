"""Cases of persons about their data, for the officer who answers for it; the reading role never sees their tables."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from hub.access.cases import Asked, Wanted, cases_within, note, open_case
from hub.access.reaching import require_within
from hub.audit.cases import Said, case_of, say
from hub.compiler.convert import page_size
from hub.compiler.declare import Arity, Key, Relation, Rows, one
from hub.compiler.needs import Need
from hub.errors import InputError
from hub.registry.rights import load_rights
from hub.schema.declaring import argument, column, declared, global_id
from hub.schema.mutating import TOLD, Act, Given, Work, key_of
from hub.schema.paging import MOMENT
from hub.schema.people import BY_PERSON
from hub.schema.person import Person
from hub.schema.scalars import Instant
from hub.schema.scoping import IDENTITY, WORDS
from hub.schema.words import RightsEventKind, RightsKind, RightsStanding

OFFICER = {"role": "dpo", "purposes": frozenset({"hak-subjek"})}
CASES = Rows(
    "(select r.* from json_to_recordset("
    + TOLD
    + ") as r(number bigint, uid uuid, kind text, person_id bigint,"
    " opened timestamptz, due timestamptz, asked text, registry text, finding uuid, events json, standing text))"
)


@strawberry.type(description="Satu peristiwa suatu permohonan. / One event of a case of a person.")
class RightsEvent:
    """What became of a case; never changed."""

    needs: ClassVar[Need] = IDENTITY
    rows: ClassVar[Rows] = Rows(
        "(select e.* from json_to_recordset({p}.events)"
        " as e(number bigint, event text, at timestamptz, actor text, note text))"
    )

    event: RightsEventKind = column("event", "Peristiwanya. / What happened.")
    at: Instant = column("at", "Waktunya. / When it was noted.")
    actor: str = column("actor", "Siapa yang mencatat. / Who noted it: an account, or agency/client.")
    note: str | None = column("note", "Alasannya. / Why, or what was done.", need=IDENTITY + WORDS)


@strawberry.type(
    description="Permohonan seseorang atas datanya. / What a person asks of the data held of her."
)
class RightsCase:
    """A case with its clock; only ever added to."""

    needs: ClassVar[Need] = IDENTITY
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = CASES

    case: strawberry.ID = global_id("RightsCase")
    kind: RightsKind = column("kind", "Haknya. / Which right.")
    standing: RightsStanding = column("standing", "Keadaannya. / Whether and how it has ended.")
    person: Person | None = declared(BY_PERSON, "Orangnya. / The person; null: withheld from you.")
    opened: Instant = column("opened", "Diajukan pada. / When it was asked.")
    due: Instant = column("due", "Harus dijawab sebelum. / To be answered before this instant.")
    asked: str = column(
        "asked", "Yang diminta. / What is asked, in the person's words.", need=IDENTITY + WORDS
    )
    registry: str | None = column(
        "registry", "Walidata tujuan. / Code of the source a correction is routed to."
    )
    events: list[RightsEvent] = declared(
        Relation(Arity.MANY, order=[Key("{t}.number")], size=4),
        "Peristiwanya, menurut urutan. / Its events, in order.",
    )


async def _open(work: Work, given: Given) -> str:
    person = key_of(given, "person", "Person", UUID)
    await require_within(work.connection, person, work.caller.areas.ranges())
    finding = key_of(given, "finding", "Finding", UUID) if "finding" in given else None
    asked = Asked(given["kind"], person, given["asked"], given.get("registry"), finding)
    rights = load_rights(work.desk.config_dir)
    made = await open_case(work.connection, asked, rights, work.actor)
    if finding and (audited := await case_of(work.desk.database, finding)) is not None:
        await say(work.desk.database, audited, Said("appealed", work.actor, reason=f"keberatan {made}"))
    return str(made)


async def _note(work: Work, given: Given) -> str:
    case = key_of(given, "case", "RightsCase", UUID)
    if not await _told(work, given, str(case)):
        raise InputError("unknown_case", "there is no such case")
    await note(work.connection, case, given["event"], work.actor, given.get("note"))
    return str(case)


async def _told(work: Work, _given: Given, ref: str) -> list[dict[str, Any]]:
    return await cases_within(work.connection, Wanted(work.caller.areas.ranges(), UUID(ref)))


async def _listed(work: Work, given: Given, _ref: str) -> list[dict[str, Any]]:
    wanted = Wanted(
        work.caller.areas.ranges(),
        None,
        given.get("standing"),
        bool(given.get("overdue")),
        page_size(given.get("first")),
    )
    return await cases_within(work.connection, wanted)


KEY = argument(
    "key",
    str,
    "Kunci pilihan Anda, 16 sampai 64 huruf: tindakan yang sama dengan kunci yang sama hanya terjadi sekali."
    " / A key of your choice, 16 to 64 letters: the same act under the same key is done once.",
)


@strawberry.type(description="Hak orang. / Rights of persons.")
class RightsQuery:
    """What the officer reads."""

    rows: ClassVar[Rows | None] = None

    rights_cases: list[RightsCase] = declared(
        Relation(Arity.MANY, order=[Key("{t}.due", "text"), Key("{t}.number")]),
        "Permohonan orang di wilayah Anda, menurut tenggatnya. / Cases of persons who live in your areas, by when they"
        " are due. For clients with the role dpo.",
        [
            argument("standing", RightsStanding | None, "Hanya yang demikian. / Of this standing only."),
            argument("overdue", bool | None, "true: hanya yang terlambat. / true: only those overdue."),
            argument("first", int, "Paling banyak sebanyak ini. / At most so many, 1 to 500.", 100),
            *MOMENT,
        ],
    )


@strawberry.type(description="Tindakan atas hak orang. / Acts on rights of persons.")
class RightsMutation:
    """What the officer does."""

    rows: ClassVar[Rows | None] = None

    open_rights_case: RightsCase | None = declared(
        one(""),
        "Buka permohonan; pembatasan berlaku seketika. / Opens a case; a restriction withholds the person at once.",
        [
            KEY,
            argument("person", strawberry.ID, "Orangnya. / Global id of the person."),
            argument("kind", RightsKind, "Haknya. / Which right."),
            argument("asked", str, "Yang diminta. / What is asked, in the person's words."),
            argument(
                "registry", str | None, "Walidata tujuan perbaikan. / Source that a correction is routed to."
            ),
            argument("finding", strawberry.ID | None, "Temuan yang ditolak. / Finding that is objected to."),
        ],
    )
    note_rights_case: RightsCase | None = declared(
        one(""),
        "Catat peristiwa permohonan. / Notes what became of a case; granted, refused and withdrawn end it.",
        [
            KEY,
            argument("case", strawberry.ID, "Permohonannya. / Id of the case."),
            argument("event", RightsEventKind, "Peristiwanya. / What happened."),
            argument(
                "note",
                str | None,
                "Alasan; wajib bila ditolak; kode sumber bila diteruskan. / Why; a refusal needs it; of `routed` the"
                " code of the source.",
            ),
        ],
    )


ACTS: Mapping[str, Act] = {
    "rightsCases": Act(**OFFICER, tell=_listed),  # type: ignore[arg-type]  # as declared above
    "openRightsCase": Act(**OFFICER, perform=_open, tell=_told),  # type: ignore[arg-type]  # likewise
    "noteRightsCase": Act(**OFFICER, perform=_note, tell=_told),  # type: ignore[arg-type]  # likewise
}
