-- Questions between a client and whoever runs this Kazi, about a project or one item of it. It waits for the side that did
-- not speak last, unless it is settled.
create table thread (
  id blob primary key,
  project blob not null references project (id),
  organisation blob not null,
  item blob,
  subject text not null,
  last_side text not null,
  messages bigint not null,
  made_at bigint not null,
  said_at bigint not null,
  settled_at bigint,
  settled_by blob
);
create index thread_by_project on thread (project, said_at, id);
create index thread_by_organisation on thread (organisation, said_at, id);
create index thread_by_time on thread (said_at, id);
create index thread_waiting on thread (last_side, organisation) where settled_at is null;

create table message (
  id blob primary key,
  thread blob not null references thread (id),
  number bigint not null,
  side text not null,
  person blob not null,
  body text not null,
  said_at bigint not null,
  corrected_at bigint
);
create unique index message_in_thread on message (thread, number);

-- When somebody was last told by letter what waits for them, and when they will be next, if they will.
create table digest (
  person blob primary key,
  sent_at bigint,
  due_at bigint
) /*sqlite: without rowid*/;

-- Addresses that are told what happens (standardwebhooks.com). The secret is kept readable, for every message is signed with
-- it; an exchanged one counts until `old_until`.
create table hook (
  id blob primary key,
  organisation blob not null references organisation (id),
  address text not null,
  events text not null,
  secret text not null,
  old_secret text,
  old_until bigint,
  state text not null,
  problem text,
  failing_since bigint,
  made_by blob not null,
  made_at bigint not null,
  ended_at bigint
);
create index hook_by_organisation on hook (organisation, made_at);

-- What is told, and how the last try went.
create table hook_sending (
  id blob primary key,
  hook blob not null references hook (id),
  event text not null,
  project blob,
  body text not null,
  state text not null,
  tries bigint not null,
  status bigint,
  millis bigint,
  answer text,
  problem text,
  made_at bigint not null,
  tried_at bigint
);
create index sending_by_hook on hook_sending (hook, id);
create index sending_held on hook_sending (hook, id) where state = 'held';

-- The day on which the data of a project is deleted for good, and what was done. `kept` counts stored files that stay, for
-- another project shows the same bytes.
create table forgetting (
  project blob primary key references project (id),
  due_at bigint not null,
  set_by blob,
  set_at bigint not null,
  first_letter_at bigint,
  second_letter_at bigint,
  begun_at bigint,
  done_at bigint,
  sources bigint,
  items bigint,
  answers bigint,
  files bigint,
  kept bigint
);
create index forgetting_due on forgetting (due_at) where begun_at is null;
-- Bytes of a project that are being deleted.
create table forgotten_blob (
  project blob not null,
  hash text not null,
  primary key (project, hash)
);
alter table organisation add column forget_after_days bigint;
create index stored_by_hash on stored (hash);
create index source_by_hash on source (blob_hash) where blob_hash is not null;
create index delivery_file_by_hash on delivery_file (blob_hash);
