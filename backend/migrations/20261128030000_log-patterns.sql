-- Up Migration
-- Detectors over logs: which pattern a finding is about.

alter table detector_findings add column pattern jsonb;
comment on column detector_findings.pattern is 'Of a finding in logs: kind, template, example, lines so far, first and last line, link to the lines; null: the finding is of a series.';
comment on table detector_series is 'What is known of each series, less than 4 kB, or of each pattern of a log, in JSON; `watch` is then what is known of all of them. `episode` is the finding that is not over.';

-- Down Migration
alter table detector_findings drop column pattern;
comment on table detector_series is 'What is known of each series: less than 4 kB. `episode` is the finding that is not over.';
