-- What somebody who is no client yet asked for on the first page, and what came of it.
create table enquiry (
  id blob primary key,
  organisation_name text not null,
  shown_name text not null,
  email text not null,
  language text not null,
  service text not null,
  amount text not null,
  needed_by text not null,
  said text not null,
  made_at bigint not null,
  state text not null,
  answer text not null,
  answered_by blob,
  answered_at bigint,
  organisation blob
);
create index enquiry_by_state on enquiry (state, id);
