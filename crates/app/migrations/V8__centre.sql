-- How many answers a person gave on a day: those still being checked, and those accepted; kept beside the money for them.
-- Days before this step hold none.
alter table purse add column answers_held bigint not null default 0;
alter table purse add column answers_accepted bigint not null default 0;

-- The latest known truths that somebody answered are found by person and time, as what they said instead of answering is:
-- the page of who is here asks for them every few seconds.
create index answer_known on answer (person, given_at, project, units, errors) where gold = 1;

-- Tasks that whoever leads a centre took back have `expired` = 2 in their lease, until their holders may get them again.
create index lease_taken_back on lease (until_at) where expired = 2;

-- What whoever leads a centre tells its people, and who has read it. Whether somebody has something to read stands in their
-- own row too: that row is read with every request anyway.
create table notice (
  id blob primary key,
  centre blob not null references centre (id),
  body text not null,
  language text not null,
  audience text not null,
  project blob,
  sent_to bigint not null,
  made_by blob not null references person (id),
  made_at bigint not null,
  until_at bigint not null,
  withdrawn_at bigint
);
create index notice_by_centre on notice (centre, id);
create table notice_to (
  notice blob not null,
  person blob not null,
  read_at bigint,
  primary key (notice, person)
) /*sqlite: without rowid*/;
create index notice_unread on notice_to (person, notice) where read_at is null;
alter table person add column unread bigint not null default 0;

-- What each project that is under way needs of whoever runs Kazi, as it was found the last time it was looked at: so that
-- the board reads one page of an index however many projects there are.
create table board (
  project blob primary key,
  urgency bigint not null,
  why text not null,
  looked_at bigint not null
);
create index board_by_urgency on board (urgency desc, project);
create index board_by_look on board (looked_at);
create index job_given_up on job (subject) where state = 'failed';
create index mail_bounced on mail (made_at) where state = 'failed';
