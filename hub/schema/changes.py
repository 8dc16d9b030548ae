"""The feed of changes: what came, changed or ended since a cursor, in the order in which the hub recorded it.

Runs record at ascending instants and the feed never reaches past the watermark (`hub.schema.watermark`), so a change
that commits late stands behind every cursor given out before. A page shows things as they are held when it is read,
or at `knownAt`: never older than the change, so that a reader who has come to the end holds what the hub holds.
"""

from collections.abc import Sequence
from enum import Enum
from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Either, Key, Option, Relation, Rows, one
from hub.compiler.needs import Need
from hub.schema.change_kinds import KEY_LAST, KINDS, Kind, streams
from hub.schema.declaring import argument, column, declared, expression
from hub.schema.paging import MOMENT, WILAYAH, Node
from hub.schema.records import OF_RECORD
from hub.schema.scalars import Instant, WilayahCode
from hub.schema.scoping import ALL
from hub.schema.watermark import SETTLED, instant, micros


@strawberry.enum(description="Jenis perubahan. / Kind of a change.")
class ChangeType(Enum):
    """What changed."""

    PERSON = strawberry.enum_value(
        "PERSON",
        description="Orang dan tempat tinggalnya. / A person's own fields, and where the person lives.",
    )
    MEMBERSHIP = strawberry.enum_value(
        "MEMBERSHIP", description="Kartu keluarga seseorang. / On which family cards a person stands."
    )
    RESIDENCE = strawberry.enum_value(
        "RESIDENCE", description="Rumah tangga seseorang. / In which households a person lives or was found."
    )
    STATUS = strawberry.enum_value(
        "STATUS", description="Status sosial seseorang. / Social statuses of a person."
    )
    SCORE = strawberry.enum_value("SCORE", description="Peringkat seseorang. / Welfare ranks of a person.")
    ATTRIBUTES = strawberry.enum_value(
        "ATTRIBUTES", description="Atribut kesejahteraan seseorang. / Welfare attributes of a person."
    )
    FAMILY_CARD = strawberry.enum_value("FAMILY_CARD", description="Kartu keluarga. / A family card.")
    HOUSEHOLD = strawberry.enum_value("HOUSEHOLD", description="Rumah tangga. / A household.")
    ENROLLMENT = strawberry.enum_value("ENROLLMENT", description="Kepesertaan. / An enrollment.")
    PAYMENT = strawberry.enum_value(
        "PAYMENT", description="Pembayaran dan peristiwanya. / A payment with its events."
    )
    GROUP = strawberry.enum_value("GROUP", description="Kelompok. / A group.")
    GROUP_MEMBER = strawberry.enum_value(
        "GROUP_MEMBER", description="Anggota kelompok. / Members of a group."
    )
    INSTITUTION = strawberry.enum_value("INSTITUTION", description="Lembaga. / An institution.")
    RECORD = strawberry.enum_value(
        "RECORD", description="Versi rekaman sumber. / A version of a source record."
    )
    OBSERVATION = strawberry.enum_value(
        "OBSERVATION", description="Angka yang dipublikasikan. / Published numbers of a record."
    )


@strawberry.enum(description="Akibat suatu perubahan. / What a change comes to.")
class ChangeKind(Enum):
    """What a change comes to for whoever keeps a copy."""

    UPSERT = strawberry.enum_value("UPSERT", description="Ada; simpan isinya. / It is held: keep it so.")
    TOMBSTONE = strawberry.enum_value(
        "TOMBSTONE",
        description="Tidak ada lagi bagi Anda. / It is held no longer, or not in this area: drop it.",
    )


