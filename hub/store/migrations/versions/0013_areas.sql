-- Counts by area of one program or several read the index alone.
drop index hub.ix_enrollment_program
--;
create index ix_enrollment_program on hub.enrollment (program_id, home_area_key, person_id)
  include (event_area_key, valid) where upper_inf(recorded)
