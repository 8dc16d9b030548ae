-- What filters and orders over whole lists are served by.
--;
CREATE INDEX ix_person_state_birth_date ON hub.person_state (birth_date, person_id) WHERE upper_inf(recorded)
--;
CREATE INDEX ix_family_card_home ON hub.family_card (home_area_key, card_id) WHERE upper_inf(recorded)
--;
CREATE INDEX ix_enrollment_area ON hub.enrollment (event_area_key, enrollment_id) WHERE upper_inf(recorded)
--;
CREATE INDEX ix_benefit_area ON hub.benefit (event_area_key, benefit_id) WHERE upper_inf(recorded)
--;
CREATE INDEX ix_benefit_paid_on ON hub.benefit (paid_on, benefit_id) WHERE upper_inf(recorded)
--;
DROP INDEX hub.ix_score_desil
--;
CREATE INDEX ix_score_register ON hub.score (register, event_area_key, desil) WHERE upper_inf(recorded)
