-- Up Migration

-- Of what a message is part: `update/<id>`. One update becomes many messages, a batch of subscribers each.
alter table notification_messages add column part_of text;
create index notification_messages_part on notification_messages (org_id, part_of) where part_of is not null;

-- Down Migration
drop index notification_messages_part;
alter table notification_messages drop column part_of;
