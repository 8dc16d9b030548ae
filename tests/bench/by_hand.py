"""The rule book once more, by hand: for each rule the best SQL that an auditor could write over the same tables.

Each statement yields `subject, person_id, since, until, amount_idr`, as the finding of that rule has them, and nothing
of the rest: no evidence, no records, no freshness. It looks at what stands now, and at everybody.
"""

from collections.abc import Mapping
from pathlib import Path

SOCIAL = ("PKH", "BPNT", "BLT-DD", "BST")
PAID = ("PKH", "BPNT", "BLT-DD", "BST", "PBI-JK", "PIP", "KUBE", "UEP", "RTLH")
REGISTERS = ("dukcapil", "dukcapil_kk", "dukcapil_lookup")

# Hits with their enrollments, and the money of these in their days.
_BY_ENROLLMENT = """
    with hit as materialized ({hit}),
    money as (
      select h.subject, sum(b.amount_idr)::bigint as amount_idr
      from (select subject, span, unnest(ids) as id from hit) h
      join benefit b on b.enrollment_id = h.id and upper_inf(b.recorded) and b.period && h.span
      group by h.subject)
    select h.subject, h.person_id, lower(h.span) as since, upper(h.span) as until, m.amount_idr
    from hit h left join money m on m.subject = h.subject
"""


def _codes(*codes: str) -> str:
    return ", ".join(f"'{code}'" for code in codes)


def _programs(*codes: str) -> str:
    return f"(select id from program where code in ({_codes(*codes)}))"


def _span(days: str, since: str) -> str:
    return f"range_merge(range_agg({days})) * daterange('{since}', null)"


def _holders(
    facts: str, programs: tuple[str, ...], since: str = "2017-01-01", further: str = "", days: str = "e.valid"
) -> str:
    """Whoever holds a program while a fact is true of him."""
    return _BY_ENROLLMENT.format(
        hit=f"select * from (select 'person:' || e.person_id || ':' || e.program_id as subject, e.person_id,"
        f" {_span(f'{days} * f.valid', since)} as span, array_agg(distinct e.enrollment_id) as ids"
        f" from ({facts}) f join enrollment e on e.person_id = f.person_id and upper_inf(e.recorded)"
        f" and e.program_id in {_programs(*programs)} and e.valid && f.valid {further}"
        " group by e.person_id, e.program_id) x where not isempty(span)"
    )


def _family(facts: str) -> str:
    """A fact of anybody on a card, for everybody on it on the same days."""
    return (
        f"select n.person_id, f.valid * m.valid * n.valid as valid from ({facts}) f"
        " join membership m on m.person_id = f.person_id and upper_inf(m.recorded) and m.valid && f.valid"
        " join membership n on n.card_id = m.card_id and upper_inf(n.recorded) and n.valid && (f.valid * m.valid)"
    )


def _status(scheme: str, *codes: str) -> str:
    return (
        "select person_id, valid from status where upper_inf(recorded) and person_id is not null"
        f" and scheme = '{scheme}' and code in ({_codes(*codes)})"
    )


def _state(column: str, *codes: str) -> str:
    return f"select person_id, valid from person_state where upper_inf(recorded) and {column} in ({_codes(*codes)})"


def _ranked(above: int) -> str:
    return f"""
        select person_id, valid from score where upper_inf(recorded) and register = 'dtsen' and desil > {above}
          and person_id is not null
        union all
        select m.person_id, s.valid * m.valid from score s
        join family_card c on c.no_kk = s.unit_number and upper_inf(c.recorded)
        join membership m on m.card_id = c.card_id and upper_inf(m.recorded) and m.valid && s.valid
        where upper_inf(s.recorded) and s.register = 'dtsen' and s.desil > {above} and s.person_id is null
          and s.unit = 'family'"""


def _unknown(programs: tuple[str, ...], *sources: str) -> str:
    named = f"(select id from source where code in ({_codes(*sources)}))"
    return f"""
        select e.person_id, daterange(null, null) as valid
        from (select distinct person_id from enrollment where upper_inf(recorded)
              and program_id in {_programs(*programs)}) e
        left join (select distinct c.person_id from claim_person c where c.source_id in {named}) k
          on k.person_id = e.person_id
        where k.person_id is null"""


def _unlike(programs: tuple[str, ...]) -> str:
    return f"""
        select e.person_id, range_merge(range_agg(e.valid)) as valid
        from enrollment e
        join claim_person n on n.record_id = e.record_id and n.person_id = e.person_id and n.nik is not null
        join (select c.person_id, array_agg(c.nik) as niks from claim_person c
              join source_record r on r.id = c.record_id and upper_inf(r.recorded)
              where c.source_id in (select id from source where code in ({_codes(*REGISTERS)})) and c.nik is not null
              group by c.person_id) k on k.person_id = e.person_id
        where upper_inf(e.recorded) and e.program_id in {_programs(*programs)} and n.nik <> all(k.niks)
        group by e.person_id, e.record_id"""


