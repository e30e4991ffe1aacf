-- Up Migration

-- Answers to writes that carried an Idempotency-Key, so that a repeat gets the same answer.
create table idempotency_keys (
  org_id bigint not null,
  -- Who sent it: two callers may choose the same key without meeting.
  caller_key text not null,
  operation text not null,
  key text not null,
  -- SHA-256 of the parsed request: the same key with another request is refused.
  request_hash text not null,
  -- Null while the first request is still at work.
  status integer,
  body jsonb,
  headers jsonb,
  -- When the request was claimed; a claim without an answer may be taken anew after a while.
  created_at timestamptz not null,
  primary key (org_id, caller_key, operation, key)
);

create index idempotency_keys_created_at_idx on idempotency_keys (created_at);

-- Down Migration

drop table idempotency_keys;