def changes_of(kinds: Sequence[Kind], start: str, ids: str = "null") -> Rows:
    """The page of changes behind the position that the arguments name.

    Args:
        kinds: What a caller can ask for.
        start: SQL of where a caller without a position begins, in microseconds since 1970.
        ids: SQL of the numbers of the persons he names.
    """
    names = ", ".join(f"'{kind.name}'" for kind in kinds)
    cut = f"coalesce(least(a.settled, {micros('{known}')}), 0)"
    order = "order by x.seq = 0, x.seq, x.at, x.rank, x.key"
    arrays = ", ".join(
        f"array_agg(x.{name} {order}) as {name}s" for name in ("at", "rank", "key", "held", "ref", "gone")
    )
    return Rows(
        "(with place as materialized (select hub.feed_position({arg[*.feed_position]}) as p,"
        f" coalesce({micros(SETTLED)}, 0) as settled),"
        " bound as materialized (select a.p[1] as filter,"
        " case when a.p[2] > a.settled then hub.refuse('cursor_ahead') else a.settled end as seen,"
        f" {instant(cut)} as until, {instant(f'coalesce(a.p[3], {cut})')} as tombs,"
        f" {instant(f'coalesce(a.p[4], {start})')} as at,"
        f" coalesce(a.p[5], {KEY_LAST}) as rank, coalesce(a.p[6], {KEY_LAST}) as key,"
        " a.p[7] as told, a.p[8] as final,"
        " greatest({arg[first.page]}, 1) as size, {arg[wilayah.lo]} as lo, {arg[wilayah.hi]} as hi,"
        f" {ids} as ids, case when {{arg[types]}} is null then array[{names}]"
        f" else {{arg[types]}}{_with_things(kinds)} end as kinds"
        " from place a),"
        f" page as materialized (select x.* from ({streams(kinds, ids != 'null')}) x {order} limit {_SIZE}),"
        f" told as (select {arrays}, count(*) as count, count(*) filter (where x.seq > 0) as drawn, max(x.seq) as seq"
        " from page x),"
        " cut as (select t.*, t.count < b.size as last, t.drawn < t.count as moved, t.drawn < b.size as drawn_all,"
        " b.until, b.filter, b.seen, b.tombs, b.at, b.rank, b.key, b.told, b.final from told t cross join bound b)"
        " select c.ats, c.ranks, c.keys, c.helds, c.refs, c.gones, c.count, c.last, c.until, c.filter, c.seen,"
        f" {micros('c.tombs')} as tombs,"
        " case when c.drawn_all then greatest(c.told, c.final) else c.seq end as done_told,"
        f" {_done(micros('greatest(c.at, c.until)'), micros('c.ats[c.count]'), micros('c.at'))} as done_at,"
        f" {_done(str(KEY_LAST), 'c.ranks[c.count]', 'c.rank')} as done_rank,"
        f" {_done(str(KEY_LAST), 'c.keys[c.count]', 'c.key')} as done_key from cut c)"
    )


def _done(end: str, last: str, before: str) -> str:
    """SQL of a part of the position behind a page: the end of all, its last change, or where it began."""
    return f"case when c.last then {end} when c.moved then {last} else {before} end"


def _with_things(kinds: Sequence[Kind]) -> str:
    """SQL that adds the things on which the facts hang that were asked for."""
    found = ""
    for thing in (kind for kind in kinds if kind.thing is None):
        facts = ", ".join(f"'{kind.name}'" for kind in kinds if kind.thing and kind.of == thing.of)
        if facts:
            found += f" || case when {{arg[types]}} && array[{facts}] then array['{thing.name}'] else '{{{{}}}}' end"
    return found


_SIZE = "(select b.size from bound b)"
NEXT = (
    "hub.feed_cursor(array[{t}.filter, {t}.seen, {t}.tombs, {t}.done_at, {t}.done_rank, {t}.done_key]::bigint[],"
    " {t}.done_told)"
)
_TYPES = "array[" + ", ".join(f"'{kind.of}'" for kind in KINDS) + "]"
_NAMES = "array[" + ", ".join(f"'{kind.name}'" for kind in KINDS) + "]"
ITEMS = Rows(
    f"(select u.*, ({_NAMES})[u.rank + 1] as name, ({_TYPES})[u.rank + 1] as of"
    " from unnest({p}.ats, {p}.ranks, {p}.keys, {p}.helds, {p}.refs, {p}.gones)"
    " with ordinality as u(at, rank, key, held, ref, gone, place))"
)
#: Things by their GraphQL type.
_THINGS = {kind.of: kind for kind in reversed(KINDS) if kind.thing is None and kind.name != "OBSERVATION"}
_LATEST = (Key("lower({t}.valid)", "date", down=True),)
_DATED = ("Enrollment", "Group", "Institution")
_NODE = Either(
    {
        of: Option(
            f"{{p}}.held and {{p}}.of = '{of}' and {{t}}.{kind.key} = {{p}}.key",
            _LATEST if of in _DATED else (),
        )
        for of, kind in _THINGS.items()
    }
)
_PLACES = " ".join(
    f"when '{of}' then (select v.{kind.area} from hub.{kind.table} v where v.{kind.key} = {{t}}.key"
    + ("" if of == "Record" else " and {recorded[v]}")
    + " limit 1)"
    for of, kind in _THINGS.items()
)


SUCCESSOR = (
    "case when not {t}.held and {t}.of = 'Person' then (select translate(encode(convert_to('Person:' || s.uid,"
    " 'UTF8'), 'base64'), E'\\n', '') from hub.person o join hub.person s on s.id = o.merged_into"
    " where o.id = {t}.key) end"
)


