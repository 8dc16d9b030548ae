"""What the hub tells of matched things: names for suggestions, values for new columns, a card to look at."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from hub.catalog_api.codes import LISTED
from hub.catalog_api.open_door import Asked
from hub.domain.area_names import area_name_key
from hub.domain.wilayah import Level

MOST_IDS = 500
AREA_VALUES = {
    "code": ("Kode Kemendagri", "Kemendagri code"),
    "bps_code": ("Kode BPS", "BPS code"),
    "name": ("Nama", "Name"),
    "level": ("Tingkat", "Level"),
    "type": ("Jenis", "Kind"),
    "parent": ("Kode wilayah di atasnya", "Code of the area above"),
    "provinsi": ("Provinsi", "Province"),
    "kabupaten": ("Kabupaten/kota", "Regency or city"),
    "kecamatan": ("Kecamatan", "District"),
    "population": ("Penduduk terdaftar akhir 2024", "Registered persons, end of 2024"),
    "latitude": ("Lintang", "Latitude"),
    "longitude": ("Bujur", "Longitude"),
}
CODE_VALUES = {
    "code": ("Kode", "Code"),
    "list": ("Daftar", "List"),
    "label_id": ("Label", "Label in Indonesian"),
    "label_en": ("Label Inggris", "Label in English"),
    "note": ("Catatan", "Note"),
}
"""Properties by id, with their names in Indonesian and English."""

# What is known of things by their ids, as one object by id; ids of nothing are left out.
VALUES = f"""
select coalesce(json_object_agg(r.id, r.told), '{{}}') :: text from (
  select i.id, json_build_object('code', w.code, 'name', w.name, 'level', w.level, 'type', w.type,
    'parent', w.parent_code, 'population', w.population, 'latitude', w.latitude, 'longitude', w.longitude,
    'bps_code', (select b.code from hub.wilayah b where b.system = 'bps' and b.area_key = w.area_key
      and b.level = w.level order by b.code limit 1),
    'provinsi', (select p.name from hub.wilayah p where p.system = 'kemendagri' and p.code = left(w.code, 2)),
    'kabupaten', (select p.name from hub.wilayah p where p.system = 'kemendagri' and p.code = left(w.code, 5)
      and p.level = 2),
    'kecamatan', (select p.name from hub.wilayah p where p.system = 'kemendagri' and p.code = left(w.code, 8)
      and p.level = 3)) as told
  from json_array_elements_text($1::json) i(id)
    join hub.wilayah w on w.system = 'kemendagri' and i.id = 'wilayah/' || w.code
  union all
  select i.id, json_build_object('code', l.code, 'list', l.scheme, 'label_id', l.label_id, 'label_en', l.label_en,
    'note', l.note)
  from json_array_elements_text($1::json) i(id) join {LISTED} l on i.id = 'codes/' || l.scheme || '/' || l.code
) r
"""
# Names that begin with the words typed so far, areas from the province down, then codes.
BEGINNING = f"""
select coalesce(json_agg(json_build_object('id', r.id, 'name', r.name, 'description', r.description)
  order by r.place, r.name, r.id), '[]') :: text from (
  (select 'wilayah/' || w.code as id, w.name, w.type || ' ' || w.code as description, w.level::int as place
   from json_to_recordset($1::json) as k(level int, key text)
     join hub.wilayah_name n on n.level = k.level and n.name_key >= k.key and n.name_key < k.key || '~'
       and n.kind = 'name'
     join hub.wilayah w on w.system = 'kemendagri' and w.code = n.code
   where k.key <> '' order by w.level, w.name, w.code limit $3)
  union all
  (select 'wilayah/' || w.code, w.name, w.type || ' ' || w.code, 0 from hub.wilayah w
   where w.system = 'kemendagri' and w.code = $2)
  union all
  (select 'codes/' || l.scheme || '/' || l.code, l.label_id, l.scheme || ' ' || l.code, 5 from {LISTED} l
   where $2 <> '' and (lower(l.code) = lower($2) or starts_with(lower(l.label_id), lower($2)))
   order by l.scheme, l.sort, l.code limit $3)
) r
"""
CARD = """<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:14px/1.4 system-ui,sans-serif;margin:8px}}th{{text-align:left;padding-right:1em;font-weight:400}}
caption{{text-align:left;font-weight:600}}</style><table><caption>{title}</caption>{rows}</table></html>"""
CARD_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *; base-uri 'none'"
"""A client shows the card in a frame of its own page; there is nothing to press on it."""


async def values(asked: Asked, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """What is known of some things, by id."""
    found: dict[str, dict[str, Any]] = await asked.read(
        VALUES, orjson.dumps(list(ids)).decode(), rows=len(ids)
    )
    return found


async def beginning(asked: Asked, prefix: str, most: int) -> list[dict[str, Any]]:
    """Areas and codes whose names begin like this."""
    keys = [{"level": int(level), "key": area_name_key(prefix, level)} for level in Level]
    found: list[dict[str, Any]] = await asked.read(
        BEGINNING, orjson.dumps(keys).decode(), prefix, most, rows=2 * most
    )
    return found[:most]


def names(of: str) -> Mapping[str, tuple[str, str]]:
    """The properties of a type, or of a thing by its id."""
    return (
        AREA_VALUES
        if of.startswith(("wilayah", "provinsi", "kabupaten", "kecamatan", "desa"))
        else CODE_VALUES
    )


def card(thing: str, known: Mapping[str, Any], language: str) -> str:
    """A thing as a small page."""
    at = language == "en"
    rows = "".join(
        f"<tr><th scope=row>{html.escape(label[at])}<td>{html.escape(str(known[name]))}"
        for name, label in names(thing).items()
        if known.get(name) is not None
    )
    title = html.escape(str(known.get("name") or known.get("label_id")))
    return CARD.format(language=language, title=title, rows=rows)
