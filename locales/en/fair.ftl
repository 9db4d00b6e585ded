## What an hour of work pays, and a living wage

pay-hour-title = An hour of work pays
pay-hour-how = Without breaks and waiting. Until 20 answers are accepted, it is told by the time that the service expects of one.
# $answers (String) - how many answers
# $seconds (String) - the time that one takes
pay-hour-seen = The middle one of the latest { $answers } accepted answers took { $seconds } seconds
# $seconds (String) - the time that one takes
pay-hour-expected = One answer is expected to take { $seconds } seconds
# $amount (String) - what one answer pays
# $hour (String) - what an hour pays
# $how (String) - how it is known
pay-hour-hint = { $amount } an answer is { $hour } an hour. { $how }, without breaks and waiting.
# $wages (String) - centres with their living wages
pay-hour-wages = Living wage: { $wages }.
below-wage = less than a living wage
# $hour (String) - what an hour pays
# $wage (String) - the living wage
# $centre (String) - the centre
below-wage-field = { $hour } an hour is less than a living wage at { $centre }, { $wage }. Raise the pay; otherwise an operator must say why it is right.
below-wage-reason = Why it is right to pay less than a living wage
below-wage-reason-hint = It stands in the record, and on the project's page. It holds until the pay is lowered or other centres are chosen.
below-wage-say = Let it start all the same
below-wage-by-operator = Ask whoever runs Kazi, or raise the pay.
below-wage-because = Less than a living wage, because:
project-starts-with-reason = This pays less than a living wage
living-wage = Living wage
living-wage-hint = What an hour must pay here for a decent life. Pay of projects is held against it.
living-wage-none = Nobody has said yet what a living wage is here.
living-wage-unknown = not known
# $wage (String) - the amount
living-wage-hour = { $wage } an hour
# $wage (String) - the amount
living-wage-elsewhere = { $wage } an hour: another currency than the pay
# $source (String) - who reckoned it
# $day (String) - of when it is
living-wage-by = { $source }, { $day }
wage-hour = For an hour, before deductions
wage-hour-hint = A month's wage, divided by the hours of a month of standard weeks.
wage-currency = Currency
wage-currency-hint = Three letters, such as KES.
wage-source = Whose figure it is
wage-source-hint = Such as the name of the report, with city or country.
wage-as-of = Of when it is
wage-as-of-hint = Such as September 2026. Look for a newer one after 15 months.
event-centre-living-wage = Living wage of a centre set
event-project-below-wage = Pay below a living wage allowed

## Answers that were not accepted, and a second look

nav-contests = Second looks
contests-title = Second looks
contests-lead = Answers that were not accepted, whose workers ask for a second look. Somebody else than whoever did not accept it decides; nobody is named here.
contests-empty = Nobody asks for a second look
contests-empty-more = When an answer is not accepted, its worker reads why, and may ask for a second look with one tap. It then stands here.
contests-none = No second look like this.
contests-search = Item or project
contests-all = All
column-item = Item
column-not-accepted = Not accepted, because
column-asked = Asked on
column-says = Its worker says
look-waiting = Waits for a decision
look-put-right = Put right and paid
look-upheld = Stays unaccepted
why-not-empty = Nothing of the item is in it
why-not-made-up = It is made up, or given without looking
why-not-instructions = It is not what the instructions ask for
why-not-other = Something else
plea-right = My answer is right
plea-instructions = I did what the instructions say
plea-unclear = The picture or question was not clear
plea-trouble = The computer or line went wrong
look-title = A second look
look-given = The answer
look-item = The item
look-why = Why it was not accepted
# $plea (String) - what the worker says
# $when (String) - day and time
look-says = { $plea }. Asked on { $when }.
# $pay (String) - an amount
look-pay = Put right, its worker gets { $pay }, on the money of today.
look-put-right-do = Accept and pay it
look-uphold-do = It stays unaccepted
look-note = Why you decide so
look-note-hint = Its worker reads it. Needed where it stays unaccepted.
look-no-note = Say why it stays unaccepted: its worker reads it.
look-choose = Choose whether it is accepted.
look-own-case = Somebody else must decide this: you did not accept it yourself, or you worked on the same item.
# $note (String) - in words
# $when (String) - day and time
look-decided = { $note } Decided on { $when }.
reject-answer = Do not accept this answer
reject-answer-link = Do not accept…
reject-answer-more = It will not be paid, and counts no more for this item. Its worker reads why, and may ask for a second look, which somebody else decides. Other answers to this item stay as they are.
reject-answer-why = Why
reject-answer-note = What is wrong with it
reject-answer-note-hint = A sentence for its worker: what is there, and what was given.
reject-answer-button = Do not accept it
answer-rejected = not accepted
# $rejected (String) - how many answers
# $contested (String) - of these
# $right (String) - of these
contests-figures = { $rejected } not accepted; a second look was asked for { $contested } of them, { $right } were put right
contests-waiting = Decide on second looks
contests-label = Answers not accepted
event-answer-rejected = Answer not accepted
event-answer-contested = Second look asked for
event-answer-decided = Second look decided

## Versions of instructions

instructions-changed = What changed in the instructions, in a line
instructions-changed-hint = Workers read it before their next task, and confirm. Needed when you change the instructions.
instructions-title = Versions of the instructions
instructions-lead = What workers must know, as it was from when to when. Whoever works here reads what is new once, before the next task. Each answer keeps the version that its worker had confirmed.
instructions-link = All versions
# $version (String) - the number
instructions-version = Version { $version }
instructions-now = counts now
instructions-first = The first version
# $who (String) - a name
# $when (String) - day and time
instructions-by = { $who }, { $when }
instructions-search = What changed
versions-none = No version like this.
instructions-whole = The whole text
instructions-added = added
instructions-removed = taken out
# $version (String) - the number
given-under = instructions { $version }
