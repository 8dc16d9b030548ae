"""Code lists as SKOS, JSON and CSV: `/reference/codes`, `/reference/codes/<list>`, `/reference/codes/<list>/<code>`.

The programs are a list (`program`), and so are the lists of others that the hub relates to its own (`code_crosswalk`).
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from hub.catalog_api.forms import form_of, told
from hub.catalog_api.linked import Node, link, said
from hub.catalog_api.open_door import Asked, Told
from hub.schema.asking import Malformed

FORMS = ("json", "csv", "ttl", "jsonld")
COLUMNS = ("list", "code", "labelId", "labelEn", "note")

LISTED = """(
  select c.scheme, c.code, c.label_id, c.label_en, c.note, c.sort from hub.code c
  union all
  select 'program', p.code, p.name_id, p.name_en, p.legal_basis, p.id from hub.program p
  union all
  select x.source_scheme, x.source_code, min(x.source_label), null, null, min(x.id)::int
  from hub.code_crosswalk x group by x.source_scheme, x.source_code
)"""
"""Every code of every list: (scheme, code, label_id, label_en, note, sort)."""

LISTS = f"""
select coalesce(json_agg(json_build_object('list', l.scheme, 'codes', l.codes) order by l.scheme), '[]') :: text
from (select scheme, count(*) as codes from {LISTED} c group by scheme) l
"""
# The codes of one list in its order, each with what it is in other lists; all codes, or one.
CODES = f"""
select json_agg(json_build_object('list', c.scheme, 'code', c.code, 'labelId', c.label_id, 'labelEn', c.label_en,
  'note', c.note, 'matches', (
    select coalesce(json_agg(json_build_object('list', m.scheme, 'code', m.code, 'relation', m.relation)
      order by m.scheme, m.code), '[]')
    from (
      select x.scheme, x.code, x.relation from hub.code_crosswalk x
      where x.source_scheme = c.scheme and x.source_code = c.code and x.code is not null
      union all
      select x.source_scheme, x.source_code,
        case x.relation when 'narrower' then 'broader' when 'broader' then 'narrower' else x.relation end
      from hub.code_crosswalk x where x.scheme = c.scheme and x.code = c.code
    ) m)) order by c.sort, c.code) :: text
from {LISTED} c where c.scheme = $1 and ($2::text is null or c.code = $2)
"""
MATCHES = {
    "exact": "skos:exactMatch",
    "close": "skos:closeMatch",
    "narrower": "skos:broadMatch",
    "broader": "skos:narrowMatch",
    "inferred": "skos:relatedMatch",
}
"""Properties of SKOS by our relations: a code that is narrower than another has that one as its broader match."""
TITLES = {
    "benefit_event": ("Peristiwa penyaluran", "Events of a benefit"),
    "benefit_kind": ("Bentuk manfaat", "Kinds of benefits"),
    "blood_type": ("Golongan darah", "Blood types"),
    "disability": ("Penyandang disabilitas", "Disability"),
    "disability_kind": ("Ragam disabilitas", "Kinds of disability"),
    "disaster": ("Bencana", "Disasters"),
    "education": ("Pendidikan", "Education"),
    "enrollment_status": ("Status kepesertaan", "States of an enrollment"),
    "marital": ("Status perkawinan", "Marital status"),
    "occupation": ("Pekerjaan", "Occupations"),
    "pmks": ("Penyandang masalah kesejahteraan sosial", "Social welfare problems"),
    "program": ("Program bantuan sosial", "Programs of social assistance"),
    "psks": ("Potensi dan sumber kesejahteraan sosial", "Social welfare resources"),
    "religion": ("Agama", "Religion"),
    "sex": ("Jenis kelamin", "Sex"),
    "shdk": ("Hubungan dengan kepala keluarga", "Relation to the head of the family"),
    "vital": ("Keadaan hidup", "Vital status"),
}
"""Names of lists in Indonesian and English; the others go by their short names."""


async def lists(asked: Asked) -> Told:
    """Every list, with how many codes it has."""
    form = form_of(asked, ("json", "csv"), asked.words("format").get("format", ""))
    found = await asked.read(LISTS)
    rows = [
        {
            **one,
            "titleId": title(one["list"])[0],
            "titleEn": title(one["list"])[1],
            "uri": address(asked, one["list"]),
        }
        for one in found
    ]
    if form == "csv":
        return told(form, (("list", "titleId", "titleEn", "codes", "uri"), rows))
    return told(form, {"rows": rows})


async def codes(asked: Asked) -> Told:
    """One list, or one code of it."""
    form = form_of(asked, FORMS, asked.words("format").get("format", ""))
    name, code = asked.path["list"], asked.path.get("code")
    rows = await asked.read(CODES, name, code)
    if not rows:
        raise Malformed(
            404, "daftar atau kode ini tidak ada", "there is no such list or code", reason="unknown_code"
        )
    for row in rows:
        row["uri"] = address(asked, row["list"], row["code"])
    if form == "csv":
        return told(form, (COLUMNS, rows))
    if form == "json":
        body = (
            rows[0]
            if code
            else {"list": name, "titleId": title(name)[0], "titleEn": title(name)[1], "rows": rows}
        )
        return told(form, body)
    concepts = [_concept(asked, row) for row in rows]
    return told(form, concepts if code else [_scheme(asked, name, rows), *concepts])


def title(name: str) -> tuple[str, str]:
    """The name of a list in Indonesian and English."""
    return TITLES.get(name, (name, name))


def address(asked: Asked, name: str, code: str | None = None) -> str:
    """The permanent address of a list, or of a code."""
    found = f"{asked.base}/reference/codes/{quote(name, safe='')}"
    return found if code is None else f"{found}/{quote(code, safe='')}"


def _scheme(asked: Asked, name: str, rows: Sequence[Mapping[str, Any]]) -> Node:
    indonesian, english = title(name)
    return {
        "@id": address(asked, name),
        "@type": ["skos:ConceptScheme"],
        "dct:identifier": name,
        "dct:title": [said(indonesian, "id"), said(english, "en")],
        "skos:prefLabel": [said(indonesian, "id"), said(english, "en")],
        "skos:hasTopConcept": [link(row["uri"]) for row in rows],
    }


def _concept(asked: Asked, row: Mapping[str, Any]) -> Node:
    scheme = link(address(asked, row["list"]))
    matches: dict[str, list[Node]] = {}
    for one in row["matches"]:
        matches.setdefault(MATCHES[one["relation"]], []).append(
            link(address(asked, one["list"], one["code"]))
        )
    return {
        "@id": row["uri"],
        "@type": ["skos:Concept"],
        "skos:notation": row["code"],
        "skos:prefLabel": [
            said(row["labelId"], "id"),
            *([said(row["labelEn"], "en")] if row["labelEn"] else []),
        ],
        "skos:note": row["note"],
        "skos:inScheme": scheme,
        "skos:topConceptOf": scheme,
        **matches,
    }
