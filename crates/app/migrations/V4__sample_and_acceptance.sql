-- A client looks at a sample of what was delivered, then accepts it or sends back what is wrong.

-- How many items of the kind that clients look at a delivery holds; unknown in those made before.
alter table delivery add column lot bigint;

create table sample (
  id blob primary key,
  project blob not null references project (id),
  delivery blob not null references delivery (id),
  way text not null,
  seed bigint not null,
  lot bigint not null,
  sampled bigint not null,
  allowed bigint,
  state text not null,
  made_by blob not null,
  made_at bigint not null,
  ended_by blob,
  ended_at bigint
);
create index sample_by_project on sample (project, made_at);
-- Two windows at once never draw two samples that are both looked through.
create unique index sample_open on sample (project) where state = 'open';

-- `outcome` is what an item that was sent back had come to: the evidence.
create table sampled (
  sample blob not null,
  number bigint not null,
  item blob not null,
  verdict text,
  reason text,
  note text,
  said_by blob,
  said_at bigint,
  outcome text,
  primary key (sample, number)
) /*sqlite: without rowid*/;
create index sampled_by_item on sampled (item);

-- What was true when a client accepted; never changed afterwards.
create table acceptance (
  project blob primary key references project (id),
  delivery blob not null,
  sample blob,
  person blob not null,
  accepted_at bigint not null,
  lot bigint not null,
  sampled bigint not null,
  correct bigint not null,
  mended bigint not null,
  rounds bigint not null,
  set_aside bigint not null
);

-- A task that does again what a client sent back: the operator pays for it, not the client.
alter table task add column rework bigint not null default 0;

-- A few items are worked on first: while `pilot` is 'running', only the tasks of theirs are lent. `top` is the item at the
-- top of the tree that was drawn; its pieces stand beside it.
alter table project add column pilot text;
create table pilot_item (
  project blob not null,
  item blob not null,
  top blob not null,
  primary key (project, item)
) /*sqlite: without rowid*/;
