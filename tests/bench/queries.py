"""The questions of area `serving`: each as GraphQL, and as the best SQL by hand for the same answer.

The SQL has the form that was fastest: `json_agg` over sub-selects, joins where GraphQL has an object for one
row, the page found once. It stands behind the same entry of the signed context.
"""

from dataclasses import dataclass

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
PERSON_BY_HAND = """
select json_build_object('person', (select row_to_json(a) from (
  select translate(encode(convert_to('Person:' || p.uid, 'UTF8'), 'base64'), E'\\n', '') as id, p.nik,
    p.name,
    p.birth_date as "birthDate", p.sex, p.address,
    (select coalesce(json_agg(m order by m.from nulls first), '[]') from (
      select m.relation, lower(m.valid) as from, (select row_to_json(c) from (
        select k.no_kk as kk, (select coalesce(json_agg(o), '[]') from (
          select n.relation, json_build_object('name', s.name, 'birthDate', s.birth_date) as person
          from hub.membership n join hub.person_state s on s.person_id = n.person_id
            and upper_inf(s.recorded) and s.valid @> $3::date
          where n.card_id = k.card_id and upper_inf(n.recorded) and n.valid @> $3::date
          order by lower(n.valid) nulls first, n.person_id) o) as members) c) as "familyCard"
      from hub.membership m join hub.family_card k on k.card_id = m.card_id and upper_inf(k.recorded)
      where m.person_id = p.person_id and upper_inf(m.recorded) and m.valid @> $3::date) m) as
        "familyCards",
    (select coalesce(json_agg(e), '[]') from (
      select json_build_object('code', g.code, 'name', g.name_id) as program, e.status,
        lower(e.valid) as from,
        upper(e.valid) as to, json_build_object('code', s.code) as source
      from hub.enrollment e join hub.program g on g.id = e.program_id join hub.source s on s.id =
        e.source_id
      where e.person_id = p.person_id and upper_inf(e.recorded)
      order by lower(e.valid) nulls first, e.enrollment_id) e) as enrollments,
    (select coalesce(json_agg(b), '[]') from (
      select lower(b.period) as from, upper(b.period) as to, b.amount_idr as amount, b.status,
        b.paid_on as "paidOn",
        json_build_object('code', g.code) as program, json_build_object('code', s.code) as source
      from hub.benefit b join hub.program g on g.id = b.program_id join hub.source s on s.id = b.source_id
      where b.person_id = p.person_id and upper_inf(b.recorded)
      order by lower(b.period) desc, b.benefit_id desc limit 12) b) as payments
  from hub.person_state p where p.nik = $2::text and upper_inf(p.recorded) and p.valid @> $3::date
  order by p.person_id limit 1) a))
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
translate(encode(convert_to(json_build_array(home_area_key, person_id)::text, 'UTF8'), 'base64'), E'\\n', '')
"""
PAGE_BY_HAND = f"""
with page as materialized (
  select row_number() over () as place, i.* from (
    select p.home_area_key, p.person_id, p.uid, p.nik, p.name, p.birth_date, p.sex,
      p.address from hub.person_state p
    where upper_inf(p.recorded) and p.valid @> $3::date and p.home_area_key between $6::bigint and $7::bigint
      and (p.home_area_key, p.person_id) > ($4::bigint, $5::bigint)
    order by p.home_area_key, p.person_id limit $2::bigint + 1) i)
select json_build_object('people', json_build_object(
  'edges', (select coalesce(json_agg(x), '[]') from (
    select {CURSOR} as cursor, (select row_to_json(n) from (
      select translate(encode(convert_to('Person:' || p.uid, 'UTF8'), 'base64'), E'\\n', '') as id,
        p.nik, p.name,
        p.birth_date as "birthDate", p.sex, p.address,
        (select coalesce(json_agg(m order by m.from nulls first), '[]') from (
          select m.relation, lower(m.valid) as from, json_build_object('kk', k.no_kk) as "familyCard"
          from hub.membership m join hub.family_card k on k.card_id = m.card_id and upper_inf(k.recorded)
          where m.person_id = p.person_id and upper_inf(m.recorded) and m.valid @> $3::date) m) as
            "familyCards",
        (select coalesce(json_agg(e), '[]') from (
          select json_build_object('code', g.code) as program, e.status, lower(e.valid) as from,
            upper(e.valid) as to,
            (select coalesce(json_agg(b), '[]') from (
              select lower(b.period) as from, upper(b.period) as to, b.amount_idr as amount, b.status
              from hub.benefit b where b.enrollment_id = e.enrollment_id and upper_inf(b.recorded)
              order by lower(b.period) desc, b.benefit_id desc limit 4) b) as payments
          from hub.enrollment e join hub.program g on g.id = e.program_id
          where e.person_id = p.person_id and upper_inf(e.recorded)
          order by lower(e.valid) nulls first, e.enrollment_id) e) as enrollments) n) as node
    from page p where place <= $2::bigint order by place) x),
  'pageInfo', json_build_object(
    'hasNextPage', (select count(*) from page) > $2::bigint,
    'endCursor', (select {CURSOR} from page where place <= $2::bigint order by place desc limit 1))))
"""


@dataclass(frozen=True)
class Question:
    """One question.

    Args:
        name: Of its lines.
        graphql: The document.
        sql: The same by hand; `$1` is the context, `$2` the NIK or the page size, `$3` today, `$4` and
            `$5` the area and the person after whom the page begins, `$6` and `$7` the first and last area key of
            the regency: parameters, because literals lead the planner to sort the whole regency.
        size: Persons a page; 0 for one person by NIK.
    """

    name: str
    graphql: str
    sql: str
    size: int = 0

    @property
    def statement(self) -> str:
        """The SQL behind the entry."""
        return ENTER.format(self.sql)


QUESTIONS = (
    Question("q1", PERSON, PERSON_BY_HAND),
    Question("q2", PAGE, PAGE_BY_HAND, 50),
    Question("q3", PAGE, PAGE_BY_HAND, 500),
)