def _aged(years: int, component: str, *, over: bool) -> str:
    """Participants of a component on the days on which they are too old, or too young; days as their lists tell."""
    turned = f"(s.birth_date + interval '{years} years')::date"
    days = f"daterange({turned}, null)" if over else f"daterange(null, {turned})"
    told = (
        "(select e.valid * daterange(null, case when bool_or(upper_inf(c.period)) then null"
        " else max(upper(c.period)) end)"
        " from claim_enrollment c join source_record r on r.id = c.record_id and upper_inf(r.recorded)"
        " where c.person_id = e.person_id and c.source_id = e.source_id and c.program = 'PKH' and c.period && e.valid)"
    )
    return _BY_ENROLLMENT.format(
        hit=f"""select * from (select 'person:' || person_id || ':' || program_id as subject, person_id,
            {_span("valid * days", "2018-01-01")} as span, array_agg(distinct enrollment_id) as ids
            from (select e.person_id, e.program_id, e.enrollment_id, s.valid * {days} as days, {told} as valid
                  from enrollment e join component k on k.id = e.component_id and k.code = '{component}'
                  join person_state s on s.person_id = e.person_id and upper_inf(s.recorded)
                    and s.birth_date is not null and e.valid && (s.valid * {days})
                  where upper_inf(e.recorded) and e.program_id in {_programs("PKH")}) x
            where valid && days group by person_id, program_id) y where not isempty(span)"""
    )


def _flag(code: str) -> str:
    return _holders(_family(_status("flag", code)), SOCIAL)


_WAGE = """
    select s.person_id, s.valid from status s
    join lateral (
      select m.amount from jsonb_to_recordset(cast(:wages as jsonb)) as m(lo bigint, hi bigint, "from" date, "to" date,
        amount bigint)
      where s.event_area_key between m.lo and m.hi and daterange(m."from", m."to") && s.valid
      order by m.hi - m.lo, m."from" desc limit 1) m on (s.detail ->> 'upah')::bigint > m.amount
    where upper_inf(s.recorded) and s.person_id is not null and s.scheme = 'upah' and s.code = 'BPJS_TK'
      and s.detail ->> 'upah' ~ '^[0-9]{1,15}$'
"""
_NOT_MATCHED = f"""
    select person_id, valid from person_state where upper_inf(recorded) and nik is null
    union all {_status("verifikasi", "13", "15")}
    union all {_unknown(PAID, *REGISTERS)}
    union all {_unlike(PAID)}
"""
_MOVED = f"{_state('vital', 'pindah', 'tidak_aktif')} union all {_status('verifikasi', '14')} union all "
_BY_WORDS: Mapping[str, str] = {
    "asn_tni_polri": _holders(
        _family(f"{_status('flag', 'ASN_TNI_POLRI')} union all {_state('occupation', '5', '6', '7')}"), SOCIAL
    ),
    "card_blocked": _holders(_status("kks_card", "blokir", "tutup"), ("PKH", "BPNT")),
    "certified_teacher": _flag("GURU_SERTIFIKASI"),
    "company_officer": _holders(_status("flag", "PEMILIK_USAHA_AHU"), SOCIAL),
    "desil_above_limit": _holders(_ranked(4), ("PKH", "BPNT", "BLT-DD"), "2025-02-05"),
    "desil_above_limit_pbi": _holders(_ranked(5), ("PBI-JK",), "2025-02-05"),
    "early_child_too_old": _aged(7, "anak_usia_dini", over=True),
    "elderly_too_young": _aged(60, "lansia", over=False),
    "electricity_meter": _flag("LISTRIK_NONSUBSIDI"),
    "moved_or_inactive": _holders(_MOVED + _status("siks_ng", "nonaktif"), PAID),
    "nik_not_matched": _holders(_NOT_MATCHED, PAID),
    "pregnant_man": _holders(
        _state("sex", "L"),
        ("PKH",),
        "2018-01-01",
        "and e.component_id in (select id from component where code = 'ibu_hamil_nifas')",
    ),
    "pupil_not_in_dapodik": _holders(
        _unknown(("PKH",), "kip"),
        ("PKH",),
        "2018-01-01",
        "and e.component_id in (select id from component where code in ('sd', 'smp', 'sma'))",
    ),
    "vehicle": _flag("KENDARAAN_RODA_4"),
    "village_official": _holders(
        _family(f"{_status('flag', 'APARAT_DESA')} union all {_state('occupation', '85', '86')}"), SOCIAL
    ),
    "wage_above_minimum": _holders(_family(_WAGE), SOCIAL),
}
_RULES = Path(__file__).with_name("rules")
BY_HAND: Mapping[str, str] = {
    **_BY_WORDS,
    **{path.stem: path.read_text(encoding="utf-8") for path in _RULES.glob("*.sql")},
    **{
        path.stem: _BY_ENROLLMENT.format(hit=path.read_text(encoding="utf-8"))
        for path in _RULES.glob("by_enrollment/*.sql")
    },
}
"""By rule."""
