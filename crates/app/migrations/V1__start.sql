-- One text for SQLite and PostgreSQL. Ids are sixteen bytes, moments microseconds since 1970 UTC,
-- money millionths of the currency beside it, JSON is text. Lane: rows that many transactions add to
-- are kept once for each database connection, and summed when read. Small rows lie in the tree of their key
-- itself (without rowid): a row that changes is then one page less to write and one look-up less to find.

create table setting (
  key text primary key,
  value text not null
);

create table organisation (
  id blob primary key,
  kind text not null,
  name text not null,
  made_at bigint not null
);

create table centre (
  id blob primary key,
  organisation blob not null references organisation (id),
  name text not null,
  utc_offset_minutes bigint not null,
  made_at bigint not null
);
create index centre_by_organisation on centre (organisation);

create table person (
  id blob primary key,
  organisation blob not null references organisation (id),
  centre blob references centre (id),
  shown_name text not null,
  email text unique,
  password_hash text,
  pin_hash text,
  picture text not null,
  language text not null,
  roles text not null,
  active bigint not null,
  made_at bigint not null
);
create index person_by_centre on person (centre, shown_name);
create index person_by_organisation on person (organisation, shown_name);

create table device (
  id blob primary key,
  centre blob not null references centre (id),
  name text not null,
  token_hash blob unique,
  code_hash blob unique,
  code_until bigint,
  made_at bigint not null,
  seen_at bigint,
  revoked_at bigint
);
create index device_by_centre on device (centre);

create table session (
  token_hash blob primary key,
  person blob not null references person (id),
  device blob references device (id),
  made_at bigint not null,
  seen_at bigint not null,
  until_at bigint not null,
  agent text not null
) /*sqlite: without rowid*/;
create index session_by_person on session (person);
create index session_by_device on session (device) where device is not null;
create index session_by_end on session (until_at);

create table api_key (
  id blob primary key,
  person blob not null references person (id),
  name text not null,
  token_hash blob not null unique,
  scopes text not null,
  made_at bigint not null,
  used_at bigint,
  revoked_at bigint
);
create index api_key_by_person on api_key (person);

-- Failed sign-ins by what they aimed at (an e-mail address, a person, an address of the network).
create table attempt (
  aim text primary key,
  failures bigint not null,
  since bigint not null
) /*sqlite: without rowid*/;

create table project (
  id blob primary key,
  organisation blob not null references organisation (id),
  service text not null,
  name text not null,
  state text not null,
  version bigint not null,
  spec text not null,
  instructions text not null,
  currency text not null,
  gold_every bigint not null,
  problem text,
  made_by blob not null,
  made_at bigint not null,
  started_at bigint,
  ended_at bigint
);
create index project_by_organisation on project (organisation, made_at);
create index project_by_state on project (state, made_at);

create table project_centre (
  centre blob not null references centre (id),
  project blob not null references project (id),
  primary key (centre, project)
) /*sqlite: without rowid*/;
create index centre_by_project on project_centre (project);

create table project_stage (
  project blob not null references project (id),
  stage text not null,
  position bigint not null,
  pay bigint not null,
  primary key (project, stage)
) /*sqlite: without rowid*/;

create table source (
  id blob primary key,
  project blob not null references project (id),
  name text not null,
  position bigint not null,
  bytes bigint not null,
  blob_hash text,
  state text not null,
  problem text,
  done bigint not null,
  parts bigint not null,
  made_at bigint not null
);
create index source_by_project on source (project, position);

create table source_problem (
  source blob not null references source (id),
  number bigint not null,
  part text not null,
  key text not null,
  message text not null,
  primary key (source, number)
);

create table stored (
  project blob not null,
  hash text not null,
  media_type text not null,
  bytes bigint not null,
  primary key (project, hash)
);

create table item (
  id blob primary key,
  project blob not null,
  source blob not null,
  position bigint not null,
  parent blob,
  depth bigint not null,
  kind text not null,
  key text not null,
  body text not null,
  machine text,
  machine_confidence double,
  state text not null,
  pieces bigint not null,
  waiting bigint not null,
  stage text,
  outcome text,
  confidence double,
  settled_at bigint,
  problem text
);
create unique index item_in_order on item (source, position);
create index item_by_parent on item (parent, position) where parent is not null;
create index item_stuck on item (project, position) where state = 'stuck';

-- Work that waits. `open` counts the slots that nobody holds or has answered; a task that opens again
-- gets a new place, so that a reader's cursor that has passed a task never passes it over for good.
create table task (
  id blob primary key,
  project blob not null,
  stage text not null,
  item blob not null,
  lane bigint not null,
  place bigint not null,
  open bigint not null,
  wanted bigint not null,
  answered bigint not null,
  refused bigint not null,
  state text not null,
  made_at bigint not null
) /*sqlite: without rowid*/;
create index task_queue on task (project, stage, lane, place) where open > 0;
create index task_by_item on task (item);

-- What is known to be right for a task of the gold lane.
create table gold (
  task blob primary key,
  project blob not null,
  item blob not null,
  stage text not null,
  truth text not null,
  made_by blob not null,
  made_at bigint not null,
  retired_at bigint
);
create index gold_by_project on gold (project, stage);

