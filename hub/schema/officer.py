"""What the officer for data protection reads and does beside cases: who saw a person, and whose data is withheld.

The reading role of the database sees neither the ledger nor the restrictions; an act tells of them (`mutating`).
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal
from uuid import UUID

import orjson
import strawberry

from hub.access.areas import NATIONAL
from hub.access.reaching import require_within
from hub.access.restrictions import Decision, Sought, decide, decided_within
from hub.access.seen import STANDS, who_saw
from hub.compiler.convert import page_size
from hub.compiler.declare import Arity, Expression, Key, Relation, Rows, one
from hub.compiler.needs import Need
from hub.errors import InputError
from hub.schema.declaring import argument, column, declared
from hub.schema.mutating import TOLD, Act, Given, Work, key_of
from hub.schema.paging import MOMENT
from hub.schema.people import BY_PERSON
from hub.schema.person import Person
from hub.schema.rights import KEY, OFFICER
from hub.schema.scalars import Day, Instant, Nik
from hub.schema.scoping import BORN, IDENTITY, NUMBERED, WORDS
from hub.schema.words import RestrictionEvent, RestrictionKind

FIRST = argument("first", int, "Paling banyak sebanyak ini. / At most so many, 1 to 500.", 100)
AFTER = argument(
    "after", str | None, "Sesudah `position` ini. / Those behind this `position` of the same list."
)
PERSON = argument("person", strawberry.ID, "Orangnya. / Global id of the person.")
BASIS = argument(
    "basis", str, "Dasar: undang-undang, putusan atau permohonan. / Law, order or request that it rests on."
)
LONGEST_BASIS = 500
LONGEST_PLACE = 19


@strawberry.type(
    description="Satu pengungkapan seseorang, menurut buku pengungkapan. / One disclosure of a person, by the ledger."
)
class Disclosure:
    """One line of the ledger in which a person stands, or in which the number was asked for."""

    needs: ClassVar[Need] = IDENTITY
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows(
        "(select r.* from json_to_recordset("
        + TOLD
        + ") as r(number bigint, nth integer, position text, at timestamptz, caller text, agreement text, purpose text,"
        " scopes text[], fields text[], operation text, request text, person_id bigint))"
    )

    position: str = column("position", "Tempatnya dalam buku. / Its place in the ledger, for `after`.")
    at: Instant = column("at", "Waktunya. / When.")
    caller: str = column("caller", "Instansi/klien. / Agency/client.")
    agreement: str = column("agreement", "Perjanjian dan versinya. / Agreement and its version; blank: none.")
    purpose: str = column("purpose", "Keperluannya. / Purpose; blank: none was named.")
    scopes: list[str] = column("scopes", "Cakupan yang dibuka. / Scopes of the fields that were told.")
    fields: list[str] = column("fields", "Kolom yang diungkapkan. / Fields that were told.")
    operation: str = column("operation", "SHA-256 dokumennya. / SHA-256 of the document that asked.")
    request: str = column(
        "request", "Id permintaan, juga pada tanda terima. / Id of the request, as the receipt has it."
    )
    person: Person | None = declared(
        BY_PERSON,
        "Orang yang diungkapkan; null: nomornya ditanyakan, atau bukan untuk Anda. / The person who was told of; null:"
        " the number was asked for and told of nobody, or not for you.",
    )


@strawberry.type(
    description="Keputusan menahan data seseorang. / A decision on withholding the data of a person."
)
class Restriction:
    """One decision; never changed, answered by a later one."""

    needs: ClassVar[Need] = IDENTITY
    subject: ClassVar[str] = "{t}.person_id"
    rows: ClassVar[Rows] = Rows(
        "(select r.* from json_to_recordset("
        + TOLD
        + ") as r(number bigint, person_id bigint, kind text, event text, at timestamptz, actor text, basis text,"
        " since date, until date, covers boolean) join hub.person seen on seen.id = r.person_id)"
    )

    position: str = declared(
        Expression("{t}.number || '.0'"), "Tempatnya dalam daftar. / Its place in the list, for `after`."
    )
    person: Person | None = declared(BY_PERSON, "Orangnya. / The person; null: withheld from you.")
    kind: RestrictionKind = column("kind", "Jenisnya. / Kind.")
    event: RestrictionEvent | None = column(
        "event",
        "Keputusannya; null: tidak terbaca, dan menahan. / What was decided; null: unreadable, and withholds.",
    )
    at: Instant = column("at", "Waktunya. / When it was decided.")
    actor: str = column("actor", "Siapa yang memutuskan. / Who decided: an account, or agency/client.")
    basis: str = column("basis", "Dasarnya. / Law, order or request that it rests on.", need=IDENTITY + WORDS)
    since: Day | None = column(
        "since", "Hari pertama yang disebut. / First day named; it withholds at once all the same."
    )
    until: Day | None = column(
        "until", "Hari sesudah yang terakhir. / Day after the last; null: until lifted."
    )
    covers: bool = column("covers", "Menahan hari ini. / Whether it withholds the person today (WIB).")


def _place(given: Given) -> tuple[int, int]:
    """The place that `after` names; before everything where it names none.

    Raises:
        InputError: `bad_cursor`.
    """
    number, _, nth = str(given.get("after") or "0.0").partition(".")
    if not (
        number.isdecimal() and nth.isdecimal() and number.isascii() and len(number) < LONGEST_PLACE > len(nth)
    ):
        raise InputError("bad_cursor", "this position is not of the list; take it from `position`")
    return int(number), int(nth)


async def _saw(work: Work, given: Given, _ref: str) -> list[dict[str, Any]]:
    """The disclosures of a person, a row for each bearer in reach who stands in a line.

    The numbers of persons go to the statement alone, which reads them under the policies.
    """
    after, many = _place(given), page_size(given.get("first"))
    stands = orjson.loads(await work.told(STANDS, given["nik"]))
    everywhere = tuple(work.caller.areas.ranges()) == tuple(NATIONAL.ranges())
    lines = await who_saw(work.desk.database, given["nik"], stands) if stands or everywhere else []
    names = ("at", "caller", "agreement", "purpose", "scopes", "fields", "operation", "request")
    rows = [
        {name: line[name] for name in names}
        | {"number": line["seq"], "nth": nth, "position": f"{line['seq']}.{nth}", "person_id": one}
        for line in lines
        for nth, one in enumerate(line["persons"] or [None])
    ]
    return [row for row in rows if (row["number"], row["nth"]) > after or after == (0, 0)][:many]


async def _restrict(work: Work, given: Given) -> str:
    return await _decided(work, given, "restricted")


async def _lift(work: Work, given: Given) -> str:
    return await _decided(work, given, "lifted")


async def _decided(work: Work, given: Given, event: Literal["restricted", "lifted"]) -> str:
    """Keeps a decision on a person in reach and returns its number.

    Raises:
        InputError: `case_unfit`, without a basis; `unknown_person`; those of `decide`.
    """
    person = key_of(given, "person", "Person", UUID)
    basis = given["basis"].strip()
    if not 0 < len(basis) <= LONGEST_BASIS:
        raise InputError("case_unfit", f"say in at most {LONGEST_BASIS} letters what it rests on")
    await require_within(work.connection, person, work.caller.areas.ranges())
    decision = Decision(given["kind"], event, work.actor, basis, given.get("since"), given.get("until"))
    return str(await decide(work.connection, person, decision))


async def _kept(work: Work, _given: Given, ref: str) -> list[dict[str, Any]]:
    return await decided_within(work.connection, Sought(work.caller.areas.ranges(), number=int(ref)))


async def _restrictions(work: Work, given: Given, _ref: str) -> list[dict[str, Any]]:
    person = key_of(given, "person", "Person", UUID) if "person" in given else None
    sought = Sought(
        work.caller.areas.ranges(),
        person=person,
        covering=not given.get("past"),
        after=_place(given)[0],
        many=page_size(given.get("first")),
    )
    return await decided_within(work.connection, sought)


@strawberry.type(description="Jejak dan pembatasan. / Trail and restrictions.")
class OfficerQuery:
    """What the officer reads."""

    rows: ClassVar[Rows | None] = None

    who_saw: list[Disclosure] = declared(
        Relation(Arity.MANY, order=[Key("{t}.number"), Key("{t}.nth")]),
        "Siapa melihat orang dengan NIK ini atau keluarganya, menurut urutan buku pengungkapan. / Who saw the person"
        " with this NIK, or a card or household of the person, in the order of the ledger (UU 27/2022 art. 32). For"
        " clients with the role dpo; asking is a disclosure too.",
        [argument("nik", Nik, "NIK. / NIK, as a variable.", need=NUMBERED + BORN), FIRST, AFTER, *MOMENT],
    )
    restrictions: list[Restriction] = declared(
        Relation(Arity.MANY, order=[Key("{t}.number")]),
        "Keputusan yang menahan data orang di wilayah Anda. / Decisions that withhold persons who live in your areas,"
        " as they were taken. For clients with the role dpo.",
        [
            argument("person", strawberry.ID | None, "Hanya orang ini. / Of this person only."),
            argument(
                "past",
                bool | None,
                "true: juga yang tidak lagi menahan. / true: also those that no longer do.",
            ),
            FIRST,
            AFTER,
            *MOMENT,
        ],
    )


@strawberry.type(description="Tindakan atas pembatasan. / Acts on restrictions.")
class OfficerMutation:
    """What the officer does."""

    rows: ClassVar[Rows | None] = None

    restrict: Restriction | None = declared(
        one(""),
        "Batasi pemrosesan data seseorang, atau lindungi; berlaku seketika. / Withholds a person from now on by every"
        " door (UU 27/2022 art. 40, 41), from everyone whose purpose may not see it.",
        [
            KEY,
            PERSON,
            argument("kind", RestrictionKind, "Jenisnya. / Kind."),
            BASIS,
            argument(
                "since",
                Day | None,
                "Hari pertama yang disebut. / First day named (WIB); it withholds at once.",
            ),
            argument(
                "until",
                Day | None,
                "Hari sesudah yang terakhir. / Day after the last (WIB); left out: until lifted.",
            ),
        ],
    )
    lift_restriction: Restriction | None = declared(
        one(""),
        "Cabut pembatasan seseorang. / Lifts what withholds a person; each kind by itself.",
        [KEY, PERSON, argument("kind", RestrictionKind, "Jenisnya. / Kind."), BASIS],
    )


ACTS: Mapping[str, Act] = {
    "whoSaw": Act(**OFFICER, tell=_saw, unwritten="nik"),  # type: ignore[arg-type]  # as declared there
    "restrictions": Act(**OFFICER, tell=_restrictions),  # type: ignore[arg-type]  # likewise
    "restrict": Act(**OFFICER, perform=_restrict, tell=_kept),  # type: ignore[arg-type]  # likewise
    "liftRestriction": Act(**OFFICER, perform=_lift, tell=_kept),  # type: ignore[arg-type]  # likewise
}
