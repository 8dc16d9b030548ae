"""The feed from one hub to the next (desa to kabupaten to provinsi): every record with what it claims.

A feed is cut at an instant up to which the record is whole (`hub.schema.watermark`). Between two such cuts a
record stands in the feed with the version held true at the later cut, or as a tombstone. Record ids ascend with the
instants of recording, so that they are the order of the versions. What its reader came to see no longer or again, with
nothing of it changed (withheld, freed, moved with its person), comes as well; of what is withdrawn nothing is said but
its number, which whoever had it knows. Where a record comes more than once, the last counts.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, one
from hub.compiler.needs import Need
from hub.compiler.positions import LAST, SHARE
from hub.schema.change_kinds import LIMITED, REACHED
from hub.schema.declaring import argument, column, declared, expression
from hub.schema.paging import MOMENT, WILAYAH
from hub.schema.records import OF_RECORD
from hub.schema.scalars import Instant, WilayahCode
from hub.schema.scoping import ALL
from hub.schema.watermark import SETTLED, instant, micros
from hub.store.sql import Table
from hub.store.tables.claims import CLAIMS, MENTION_SLOTS

FEED_VERSION = 2
"""Of the form of items and claims; a hub refuses a feed of another version."""
#: Columns of a claim that say where it stands in this hub; all others are said to the next.
_OURS = frozenset({"record_id", "mention_id", "source_id", "person_id", "home_area_key"})
#: Names in the feed of columns whose name in the table means something else to a connector: `role` is the slot there.
_SAID: Mapping[tuple[str, str], str] = {
    ("claim_enrollment", "role"): "role_in_program",
    ("claim_group", "role"): "role_in_group",
}


def _kind(table: Table) -> str:
    """Name and value, in a JSON object, of the claims of one kind: a list of objects of texts, ordered by slot."""
    stated = [
        f"c.{each.name}::text as {_SAID.get((table.name, each.name), each.name)}"
        for each in table.columns
        if each.name not in _OURS
    ]
    columns = ", ".join([f"(c.mention_id - {{t}}.entry_id * {MENTION_SLOTS})::text as role", *stated])
    name = table.name.removeprefix("claim_")
    return (
        f"'{name}', (select jsonb_agg(to_jsonb(x) order by x.role, to_jsonb(x)::text) from"
        f" (select {columns} from hub.{table.name} c where c.record_id = {{t}}.id) x)"
    )


CLAIMED = (
    "case when {t}.gone then '{{}}' else"
    f" jsonb_strip_nulls(jsonb_build_object({', '.join(_kind(table) for table in CLAIMS)}))::text end"
)


_UNTIL = f"coalesce({micros(f'least({SETTLED}, {{known}})')}, 0)"
_OF = "(select b.{} from bound b)"


def _narrowed(row: str) -> str:
    """SQL: the record lies in the area and is of the sources asked for."""
    return (
        f"(b.lo is null or {row}.event_area_key between b.lo and b.hi)"
        f" and (b.sources is null or {row}.source_id = any(b.numbers::smallint[]))"
    )


def _held(row: str, entry: str) -> str:
    """SQL: number of the version of a record that this reader is told of now; null: of none."""
    return (
        f"(select v.id from hub.source_record v where v.entry_id = {entry} and v.recorded @> b.cut"
        f" and {_narrowed('v')} limit 1) as {row}"
    )


# What this reader came to see no longer, or again, though nothing of it changed: in the order of its commits.
_WITHDRAWN = (
    "select 0 as arm, r.seq as at, r.key, y.entry, " + _held("id", "y.entry") + ", false as ended"
    " from hub.withdrawal r cross join lateral (select hub.entry_of(r.key) as entry) y"
    " where r.kind = 'RECORD' and r.seq > b.told and (r.left_at is null or r.left_at > b.closed_at)"
    " and (b.lo is null or r.listed_area_key between b.lo and b.hi) and y.entry is not null"
    " order by r.seq limit b.size"
)
_OPENED = (
    "select 1, 0::bigint, r.id, r.entry_id, r.id, false from hub.source_record r"
    f" where r.id > b.opened and r.recorded @> b.cut and {_narrowed('r')} order by r.id limit b.size"
)
# Of the versions that ended in the window, those of which no later one is told or was a tombstone already.
_ENDED = (
    f"select 2, {micros('e.at')}, e.record_id, r.entry_id, r.id, true"
    " from hub.record_end e join hub.source_record r on r.id = e.record_id"
    " where e.at >= b.closed_at and e.at <= b.cut"
    f" and ({micros('e.at')}, e.record_id) > (b.closed, b.tomb) and {_narrowed('r')}"
    " and not exists (select from hub.source_record v where v.entry_id = r.entry_id and v.version > r.version"
    f" and lower(v.recorded) <= b.cut and {_narrowed('v')}) order by e.at, e.record_id limit b.size"
)
# What came into reach, or left it, with the home of its person; and what a record says of another who did.
_MOVED = (
    f"select 2, {micros('r.at')}, r.key, y.entry, h.id, false"
    " from hub.relocation r cross join lateral (select hub.entry_of(r.key) as entry) y"
    f" cross join lateral (select {_held('id', 'y.entry')}) h"
    f" where (r.kind = 'RECORD' or r.kind = 'MENTION' and h.id is not null) and {LIMITED}"
    f" and ({REACHED.format('event_area_key')} and {REACHED.format('home_area_key')}) is not true"
    " and (b.lo is null or r.listed_area_key between b.lo and b.hi) and y.entry is not null"
    f" and r.at >= b.closed_at and r.at <= b.cut and ({micros('r.at')}, r.key) > (b.closed, b.tomb)"
    " order by r.at, r.key limit b.size"
)
_ARMS = " union all ".join(
    f"(select a.* from bound b cross join lateral ({arm}) a)" for arm in (_WITHDRAWN, _OPENED, _ENDED, _MOVED)
)
_ORDER = "order by p.arm, p.at, p.key, p.ended"

FEED = Rows(
    "(with place as materialized (select hub.feed_position({arg[*.share_position]}) as p),"
    " parts as materialized ("
    f" select coalesce(nullif(a.p[2], 0), {_UNTIL}) as until, coalesce(a.p[3], 0) as opened,"
    f" coalesce(a.p[4], {_UNTIL}) as closed, coalesce(a.p[5], 0) as tomb,"
    " a.p[1] as filter, a.p[7] as told, a.p[8] as final,"
    " greatest(coalesce({arg[first.page]}, 500), 1) as size,"
    " {arg[wilayah.lo]} as lo, {arg[wilayah.hi]} as hi, {arg[sources]} as sources,"
    " array(select s.id from hub.source s where s.code = any({arg[sources]})) as numbers from place a"
    f"), bound as materialized (select x.*, {instant('x.until')} as cut, {instant('x.closed')} as closed_at"
    " from parts x"
    f"), page as materialized (select p.* from ({_ARMS}) p {_ORDER} limit {_OF.format('size')}),"
    f" told as (select array_agg(p.id {_ORDER}) as ids, array_agg(p.entry {_ORDER}) as entries,"
    f" array_agg(p.ended {_ORDER}) as ended, count(*) as rows, count(*) filter (where p.arm = 0) as drawn,"
    " max(p.at) filter (where p.arm = 0) as seq, max(p.key) filter (where p.arm = 1) as opened,"
    " max(array[p.at, p.key]) filter (where p.arm = 2) as tomb from page p)"
    " select t.ids, t.entries, t.ended, t.rows < b.size as last, b.until, b.filter,"
    " coalesce(t.opened, b.opened) as opened, coalesce(t.tomb[1], b.closed) as closed,"
    " coalesce(t.tomb[2], b.tomb) as tomb,"
    " case when t.drawn < b.size then greatest(b.told, b.final) else t.seq end as done_told"
    " from bound b cross join told t)"
)
# After the last page the window is over: the next begins at its end, behind every tombstone of that instant.
_NEXT = (
    "hub.feed_cursor(case when {t}.last"
    f" then array[{{t}}.filter, 0, {{t}}.opened, {{t}}.until, {LAST}, {SHARE}]"
    f" else array[{{t}}.filter, {{t}}.until, {{t}}.opened, {{t}}.closed, {{t}}.tomb, {SHARE}] end::bigint[],"
    " {t}.done_told)"
)
ITEMS = Rows(
    "(select r.*, u.entry, u.ended or u.id is null as gone, u.id is null as withdrawn, u.place,"
    " y.origin, y.origin_entry from unnest({p}.ids, {p}.entries, {p}.ended)"
    " with ordinality as u(id, entry, ended, place) left join hub.source_record r on r.id = u.id"
    " left join hub.relayed y on y.entry_id = r.entry_id)"
)
_HERE = "(select h.code from hub.this_hub h where h.id = 1)"
_SOURCE = (
    "select case s.family when 'hub' then split_part({t}.record_key, '|', 1) else s.code end"
    " from hub.source s where s.id = {t}.source_id"
)


@strawberry.type(description="Satu rekaman dalam aliran. / One record of the feed.")
class FeedItem:
    """One record of the feed: the version held true, or a tombstone."""

    needs: ClassVar[Need] = ALL
    subject: ClassVar[str] = OF_RECORD
    rows: ClassVar[Rows] = ITEMS

    entry: str = expression(
        "{t}.entry::text",
        "Nomor rekaman di hub ini, sama untuk semua versinya. / Number of the record at this hub, over all versions.",
    )
    source: str | None = expression(
        _SOURCE,
        "Sumber asal, di hub yang pertama menyatakannya. / Source, at the hub that said it first; null: withdrawn.",
    )
    record_key: str | None = column("record_key", "Kunci menurut sumber. / Key declared by the source.")
    occurrence: int | None = column(
        "occurrence",
        "1; lebih bila baris yang berbeda berbagi kunci. / 1; more where differing rows share a key.",
    )
    version: int | None = column("version", "Versi, dari 1. / Version, from 1.")
    recorded_from: Instant | None = expression(
        "case when {t}.gone then upper({t}.recorded) else lower({t}.recorded) end",
        "Sejak kapan keadaan ini dicatat. / Since when the hub holds it so, inclusive.",
    )
    closed: bool = column(
        "gone", "true: rekaman ini tidak berlaku lagi. / true: a tombstone, the record no longer stands."
    )
    withdrawn: bool = column(
        "withdrawn",
        "true: tidak lagi untuk Anda, meski mungkin masih berlaku. / true: a tombstone of what is no longer for you,"
        " whether or not it stands; drop it, and what was made of it.",
    )
    wilayah: WilayahCode | None = expression(
        "select w.code from hub.wilayah w where w.system = 'kemendagri' and w.area_key = {t}.event_area_key limit 1",
        "Wilayah rekaman. / Area of the record; null: unknown.",
    )
    origin: str | None = expression(
        f"case when not {{t}}.withdrawn then coalesce({{t}}.origin, {_HERE})::text end",
        "Hub yang pertama menyatakannya. / Code of the hub that said it first; null: withdrawn.",
    )
    origin_entry: str | None = expression(
        "case when not {t}.withdrawn then coalesce({t}.origin_entry, {t}.entry)::text end",
        "Nomor rekaman di hub itu. / Number of the record at that hub; null: withdrawn.",
    )
    claims: str = expression(
        CLAIMED,
        "Yang dinyatakan rekaman, teks JSON: jenis ke daftar kolom dan nilainya sebagai teks. / "
        "What the record claims, as JSON text: kind to a list of columns with their values as texts.",
    )


@strawberry.type(description="Satu halaman aliran antar-hub. / One page of the feed from hub to hub.")
class ShareFeed:
    """One page of the feed."""

    needs: ClassVar[Need] = ALL
    rows: ClassVar[Rows] = FEED

    schema_version: int = expression(str(FEED_VERSION), "Versi bentuk aliran. / Version of the feed's form.")
    items: list[FeedItem] = declared(
        Relation(Arity.MANY, order=[Key("{t}.place")], size=500, sized_by="first"),
        "Rekaman: yang ditarik dulu, lalu versi, lalu nisan. / Records: withdrawals first, then versions, then"
        " tombstones.",
    )
    next: str = expression(
        _NEXT,
        "Kursor buram untuk halaman sesudahnya. / Opaque cursor for what follows, also after the last page.",
    )
    last: bool = column("last", "true: belum ada lanjutannya. / true: nothing more follows yet.")


def _arguments() -> list[Any]:
    return [
        argument(
            "after", str | None, "Sesudah kursor `next` ini. / After this cursor, a `next` of the feed."
        ),
        argument("first", int, "Paling banyak sebanyak ini, 1 sampai 500. / At most so many, 1 to 500.", 500),
        WILAYAH,
        argument("sources", list[str] | None, "Hanya sumber ini. / Of these sources only."),
        *MOMENT,
    ]


@strawberry.type(description="Aliran antar-hub. / The feed between hubs.")
class FeedQuery:
    """The root of the feed; `knownAt` ends it at that instant, `asOf` changes nothing."""

    rows: ClassVar[Rows | None] = None

    share_feed: ShareFeed = declared(
        one(""),
        "Rekaman beserta pernyataannya, untuk hub di atasnya. / Records with what they claim, for the hub above.",
        _arguments(),
    )
