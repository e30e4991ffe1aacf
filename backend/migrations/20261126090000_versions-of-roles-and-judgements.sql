-- Up Migration

-- Grows with the role that Muster itself gives; being seen leaves it alone.
alter table users add column version integer not null default 1;

-- Taking a judgement back leaves its row, so that one given anew is told from the one that somebody still looks at.
alter table judgements alter column judgement drop not null;
alter table judgements add column version integer not null default 1;

comment on column sources.version is 'Grows with what people edit and with its tokens; deliveries leave it alone.';

-- Down Migration

comment on column sources.version is null;
delete from judgements where judgement is null;
alter table judgements drop column version;
alter table judgements alter column judgement set not null;
alter table users drop column version;
