"""The questions of area `serving`: each as GraphQL, and as the best SQL by hand for the same answer.

The SQL has the form that was fastest: `json_agg` over sub-selects, joins where GraphQL has an object for one
row, the page found once. It stands behind the same entry of the signed context.
"""

from dataclasses import dataclass

REGENCY = (3_320_000_000, 3_320_999_999)
"""First and last area key of Kab. Jepara."""
ENTER = """
with q as materialized (select case when hub.enter($1::text) then ({}) end as answer)
select answer::text from q
"""

PERSON = """
query ($nik: NIK!) {
  person(nik: $nik) {
    id nik name birthDate sex address
    familyCards(current: true) { relation from familyCard { kk members(current: true) {
      relation person { name birthDate } } } }
    enrollments { program { code name } status from to source { code } }
    payments(first: 12) { from to amount status paidOn program { code } source { code } }
  }
}
"""
PERSON_STATED = PERSON.replace(
    "    payments(",
    "    statements { field value source { code } firstSeen lastSeen current }\n    payments(",
)
"""The same person with who stated what, since when: the variant without SQL by hand."""
PERSON_BY_HAND = """
select row_to_json(z) from (select (select row_to_json(a) from (
  select translate(encode(convert_to('Person:' || p.uid, 'UTF8'), 'base64'), E'\\n', '') as id, p.nik, p.name,
    p.birth_date as "birthDate", p.sex, p.address,
    (select coalesce(json_agg(m), '[]') from (
      select m.relation, lower(m.valid) as from, (select row_to_json(c) from (
        select k.no_kk as kk, (select coalesce(json_agg(o), '[]') from (
          select n.relation, x as person
          from hub.membership n join hub.person_state s on s.person_id = n.person_id
            and upper_inf(s.recorded) and s.valid @> $3::date
          cross join lateral (select s.name, s.birth_date as "birthDate") x
          where n.card_id = k.card_id and upper_inf(n.recorded) and n.valid @> $3::date
          order by lower(n.valid) nulls first, n.person_id) o) as members) c) as "familyCard"
      from hub.membership m join hub.family_card k on k.card_id = m.card_id and upper_inf(k.recorded)
      where m.person_id = p.person_id and upper_inf(m.recorded) and m.valid @> $3::date
      order by lower(m.valid) nulls first) m) as "familyCards",
    (select coalesce(json_agg(e), '[]') from (
      select x as program, e.status, lower(e.valid) as from, upper(e.valid) as to, y as source
      from hub.enrollment e join hub.program g on g.id = e.program_id join hub.source s on s.id = e.source_id
      cross join lateral (select g.code, g.name_id as name) x cross join lateral (select s.code) y
      where e.person_id = p.person_id and upper_inf(e.recorded)
      order by lower(e.valid) nulls first, e.enrollment_id) e) as enrollments,
    (select coalesce(json_agg(b), '[]') from (
      select lower(b.period) as from, upper(b.period) as to, b.amount_idr as amount, b.status,
        b.paid_on as "paidOn", x as program, y as source
      from hub.benefit b join hub.program g on g.id = b.program_id join hub.source s on s.id = b.source_id
      cross join lateral (select g.code) x cross join lateral (select s.code) y
      where b.person_id = p.person_id and upper_inf(b.recorded)
      order by lower(b.period) desc, b.benefit_id desc limit 12) b) as payments
  from hub.person_state p where p.nik = $2::text and upper_inf(p.recorded) and p.valid @> $3::date
  order by p.person_id limit 1) a) as person) z
"""
PAGE = """
query ($first: Int!, $after: String!) {
  people(filter: {wilayah: "33.20"}, first: $first, after: $after) {
    edges { cursor node {
      id nik name birthDate sex address
      familyCards(current: true) { relation from familyCard { kk } }
      enrollments { program { code } status from to payments(first: 4) { from to amount status } }
    } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
CURSOR = """
translate(encode(convert_to(
  json_build_array('Query.people'::text, home_area_key, person_id)::text, 'UTF8'), 'base64'), E'\\n', '')
"""
PAGE_BY_HAND = f"""
with page as materialized (
  select row_number() over () as place, i.* from (
    select p.home_area_key, p.person_id, p.uid, p.nik, p.name, p.birth_date, p.sex, p.address
    from hub.person_state p
    where upper_inf(p.recorded) and p.valid @> $3::date and p.home_area_key between $6::bigint and $7::bigint
      and (p.home_area_key, p.person_id) > ($4::bigint, $5::bigint)
    order by p.home_area_key, p.person_id limit $2::bigint + 1) i)