create table lease (
  person blob not null,
  task blob not null,
  project blob not null,
  stage text not null,
  made_at bigint not null,
  until_at bigint not null,
  expired bigint not null,
  primary key (person, task)
) /*sqlite: without rowid*/;
create index lease_running_out on lease (until_at) where expired = 0;
create index lease_by_task on lease (task);

-- Who has seen what: nobody gets an item twice, and nobody checks their own work.
-- `deep` is 1 when only a piece of the item was seen: that matters to stages that want fresh eyes.
create table touch (
  person blob not null,
  item blob not null,
  deep bigint not null,
  primary key (person, item)
) /*sqlite: without rowid*/;

create table reading_place (
  person blob not null,
  project blob not null,
  stage text not null,
  lane bigint not null,
  place bigint not null,
  wrapped_at bigint not null,
  primary key (person, project, stage, lane)
) /*sqlite: without rowid*/;

create table answer (
  id blob primary key,
  item blob not null,
  stage text not null,
  person blob not null,
  task blob not null,
  project blob not null,
  body text not null,
  millis bigint not null,
  pay bigint not null,
  given_at bigint not null,
  day bigint not null,
  state text not null,
  late bigint not null,
  gold bigint not null,
  units bigint,
  errors bigint
);
create unique index answer_once on answer (item, stage, person, task);
create index answer_by_person on answer (person, given_at);
create index answer_by_project on answer (project, given_at);

-- Earlier bodies of corrected answers, and other bytes that came under an id already used.
create table answer_kept (
  answer blob not null,
  kept_at bigint not null,
  reason text not null,
  person blob not null,
  body text not null
);
create index answer_kept_by_answer on answer_kept (answer);

-- What people said of tasks they did not answer.
create table remark (
  id blob primary key,
  project blob not null,
  item blob not null,
  task blob not null,
  person blob not null,
  kind text not null,
  reason text not null,
  said_at bigint not null
);
create index remark_by_project on remark (project, said_at);
create index remark_by_item on remark (item);

-- A person's record at a stage of a service in a project; `units` and `errors` are what was judged.
create table tally (
  person blob not null,
  project blob not null,
  stage text not null,
  answers bigint not null,
  millis bigint not null,
  pay bigint not null,
  units bigint not null,
  errors bigint not null,
  gold_units bigint not null,
  gold_errors bigint not null,
  primary key (person, project, stage)
) /*sqlite: without rowid*/;
create index tally_by_project on tally (project, stage);

-- What a stage of a project has come to, summed as it happens; the stage '' holds what is of no stage.
create table stage_count (
  project blob not null,
  stage text not null,
  lane bigint not null,
  items bigint not null,
  finished bigint not null,
  tasks bigint not null,
  settled bigint not null,
  called bigint not null,
  stuck bigint not null,
  answers bigint not null,
  pay bigint not null,
  millis bigint not null,
  machine_units bigint not null,
  machine_errors bigint not null,
  primary key (project, stage, lane)
) /*sqlite: without rowid*/;

create table practice (
  person blob not null,
  service text not null,
  stage text not null,
  number bigint not null,
  correct bigint not null,
  tries bigint not null,
  last_at bigint not null,
  primary key (person, service, stage, number)
) /*sqlite: without rowid*/;

create table certificate (
  person blob not null,
  service text not null,
  stage text not null,
  issued_at bigint not null,
  primary key (person, service, stage)
) /*sqlite: without rowid*/;

-- Double entry, append only: the lines of one posting sum to zero.
create table ledger (
  posting blob not null,
  line bigint not null,
  posted_at bigint not null,
  kind text not null,
  account text not null,
  owner blob not null,
  currency text not null,
  amount bigint not null,
  project blob,
  answer blob,
  primary key (posting, line)
) /*sqlite: without rowid*/;
create index ledger_by_owner on ledger (owner, account, posted_at);

-- The same money summed for a person's day, kept in the same transaction.
create table purse (
  person blob not null,
  day bigint not null,
  currency text not null,
  held bigint not null,
  accepted bigint not null,
  primary key (person, day, currency)
) /*sqlite: without rowid*/;

create table job (
  id blob primary key,
  kind text not null,
  subject blob not null,
  body text not null,
  state text not null,
  run_at bigint not null,
  tries bigint not null,
  most_tries bigint not null,
  holder blob,
  held_until bigint,
  done bigint not null,
  parts bigint not null,
  problem text,
  cancel bigint not null,
  made_at bigint not null,
  started_at bigint,
  ended_at bigint
);
create index job_due on job (run_at) where state = 'waiting';
create index job_held on job (held_until) where state = 'running';
create index job_by_subject on job (subject, made_at);
create index job_by_time on job (made_at);

create table delivery (
  id blob primary key,
  project blob not null references project (id),
  made_at bigint not null
);
create index delivery_by_project on delivery (project, made_at);

create table delivery_file (
  delivery blob not null references delivery (id),
  name text not null,
  media_type text not null,
  bytes bigint not null,
  blob_hash text not null,
  primary key (delivery, name)
);

create table event (
  id blob primary key,
  at bigint not null,
  person blob,
  kind text not null,
  project blob,
  subject blob,
  body text not null
);
create index event_by_project on event (project, at);
