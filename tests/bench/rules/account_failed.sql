select 'person:' || person_id || ':' || program_id as subject, person_id, lower(span) as since, upper(span) as until,
       amount_idr
from (select person_id, program_id, range_merge(range_agg(period)) * daterange('2017-01-01', null) as span,
             sum(amount_idr)::bigint as amount_idr
      from (select distinct b.benefit_id, b.person_id, b.program_id, b.period, b.amount_idr
            from benefit_event f
            join benefit_event p on p.benefit_id = f.benefit_id and upper_inf(p.recorded)
              and p.event in ('paid', 'cashed') and (f.happened_on <= p.happened_on) is not false
            join benefit b on b.benefit_id = f.benefit_id and upper_inf(b.recorded)
            where upper_inf(f.recorded) and f.event in ('account_failed', 'failed', 'returned') and not exists (
              select from benefit_event r where r.benefit_id = f.benefit_id and upper_inf(r.recorded)
              and r.event in ('account_failed', 'failed', 'returned') and r.happened_on > p.happened_on)) x
      group by person_id, program_id) y
