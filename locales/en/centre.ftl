### The pages of whoever leads a centre: who is here, tasks taken back, messages, a list of people added at once.

## Who is here

nav-here = Who is here
here-title = Who is here
here-lead = Who is signed in on the centre's computers, what each is at, and who needs help. The page keeps itself up to date.
here-search = Name, computer or project
here-all = All
here-sort-need = Who needs help first
here-sort-longest = Longest on one task
here-none = Nobody like this.
here-empty = Nobody works at this centre yet
here-empty-more = Add people on the centre's page. They then sign in on its computers with a PIN.
here-more = Who is here
place-here = Here
place-away = Away
place-out = Not signed in
here-state-stuck = Stuck
here-state-coach = Needs coaching
here-state-here = Here
here-state-away = Away
here-state-out = Not signed in
column-person = Person
column-at = At
column-today = Today
column-known = Known answers lately
column-why = Why
# $time (String) - a length of time
here-seen = seen { $time } ago
# $time (String) - how long
# $usual (String) - how long is usual
here-on-it = { $time } on this task; usual: { $usual }
# $count (Number) - how many tasks
here-holds = { $count ->
    [one] { $count } task in hand
   *[other] { $count } tasks in hand
}
here-nothing = Nothing in hand
# $accepted (String) - how many answers
# $waiting (String) - how many answers
here-today = { $accepted } accepted, { $waiting } being checked
# $service (String) - what kind of work
# $right (String) - a percentage
# $low (String) - a percentage
# $high (String) - a percentage
# $answers (String) - how many answers
here-known = { $service }: { $right } % right, very likely { $low } to { $high } %, by { $answers } answers
# $service (String) - what kind of work
# $answers (Number) - how many answers
here-known-few = { $answers ->
    [one] { $service }: not enough evidence yet ({ $answers } answer)
   *[other] { $service }: not enough evidence yet ({ $answers } answers)
}
here-known-none = Not enough evidence yet
# $time (String) - how long
# $usual (String) - how long is usual
stuck-long = On one task for { $time }; { $usual } is usual.
# $time (String) - how long
# $count (Number) - how many tasks
stuck-silent = { $count ->
    [one] Nothing given for { $time }, with a task in hand.
   *[other] Nothing given for { $time }, with { $count } tasks in hand.
}
# $count (Number) - how many
stuck-skips = { $count ->
    [one] Skipped { $count } task.
   *[other] Skipped { $count } tasks, one after the other.
}
# $service (String) - what kind of work
# $high (String) - a percentage
# $target (String) - a percentage
coach-known = { $service }: at best { $high } % of known answers are right, and { $target } % should be.
# $count (Number) - how many
coach-upheld = { $count ->
    [one] { $count } answer was not accepted, also after a second look.
   *[other] { $count } answers were not accepted within 30 days, also after a second look.
}
# $count (Number) - seconds
for-seconds = { $count } s
# $count (Number) - minutes
for-minutes = { $count } min
# $hours (Number) - hours
# $minutes (Number) - minutes beyond them
for-hours = { $hours } h { $minutes } min
event-centre-watched = People of a centre watched

## Taking back tasks

take-back-tasks = Take back tasks
take-back-all = Take back the tasks of all these
# $count (Number) - how many tasks
take-back-title = { $count ->
    [0] Nothing to take back
    [one] Take back { $count } task?
   *[other] Take back { $count } tasks?
}
take-back-none = None of them holds a task now.
# $names (String) - the people, each with a number of tasks
take-back-more = From: { $names }. Others get the tasks now; for half an hour they come before whoever had them. What was written stays on the computer, and an answer that is sent all the same is taken and paid. It stands in the record.
take-back-button = Take back
# $count (Number) - how many tasks
take-back-done = { $count ->
    [0] Nothing was in hand any more.
    [one] { $count } task taken back. Others get it now.
   *[other] { $count } tasks taken back. Others get them now.
}
event-tasks-taken-back = Tasks taken back

## Messages to the people of a centre

nav-messages = Messages
notices-title = Messages
notices-lead = What you write here, people see once above their work, and confirm with a tap.
notices-empty = No message yet
notices-empty-more = Write one: it is shown on everybody's next screen.
notices-none = No message like this.
notice-search = Words of a message
notice-write = Write a message
notice-send = Send
notice-body = What you want to say
notice-body-hint = At most 500 characters. Short words help.
notice-to = To whom
notice-to-hint = On a project is who holds its tasks now, or has answered some within twelve hours.
notice-to-centre = All of the centre
notice-to-people = A team: the people ticked below
# $project (String) - the project's name
notice-to-project = Who is on “{ $project }”
notice-went-centre = All of the centre
notice-went-people = A team
notice-people = The team
notice-counts = Show it for
# $hours (Number) - hours
notice-hours = { $hours ->
    [1] an hour
    [24] a day
    [72] three days
    [168] a week
   *[other] { $hours } hours
}
notice-state-shown = Shown
notice-state-over = Over
notice-state-withdrawn = Taken back
# $read (String) - how many have read it
# $all (String) - to how many it went
notice-read-by = Read by { $read } of { $all }
# $name (String) - who sent it
# $day (String) - day and time
notice-by = { $name }, { $day }
# $day (String) - day and time
notice-until = shown until { $day }
# $day (String) - day and time
notice-read-at = read { $day }
notice-not-read = not read yet
notice-withdraw = Take the message back
notice-withdraw-more = Who has not read it is not shown it any more. It stays in this list.
event-notice-sent = Message sent to people of a centre
event-notice-withdrawn = Message taken back

