-- Letters by electronic mail. `secret` is what must stand in the letter and nowhere else, such as a link that opens an
-- account: it is taken out as soon as the letter is on its way, or does not count any more.
create table mail (
  id blob primary key,
  kind text not null,
  address text not null,
  person blob,
  subject text not null,
  body text not null,
  secret text,
  secret_until bigint,
  state text not null,
  problem text,
  made_at bigint not null,
  sent_at bigint
);
create index mail_with_secret on mail (secret_until) where secret is not null;
create index mail_by_person on mail (person) where person is not null;

-- People who were asked to come in, and have not yet, or have.
create table invitation (
  id blob primary key,
  organisation blob not null references organisation (id),
  centre blob references centre (id),
  email text not null,
  shown_name text not null,
  language text not null,
  roles text not null,
  token_hash blob not null unique,
  made_by blob not null references person (id),
  made_at bigint not null,
  until_at bigint not null,
  revoked_at bigint,
  taken_at bigint,
  person blob references person (id)
);
create index invitation_by_organisation on invitation (organisation, id);
create index invitation_by_email on invitation (email);

-- Letters for who forgot the password, each good once and for an hour.
create table password_reset (
  token_hash blob primary key,
  person blob not null references person (id),
  made_at bigint not null,
  until_at bigint not null
);
create index password_reset_by_person on password_reset (person);
create index password_reset_by_end on password_reset (until_at);

-- The record of what happened becomes a chain: each row holds the hash of itself and the one before it. There is a chain
-- for each database connection, so that no two transactions wait for each other; what was written before has none.
alter table event add column lane bigint;
alter table event add column number bigint;
alter table event add column object text not null default '';
alter table event add column organisation blob;
alter table event add column hash blob;
create unique index event_in_chain on event (lane, number) where lane is not null;
create index event_by_organisation on event (organisation, id) where organisation is not null;
create index event_by_person on event (person, id) where person is not null;
create index event_by_subject on event (subject, id) where subject is not null;
create table event_head (
  lane bigint primary key,
  number bigint not null,
  hash blob not null
);

-- Somebody leads the people of each client: so far, whoever came first.
update person set roles = 'client client_lead' where roles = 'client' and active = 1 and not exists (
  select 1 from person other where other.organisation = person.organisation and other.roles = 'client'
  and other.active = 1 and other.id < person.id);
