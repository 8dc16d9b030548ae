"""The feed from one hub to the next (desa to kabupaten to provinsi): every record with what it claims.

A feed is cut at an instant up to which the record is whole (`hub.schema.watermark`). Between two such cuts a
record stands in the feed once: with the version held true at the later cut, or as a tombstone. Record ids ascend
with the instants of recording, so that they are the order of the versions.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, one
from hub.compiler.needs import Need
from hub.schema.declaring import argument, column, declared, expression
from hub.schema.paging import MOMENT, WILAYAH
from hub.schema.records import OF_RECORD
from hub.schema.scalars import Instant, WilayahCode
from hub.schema.scoping import ALL
from hub.schema.watermark import SETTLED, instant, micros, opaque
from hub.store.sql import Table
from hub.store.tables.claims import CLAIMS, MENTION_SLOTS

FEED_VERSION = 1
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
_NARROWED = (
    f"({_OF.format('lo')} is null or r.event_area_key between {_OF.format('lo')} and {_OF.format('hi')})"
    f" and ({_OF.format('sources')} is null or r.source_id = any({_OF.format('numbers')}::smallint[]))"
)
_CUT = instant(_OF.format("until"))
_HELD = f"r.recorded @> {_CUT}"
# Of the versions that ended in the window, those of which no later one is told or was a tombstone already.
_LAST = (
    "not exists (select from hub.source_record v where v.entry_id = r.entry_id and v.version > r.version"
    f" and lower(v.recorded) <= {_CUT} and {_NARROWED.replace('r.', 'v.')})"
)
_CLOSED_AT = micros("e.at")

FEED = Rows(
    "(with bound as materialized ("
    " select coalesce(nullif({arg[after.feed_until]}, 0), " + _UNTIL + ") as until,"
    " coalesce({arg[after.feed_opened]}, 0) as opened,"
    " coalesce({arg[after.feed_closed]}, " + _UNTIL + ") as closed,"
    " coalesce({arg[after.feed_tomb]}, 0) as tomb,"
    " greatest(coalesce({arg[first.page]}, 500), 1) as size,"
    " {arg[wilayah.lo]} as lo, {arg[wilayah.hi]} as hi, {arg[sources]} as sources,"
    " array(select s.id from hub.source s where s.code = any({arg[sources]})) as numbers"
    "), page as materialized (select x.id, x.gone, x.at from ("
    f"(select r.id, false as gone, 0::bigint as at from hub.source_record r where r.id > {_OF.format('opened')}"
    f" and {_HELD} and {_NARROWED} order by r.id limit {_OF.format('size')})"
    f" union all (select r.id, true, {_CLOSED_AT} from hub.record_end e join hub.source_record r on r.id = e.record_id"
    f" where e.at >= {instant(_OF.format('closed'))} and e.at <= {_CUT}"
    f" and ({_CLOSED_AT}, e.record_id) > ({_OF.format('closed')}, {_OF.format('tomb')}) and {_NARROWED} and {_LAST}"
    f" order by e.at, e.record_id limit {_OF.format('size')})"
    f") x order by x.gone, x.at, x.id limit {_OF.format('size')}),"
    " told as (select array_agg(p.id order by p.gone, p.at, p.id) as ids,"
    " array_agg(p.gone order by p.gone, p.at, p.id) as gone, count(*) as rows,"
    " max(p.id) filter (where not p.gone) as opened, max(p.at) filter (where p.gone) as closed,"
    " max(array[p.at, p.id]) filter (where p.gone) as tomb from page p)"
    " select t.ids, t.gone, t.rows < b.size as last, b.until,"
    " coalesce(t.opened, b.opened) as opened, coalesce(t.closed, b.closed) as closed,"
    " coalesce(t.tomb[2], b.tomb) as tomb from bound b cross join told t)"
)
# After the last page the window is over: the next begins at its end, behind every tombstone of that instant.
_NEXT = opaque(
    "case when {t}.last then json_build_array(0, {t}.opened, {t}.until, 9223372036854775807)"
    " else json_build_array({t}.until, {t}.opened, {t}.closed, {t}.tomb) end"
)
ITEMS = Rows(
    "(select r.*, u.gone, u.place from unnest({p}.ids, {p}.gone) with ordinality as u(id, gone, place)"
    " join hub.source_record r on r.id = u.id)"
)


@strawberry.type(description="Satu rekaman dalam aliran. / One record of the feed.")
class FeedItem:
    """One record of the feed: the version held true, or a tombstone."""

    needs: ClassVar[Need] = ALL
    subject: ClassVar[str] = OF_RECORD
    rows: ClassVar[Rows] = ITEMS

    source: str = expression(
        "select s.code from hub.source s where s.id = {t}.source_id",
        "Sumber asal di hub ini. / Source at this hub, by its short name.",
    )
    record_key: str = column("record_key", "Kunci menurut sumber. / Key declared by the source.")
    occurrence: int = column(
        "occurrence",
        "1; lebih bila baris yang berbeda berbagi kunci. / 1; more where differing rows share a key.",
    )
    version: int = column("version", "Versi, dari 1. / Version, from 1.")
    recorded_from: Instant = expression(
        "case when {t}.gone then upper({t}.recorded) else lower({t}.recorded) end",
        "Sejak kapan keadaan ini dicatat. / Since when the hub holds it so, inclusive.",
    )
    closed: bool = column(
        "gone", "true: rekaman ini tidak berlaku lagi. / true: a tombstone, the record no longer stands."
    )
    wilayah: WilayahCode | None = expression(
        "select w.code from hub.wilayah w where w.system = 'kemendagri' and w.area_key = {t}.event_area_key limit 1",
        "Wilayah rekaman. / Area of the record; null: unknown.",
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
        "Rekaman, versi lebih dulu lalu nisan. / Records: versions first, then tombstones.",
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
