-- Whoever had moved was taken away where he lives now instead of where he had been counted: the next audit counts anew.
truncate hub.overlap_mark, hub.overlap_person, hub.overlap_cell
--;
alter table hub.overlap_cell add constraint ck_overlap_cell_units check (units >= 0)
