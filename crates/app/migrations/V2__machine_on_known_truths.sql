-- How the machine's readings did on known truths, apart from what was only agreed on.
alter table stage_count add column machine_gold_units bigint not null default 0;
alter table stage_count add column machine_gold_errors bigint not null default 0;
-- What each truth said of the machine's reading, to be taken out again should the truth be retired.
alter table gold add column machine_units bigint not null default 0;
alter table gold add column machine_errors bigint not null default 0;
-- A setting of digitisation that never did anything: how often a known truth is asked is a term of every project.
update project set spec = /*sqlite: json_patch(spec, '{"gold_share":null}')*/ /*postgres: (spec::jsonb - 'gold_share')::text*/
  where service = 'digitisation' and spec like '%"gold_share"%';
