-- Up Migration

-- Whose addresses a rehearsal tries, where it is of one person's own; null: of the organisation.
alter table rehearsals add column user_key text;
create index rehearsals_of_user on rehearsals (org_id, user_key, id desc) where user_key is not null;

-- Down Migration
drop index rehearsals_of_user;
alter table rehearsals drop column user_key;
