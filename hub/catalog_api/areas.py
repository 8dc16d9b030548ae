"""Area codes in both systems by date: `/reference/wilayah`, `/reference/successors`, `/reference/bridges`."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from hub.catalog_api.forms import form_of, told
from hub.catalog_api.open_door import Asked, Told
from hub.domain.wilayah import AreaCode, System, parse_area
from hub.errors import InputError
from hub.schema.asking import Malformed

MOST = 1000
USUAL = 100
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_BEYOND = ":"
"""Stands behind every digit and dot."""

_IN_FORCE = """(select daterange((select max(upper(s.valid)) from hub.wilayah_successor s
  where s.successor_code = w.code), null))"""
"""Days of the code of today: since the last of those that it took the place of."""
_BPS_OF = """(select b.code from hub.wilayah b where b.system = 'bps' and b.area_key = w.area_key
  and b.level = w.level order by b.code limit 1)"""

# The area that a code means, in force or retired: its code of today, what became of the one asked for, and every code
# that it has borne; those of one day where a day is given. One object; null where nobody knows the code.
AREA = f"""
with named(code, status, retired) as (
  select code, status, retired from (
    select w.code, 'in_force' as status, null::json as retired, 1 as place from hub.wilayah w
    where $1 = 'kemendagri' and w.system = 'kemendagri' and w.code = $2
    union all
    select s.successor_code, 'retired', json_build_object('code', s.code, 'name', s.name, 'level', s.level,
      'from', lower(s.valid), 'to', upper(s.valid), 'method', s.method), 2
    from hub.wilayah_successor s where $1 = 'kemendagri' and s.code = $2
    union all
    select w.code, 'in_force', null, 1 from hub.wilayah b join hub.wilayah w
      on w.system = 'kemendagri' and w.area_key = b.area_key and w.level = b.level
    where $1 = 'bps' and b.system = 'bps' and b.code = $2
    union all
    select g.kemendagri_code, 'bridged', json_build_object('code', g.bps_code, 'name', g.bps_name, 'level', g.level,
      'from', null, 'to', null, 'method', g.match), 2
    from hub.wilayah_bridge g where $1 = 'bps' and g.bps_code = $2
  ) found order by place limit 1
)
select json_build_object('status', n.status, 'retired', n.retired,
  'area', case when w.code is not null then json_build_object(
    'code', w.code, 'bpsCode', {_BPS_OF}, 'name', w.name, 'level', w.level, 'type', w.type,
    'population', w.population, 'latitude', w.latitude, 'longitude', w.longitude) end,
  'ancestors', (select coalesce(json_agg(json_build_object('code', a.code, 'name', a.name) order by a.code), '[]')
    from hub.wilayah a where a.system = 'kemendagri' and a.level < w.level
      and a.code = any(array[left(w.code, 2), left(w.code, 5), left(w.code, 8)])),
  'codes', (select coalesce(json_agg(json_build_object('system', c.system, 'code', c.code, 'name', c.name,
      'from', lower(c.valid), 'to', upper(c.valid)) order by c.system desc, lower(c.valid) nulls first, c.code), '[]')
    from (
      select 'kemendagri' as system, w.code, w.name, {_IN_FORCE} as valid where w.code is not null
      union all select 'kemendagri', s.code, s.name, s.valid from hub.wilayah_successor s
        where s.successor_code = w.code or (w.code is null and $1 = 'kemendagri' and s.code = $2)
      union all select 'bps', b.code, b.name, '(,)' from hub.wilayah b
        where b.system = 'bps' and b.area_key = w.area_key and b.level = w.level
    ) c where $3::date is null or c.valid @> $3::date)) :: text
