-- What an hour of work pays for a decent life where a centre is; by whose reckoning, and of when, in words.
alter table centre add column wage bigint;
alter table centre add column wage_currency text;
alter table centre add column wage_source text;
alter table centre add column wage_as_of text;

-- Why a project pays less than that, in the operator's words; counts for the version of the terms beside it.
alter table project add column below_wage text;
alter table project add column below_wage_version bigint;

-- An answer that was not accepted, why, and what came of a second look. `put_right` is unknown until somebody has decided.
create table rejection (
  answer blob primary key,
  project blob not null,
  item blob not null,
  stage text not null,
  person blob not null,
  reason text not null,
  note text not null,
  rejected_by blob not null,
  rejected_at bigint not null,
  contested_at bigint,
  plea text,
  put_right bigint,
  decision text,
  decided_by blob,
  decided_at bigint
);
create index rejection_by_person on rejection (person, rejected_at);
create index rejection_by_project on rejection (project);
create index rejection_contested on rejection (contested_at, answer) where contested_at is not null;

-- What workers must know, version by version; `changed` says in a line what is new in it. The newest stands in the project too.
create table instructions (
  project blob not null references project (id),
  version bigint not null,
  body text not null,
  changed text not null,
  made_by blob not null,
  made_at bigint not null,
  primary key (project, version)
) /*sqlite: without rowid*/;
insert into instructions (project, version, body, changed, made_by, made_at)
  select id, 1, instructions, '', made_by, made_at from project;
alter table project add column instructions_version bigint not null default 1;

-- The version that somebody has read and confirmed.
create table instructions_read (
  person blob not null,
  project blob not null,
  version bigint not null,
  read_at bigint not null,
  primary key (person, project)
) /*sqlite: without rowid*/;
-- The version that an answer was given under.
alter table answer add column instructions bigint not null default 1;