## A list of people added at once

import-title = Add a list of people
import-lead = Workers of this centre, a person on each line. The list is looked over first; then all are added, or none.
import-link = Add a list
import-file = A file
import-file-hint = CSV with commas or semicolons, saved as UTF-8.
import-list = Or the list itself
import-list-hint = Name; language; PIN. Such as: Amina; sw; 482915. Where there is no PIN, one is made. The first line may name the columns: name;language;pin
import-language-hint = For those whose line says none.
import-look = Look it over
import-look-again = Look it over again
import-line = Line
import-wrong = What is wrong
import-fine = fine
import-pin-given = as given
import-pin-made = is made
import-not-utf8 = this file is not saved as UTF-8: save it as “CSV UTF-8” and choose it again
import-no-name = There is no name.
# $line (String) - the number of a line
import-twice = This name stands in line { $line } already: two tiles would look alike.
import-taken = Somebody at this centre is called so already: two tiles would look alike.
# $called (String) - what was written
import-no-language = Kazi does not speak “{ $called }”: write en, sw, ur, hi or fr.
# $count (Number) - how many people
import-all-good = { $count ->
    [one] { $count } person, and nothing is wrong
   *[other] { $count } people, and nothing is wrong
}
# $count (Number) - how many rows
# $all (String) - of how many
import-some-wrong = { $count ->
    [one] { $count } of { $all } lines must be mended
   *[other] { $count } of { $all } lines must be mended
}
# $count (Number) - how many people
import-add = { $count ->
    [one] Add this person
   *[other] Add these { $count } people
}
# $count (Number) - how many people
import-done = { $count ->
    [one] { $count } person is added
   *[other] { $count } people are added
}
import-no-pins = Everybody has the PIN that the list gave.
import-print = Print this page now and cut the slips, one for each person alone. The PINs are shown only once; they are stored nowhere.
import-slip = Tap your picture, and type this PIN. Show it to nobody.
event-people-imported = List of people added to a centre

## The operator's board

nav-board = Board
board-title = Board
board-lead = All projects under way, and what needs you first. Failed deliveries come before failed jobs, these before stuck items, then work that nobody does, quality below its target, pay below a living wage, and deliveries that wait for their client. The order may be some minutes old; the reasons are those of now.
board-reasons = Reasons
board-search = Project or client
board-only-needy = What needs you
board-all = All under way
board-empty = Nothing needs you now
board-empty-more = Projects that are under way are looked at every few minutes.
board-none = No project like this.
board-well = Needs nothing
board-why-failed = Failed
board-why-jobs-failed = Jobs failed
board-why-stuck = Stuck items
board-why-no-centre = No centre
board-why-nobody-works = Nobody works
board-why-quality = Quality
board-why-below-wage = Living wage
board-why-undecided = Waits for client
board-failed = Its delivery failed.
# $count (Number) - how many
board-jobs-failed = { $count ->
    [one] { $count } background job was given up.
   *[other] { $count } background jobs were given up.
}
# $count (Number) - how many
board-stuck = { $count ->
    [one] { $count } item waits for a decision.
   *[other] { $count } items wait for a decision.
}
board-no-centre = It runs, and no centre may work on it.
# $day (String) - day and time
board-nobody-works = Tasks are open, and nobody has answered since { $day }.
# $stage (String) - the stage
# $right (String) - a percentage
# $low (String) - a percentage
# $high (String) - a percentage
# $target (String) - a percentage
board-quality = { $stage }: { $right } % of known answers right, very likely { $low } to { $high } %; it should be { $target } %.
# $stages (String) - the stages
board-below-wage = Pays less than a living wage: { $stages }.
# $day (String) - day and time
board-undecided = Delivered { $day }; its client has not decided.
board-open = Open
board-see-jobs = See the jobs
board-mend = Decide
board-choose-centres = Choose centres
board-raise = Change the pay
# $count (Number) - how many
board-enquiries = { $count ->
    [one] { $count } enquiry waits for an answer
    [100] 100 enquiries or more wait for an answer
   *[other] { $count } enquiries wait for an answer
}
# $count (Number) - how many letters
board-letters = { $count ->
    [one] { $count } letter could not be sent
    [100] 100 letters or more could not be sent
   *[other] { $count } letters could not be sent
}
# $count (Number) - how many
board-jobs = { $count ->
    [one] { $count } background job was given up
    [100] 100 background jobs or more were given up
   *[other] { $count } background jobs were given up
}
