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