@strawberry.type(description="Satu perubahan. / One change.")
class Change:
    """One change: of a thing, or of a fact that hangs on it."""

    needs: ClassVar[Need] = ALL
    subject: ClassVar[str] = (
        "case {t}.of when 'Person' then {t}.key::text when 'FamilyCard' then 'c' || {t}.key"
        " when 'Household' then 'h' || {t}.key when 'Enrollment' then"
        " (select e.person_id::text from hub.enrollment e where e.enrollment_id = {t}.key limit 1)"
        " when 'Payment' then (select b.person_id::text from hub.benefit b where b.benefit_id = {t}.key limit 1)"
        " when 'Record' then " + OF_RECORD.replace("{t}.id", "{t}.key") + " else 'n' end"
    )
    rows: ClassVar[Rows] = ITEMS

    type: ChangeType = column("name", "Yang berubah. / What changed.")
    kind: ChangeKind = expression(
        "case when {t}.held then 'UPSERT' else 'TOMBSTONE' end", "Akibatnya. / What it comes to."
    )
    withdrawn: bool = expression(
        "{t}.gone and not {t}.held",
        "true: tidak lagi untuk Anda, meski mungkin masih ada. / true: a tombstone of what is no longer for you,"
        " whether or not it is held; drop it, and what was made of it.",
    )
    node_id: strawberry.ID = expression(
        "translate(encode(convert_to({t}.of || ':' || {t}.ref, 'UTF8'), 'base64'), E'\\n', '')",
        "Id global bendanya. / Global id of the thing that changed.",
    )
    successor: strawberry.ID | None = expression(
        SUCCESSOR,
        "Untuk orang yang digabungkan: id orangnya kini. / Of a person who was merged: global id of the current one.",
    )
    recorded: Instant = column("at", "Dicatat pada. / Instant at which the hub recorded it.")
    wilayah: WilayahCode | None = expression(
        "case when {t}.held then (select w.code from hub.wilayah w where w.system = 'kemendagri'"
        f" and w.area_key = case {{t}}.of {_PLACES} end limit 1) end",
        "Wilayah benda itu. / Area of the thing; null: unknown, or a tombstone.",
    )
    node: Node | None = declared(
        _NODE,
        "Bendanya sebagaimana kini, atau pada knownAt. / The thing as held now, or at knownAt; null: a tombstone,"
        " or not there on the day asked for.",
    )


@strawberry.type(description="Satu halaman perubahan. / One page of changes.")
class Changes:
    """One page of changes."""

    needs: ClassVar[Need] = ALL
    rows: ClassVar[Rows] = changes_of(KINDS, "0")

    items: list[Change] = declared(
        Relation(Arity.MANY, order=[Key("{t}.place")], size=500, sized_by="first"),
        "Perubahan, menurut waktu dicatat. / Changes, in the order of recording.",
    )
    count: int = column("count", "Banyaknya pada halaman ini. / How many stand on this page.")
    next: str = expression(
        NEXT, "Kursor buram untuk lanjutannya. / Opaque cursor for what follows, also after the last page."
    )
    last: bool = column("last", "true: belum ada lanjutannya. / true: nothing more follows yet.")
    until: Instant = column(
        "until",
        "Catatan utuh sampai waktu ini. / All that was recorded up to this instant, inclusive, is told by the end.",
    )


TYPES = argument(
    "types",
    list[ChangeType] | None,
    "Hanya jenis ini. / Of these kinds only; facts of persons and groups bring PERSON and GROUP along.",
)
AFTER = argument("after", str | None, "Sesudah kursor `next` ini. / After this cursor, a `next` of the feed.")
FIRST = argument(
    "first", int, "Paling banyak sebanyak ini, 1 sampai 500. / At most so many, 1 to 500; default 100.", 100
)


@strawberry.type(description="Perubahan. / Changes.")
class ChangesQuery:
    """The root of the feed."""

    rows: ClassVar[Rows | None] = None

    changes: Changes = declared(
        one(""),
        "Yang datang, berubah atau berakhir, menurut waktu dicatat. / What came, changed or ended, as recorded.",
        [
            AFTER,
            argument(
                "since",
                Instant | None,
                "Dicatat sesudah waktu ini; tanpa ini dan `after`: dari awal. / Recorded after this instant,"
                " exclusive; without it and `after`: from the beginning.",
            ),
            FIRST,
            TYPES,
            WILAYAH,
            *MOMENT,
        ],
    )