from named n left join hub.wilayah w on w.system = 'kemendagri' and w.code = n.code
"""

# Codes of one level or all below one area, in order, from behind `$4` to before `$5`: in force, or those of a day.
AREAS = f"""
select coalesce(json_agg(r order by r.code), '[]') :: text from (
  select * from (
    (select w.code, w.name, w.level, w.type, w.parent_code as "parentCode", {_BPS_OF} as "bpsCode",
       w.code as "currentCode", lower(v.valid) as "from", upper(v.valid) as "to"
     from hub.wilayah w cross join lateral (select {_IN_FORCE} as valid) v
     where $1 = 'kemendagri' and w.system = 'kemendagri' and w.code > $4 and w.code < $5
       and ($2::int is null or w.level = $2) and ($3::date is null or v.valid @> $3)
     order by w.code limit $6)
    union all
    (select s.code, s.name, s.level, null, nullif(regexp_replace(s.code, '\\.?[0-9]+$', ''), ''), null,
       s.successor_code, lower(s.valid), upper(s.valid)
     from hub.wilayah_successor s
     where $1 = 'kemendagri' and s.code > $4 and s.code < $5
       and ($2::int is null or s.level = $2) and s.valid @> $3::date
     order by s.code limit $6)
    union all
    (select b.code, b.name, b.level, b.type, b.parent_code, b.code, w.code, null, null
     from hub.wilayah b left join hub.wilayah w
       on w.system = 'kemendagri' and w.area_key = b.area_key and w.level = b.level
     where $1 = 'bps' and b.system = 'bps' and b.code > $4 and b.code < $5 and ($2::int is null or b.level = $2)
     order by b.code limit $6)
  ) every order by code limit $6
) r
"""
SUCCESSORS = """
select coalesce(json_agg(r order by r.code), '[]') :: text from (
  select s.code, s.name, s.level, s.successor_code as "successorCode", w.name as "successorName", s.method,
    lower(s.valid) as "from", upper(s.valid) as "to"
  from hub.wilayah_successor s left join hub.wilayah w on w.system = 'kemendagri' and w.code = s.successor_code
  where s.code > $1 and s.code < $2 and ($3::int is null or s.level = $3) and ($4::date is null or s.valid @> $4)
  order by s.code limit $5
) r
"""
BRIDGES = """
select coalesce(json_agg(r order by r.code), '[]') :: text from (
  select g.bps_code as code, g.bps_name as name, g.level, g.kemendagri_code as "kemendagriCode",
    g.bridged_code as "bridgedCode", g.match, g.postal_codes as "postalCodes"
  from hub.wilayah_bridge g
  where g.bps_code > $1 and g.bps_code < $2 and ($3::int is null or g.level = $3)
  order by g.bps_code limit $4
) r
"""
COLUMNS = {
    "wilayah": ("code", "name", "level", "type", "parentCode", "bpsCode", "currentCode", "from", "to", "uri"),
    "successors": ("code", "name", "level", "successorCode", "successorName", "method", "from", "to"),
    "bridges": ("code", "name", "level", "kemendagriCode", "bridgedCode", "match", "postalCodes"),
    "codes": ("system", "code", "name", "from", "to"),
}
"""Columns of each list as CSV; `from` and `to` are days, half-open, empty where not known or not over."""


async def area(asked: Asked) -> Told:
    """One area by a code that it has or had, and its codes; those of the day `on` where one is given."""
    words = asked.words("on", "system", "format")
    form = form_of(asked, ("json", "csv"), words.get("format", ""))
    code, on = _code(asked.path["code"], words.get("system", "")), _day(words.get("on", ""))
    found = await asked.read(AREA, code.system.value, code.code, on)
    if found is None:
        raise Malformed(
            404, "kode wilayah ini tidak dikenal", "no area ever had this code", reason="unknown_code"
        )
    if form == "csv":
        return told(form, (COLUMNS["codes"], found["codes"]))
    here = found["area"] and {"uri": address(asked, found["area"]["code"])} | found["area"]
    parents = [{**one, "uri": address(asked, one["code"])} for one in found["ancestors"]]
    return told(
        form,
        {
            "asked": {"system": code.system.value, "code": code.code, "on": words.get("on")},
            **found,
            "area": here,
            "ancestors": parents,
        },
    )


async def areas(asked: Asked) -> Told:
    """Codes below an area or of a level: in force, or of the day `on`."""
    words = asked.words("within", "level", "system", "on", "after", "limit", "format")
    form = form_of(asked, ("json", "csv"), words.get("format", ""))
    system, on, limit = _system(words.get("system", "kemendagri")), _day(words.get("on", "")), _limit(words)
    if system is System.BPS and on:
        raise Malformed(400, "BPS tidak menyebut masa berlaku kodenya", "BPS codes have no days")
    low, high = _range(words, system)
    values = (system.value, _level(words), on, low, high, limit + 1)
    rows = await asked.read(AREAS, *values, rows=limit)
    for row in rows:
        row["uri"] = address(asked, row["code"], system)
    return _page(asked, form, "wilayah", words, rows)


async def successors(asked: Asked) -> Told:
    """Codes that were retired since 2016, with what took their place."""
    words = asked.words("within", "level", "on", "after", "limit", "format")
    form, limit = form_of(asked, ("json", "csv"), words.get("format", "")), _limit(words)
    values = (*_range(words, System.KEMENDAGRI), _level(words), _day(words.get("on", "")), limit + 1)
    return _page(asked, form, "successors", words, await asked.read(SUCCESSORS, *values, rows=limit))


async def bridges(asked: Asked) -> Told:
    """BPS codes beside Kemendagri codes."""
    words = asked.words("within", "level", "after", "limit", "format")
    form, limit = form_of(asked, ("json", "csv"), words.get("format", "")), _limit(words)
    values = (*_range(words, System.BPS), _level(words), limit + 1)
    return _page(asked, form, "bridges", words, await asked.read(BRIDGES, *values, rows=limit))


def address(asked: Asked, code: str, system: System = System.KEMENDAGRI) -> str:
    """The permanent address of an area by its code."""
    return f"{asked.base}/reference/wilayah/{code}{'?system=bps' if system is System.BPS else ''}"


def _page(asked: Asked, form: str, name: str, words: Mapping[str, str], rows: list[dict[str, Any]]) -> Told:
    """A page of rows, with the address of the next one where there are more."""
    limit, following = _limit(words), ""
    if len(rows) > limit:
        del rows[limit:]
        more = {**words, "after": rows[-1]["code"]}
        following = f"{asked.base}{asked.http.url.path}?{urlencode(more)}"
    headers = {"link": f'<{following}>; rel="next"'} if following else {}
    if form == "csv":
        return told(form, (COLUMNS[name], rows), headers)
    return told(form, {"rows": rows, "next": following or None}, headers)


def _code(text: str, system: str) -> AreaCode:
    try:
        return parse_area(text, _system(system) if system else None)
    except InputError as error:
        indonesian = {
            "area_system_missing": "kode tanpa titik berbeda arti bagi Kemendagri dan BPS: sebutkan `system`",
        }.get(error.code, "bukan kode wilayah: tulislah 33.20 atau 3320&system=bps")
        raise Malformed(400, indonesian, error.message, reason=error.code) from None


def _system(text: str) -> System:
    if text not in ("kemendagri", "bps"):
        raise Malformed(400, "`system` adalah kemendagri atau bps", "`system` is kemendagri or bps")
    return System(text)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        if not _DAY.match(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise Malformed(400, "`on` adalah hari: 2016-01-01", "`on` is a day: 2016-01-01") from None


def _level(words: Mapping[str, str]) -> int | None:
    text = words.get("level")
    if text is not None and text not in ("1", "2", "3", "4"):
        raise Malformed(400, "`level` adalah 1 sampai 4", "`level` is 1 to 4")
    return None if text is None else int(text)


def _limit(words: Mapping[str, str]) -> int:
    text = words.get("limit", str(USUAL))
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and 0 < int(text) <= MOST):
        raise Malformed(400, f"`limit` adalah 1 sampai {MOST}", f"`limit` is 1 to {MOST}")
    return int(text)


def _range(words: Mapping[str, str], system: System) -> tuple[str, str]:
    """What codes lie between: those inside an area, and of these those behind the last one that is known."""
    low, high = "", _BEYOND
    if within := words.get("within"):
        code = _code(within, system.value).code
        low = f"{code}." if system is System.KEMENDAGRI else code
        high = f"{code}/" if system is System.KEMENDAGRI else f"{code}{_BEYOND}"
    if after := words.get("after"):
        low = max(low, _code(after, system.value).code)
    return low, high