select row_to_json(z) from (select (select row_to_json(y) from (select
  (select coalesce(json_agg(row_to_json(x)), '[]') from (
    select {CURSOR} as cursor, (select row_to_json(n) from (
      select translate(encode(convert_to('Person:' || p.uid, 'UTF8'), 'base64'), E'\\n', '') as id, p.nik, p.name,
        p.birth_date as "birthDate", p.sex, p.address,
        (select coalesce(json_agg(m), '[]') from (
          select m.relation, lower(m.valid) as from, x as "familyCard"
          from hub.membership m join hub.family_card k on k.card_id = m.card_id and upper_inf(k.recorded)
          cross join lateral (select k.no_kk as kk) x
          where m.person_id = p.person_id and upper_inf(m.recorded) and m.valid @> $3::date
          order by lower(m.valid) nulls first) m) as "familyCards",
        (select coalesce(json_agg(e), '[]') from (
          select x as program, e.status, lower(e.valid) as from, upper(e.valid) as to,
            (select coalesce(json_agg(b), '[]') from (
              select lower(b.period) as from, upper(b.period) as to, b.amount_idr as amount, b.status
              from hub.benefit b where b.enrollment_id = e.enrollment_id and upper_inf(b.recorded)
              order by lower(b.period) desc, b.benefit_id desc limit 4) b) as payments
          from hub.enrollment e join hub.program g on g.id = e.program_id cross join lateral (select g.code) x
          where e.person_id = p.person_id and upper_inf(e.recorded)
          order by lower(e.valid) nulls first, e.enrollment_id) e) as enrollments) n) as node
    from page p where place <= $2::bigint order by place) x) as edges,
  (select row_to_json(i) from (select (select count(*) from page) > $2::bigint as "hasNextPage",
    (select {CURSOR} from page where place <= $2::bigint order by place desc limit 1) as "endCursor") i)
      as "pageInfo") y) as people) z
"""


OVERLAP = """
query ($programs: [String!]!) {
  programOverlap(programs: $programs, wilayah: "33.20", level: KECAMATAN) {
    nodes { wilayah { code } holders persons }
  }
}
"""
OVERLAP_BY_HAND = """
select row_to_json(z) from (select (select row_to_json(y) from (select
  (select coalesce(json_agg(n), '[]') from (
    select (select row_to_json(w) from (select w.code) w) as wilayah, o.holders, o.persons from (
      select h.area_key, count(*) as holders, count(*) filter (where h.held = 2) as persons from (
        select e.person_id, e.home_area_key / 10000 * 10000 as area_key, count(distinct e.program_id) as held
        from hub.enrollment e
        where e.program_id = any(array(select g.id from hub.program g where g.code = any($2::text[])))
          and upper_inf(e.recorded) and e.valid @> $3::date and e.home_area_key between $4::bigint and $5::bigint
        group by e.person_id, e.home_area_key) h
      group by h.area_key) o
    left join hub.wilayah w on w.system = 'kemendagri' and w.area_key = o.area_key
    order by o.area_key) n) as nodes) y) as "programOverlap") z
"""


@dataclass(frozen=True)
class Question:
    """One question.

    Args:
        name: Of its lines.
        graphql: The document.
        sql: The same by hand, or empty; `$1` is the context, `$2` the NIK or the page size, `$3` today, `$4` and
            `$5` the area and the person after whom the page begins, `$6` and `$7` the first and last area key of
            the regency: parameters, because literals lead the planner to sort the whole regency.
        kind: What its variables are: `person`, `page` or `programs`.
        size: Persons a page.
        peer: The same for PostGraphile, a file beside its server; or empty.
        goals: Of the ratios to SQL by hand and to PostGraphile, to its CPU, and with access control to without.
    """

    name: str
    graphql: str
    sql: str = ""
    kind: str = "page"
    size: int = 0
    peer: str = ""
    goals: "Goals | None" = None

    @property
    def statement(self) -> str:
        """The SQL behind the entry."""
        return ENTER.format(self.sql)


@dataclass(frozen=True)
class Goals:
    """What a question is held to.

    Args:
        hand: Throughput to that of SQL by hand, at least.
        peer: Throughput to that of PostGraphile, at least.
        cpu: CPU a request to that of PostGraphile, at most.
        access: Throughput to that without access control, at least.
        ledger: The same with a line in the ledger for each answer.
    """

    hand: float
    peer: float
    cpu: float
    access: float
    ledger: float


QUESTIONS = (
    Question(
        "q1",
        PERSON,
        PERSON_BY_HAND,
        "person",
        peer="person.graphql",
        goals=Goals(0.85, 4, 1 / 3.5, 0.75, 0.5),
    ),
    Question("q1_provenance", PERSON_STATED, kind="person"),
    Question("q2", PAGE, PAGE_BY_HAND, size=50, peer="page.graphql", goals=Goals(0.85, 5, 1 / 3.5, 0.9, 0.8)),
    Question(
        "q3", PAGE, PAGE_BY_HAND, size=500, peer="page.graphql", goals=Goals(0.85, 4.5, 1 / 2.5, 0.9, 0.8)
    ),
    Question(
        "q4",
        OVERLAP,
        OVERLAP_BY_HAND,
        "programs",
        peer="overlap.graphql",
        goals=Goals(1 / 1.2, 10, 0.1, 0.9, 0.8),
    ),
)
