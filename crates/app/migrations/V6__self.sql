-- A second factor beside the password: codes of thirty seconds (RFC 6238), told by an app that holds the same secret.
-- `step` is the last half minute whose code was taken: each is good once.
create table second_factor (
  person blob primary key references person (id),
  secret blob not null,
  since bigint not null,
  step bigint not null
);
-- A secret that was shown and not yet confirmed with a first code, for the session that gave the password.
create table second_factor_begun (
  person blob primary key references person (id),
  secret blob not null,
  session blob not null,
  until_at bigint not null
);
-- For who has lost the app: the SHA-256 of codes that are good once each.
create table recovery_code (
  hash blob primary key,
  person blob not null references person (id),
  used_at bigint
);
create index recovery_code_by_person on recovery_code (person);
-- Somebody whose password was right and whose code has not come yet.
create table half_session (
  token_hash blob primary key,
  person blob not null references person (id),
  agent text not null,
  until_at bigint not null
);
create index half_session_by_person on half_session (person);
create index half_session_by_end on half_session (until_at);
-- Whether whoever signs in for it with a password must have a second factor; and a session that may do nothing until then.
alter table organisation add column second_factor bigint not null default 0;
alter table session add column bound bigint not null default 0;

-- What people say of themselves: the clock they live by (empty for that of their centre), and which news of projects come
-- by letter: each at once, all of a day together, or none.
alter table person add column time_zone text not null default '';
alter table person add column letters text not null default 'each';
-- News of a project for one reader, until they are in a letter.
create table news (
  id blob primary key,
  person blob not null references person (id),
  project blob not null references project (id),
  kind text not null,
  made_at bigint not null,
  due_at bigint not null
);
create index news_by_person on news (person, due_at);
create index news_due on news (due_at, person);

-- What somebody said of tasks is found by who said it, when they take their data away.
create index remark_by_person on remark (person, said_at);
