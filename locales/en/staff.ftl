### The pages of operators, clients and team leaders.

nav-main = Main
nav-projects = Projects
nav-centres = Centres
nav-centre = My centre
nav-team = Team
nav-enquiries = Enquiries
nav-jobs = Background jobs
nav-jobs-short = Jobs
nav-mail = Letters
nav-record = Record
nav-keys = API keys
nav-account = Account
next-page = Next page
# The style guide: every part of the pages, for whoever works on them.
guide-title = Style guide
guide-lead = Every part of the pages in every state. They are the parts that the pages use: a change is seen here first.
guide-buttons = Buttons
guide-fields = Fields
guide-fields-wrong = Fields with their problems
guide-states = States
guide-notes = Notes
guide-lists = Lists
guide-tasks = Task screens
show-all = Show all
find = Find
add = Add
change = Change
revoke = Revoke
take-away = Remove
confirm-no = No, go back
once-only = This is shown only once. It is stored nowhere.
once-done = I have written it down
month-names = Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
# $day (String) - the day and time
last-used = last used { $day }

## Columns of tables

column-project = Project
column-state = State
column-progress = Progress
column-cost = Cost
column-made = Made
column-job = Job
column-tries = Tries
column-letter = Letter
column-what = What was done
column-whom = To what
column-who = By whom
column-when = When
column-sent = Sent
column-do = What you can do
column-centre = Centre
column-partner = Partner
column-people = People
column-clock = Clock
column-key = Key
column-scopes = Good for
column-used = Last used

## States

project-state-draft = Draft
project-state-running = Running
project-state-paused = Paused
project-state-assembling = Being put together
project-state-delivered = Delivered
project-state-failed = Could not be put together
project-state-cancelled = Given up
source-state-arriving = Arriving
source-state-waiting = Waiting
source-state-splitting = Being split
source-state-split = Ready
source-state-refused = Refused
source-state-removing = Being removed
job-state-waiting = Waiting
job-state-running = Running
job-state-done = Done
job-state-failed = Failed
job-state-cancelled = Called off
job-called-off = Being called off

## Services, stages, roles

service-questions = Questions about rows
service-about-questions = A question with fixed answers about each row of a table: three people answer, and where they differ, more do. You get your table back with an answer and how sure it is.
service-digitisation = Books and documents
service-about-digitisation = A scanned book goes in, a checked EPUB comes out. People type each line, others settle differences and proofread each page.
stage-answer = Answer
stage-decide = Decide
stage-type = Type
stage-resolve = Settle differences
stage-proofread = Proofread
stage-describe = Describe figures
setting-value-auto = Found out by itself
setting-value-text = Words
setting-value-link = Link to a page
setting-value-picture = Link to a picture
setting-value-drop = Leave out
setting-value-keep = Keep
setting-one-a-line = One a line.
setting-whole-number = Write a whole number, such as 3.
setting-number = Write a number, such as 0.95.
role-operator = operator
role-client = client
role-client-lead = leads the people of the client
role-team-leader = team leader
role-reviewer = reviewer
role-worker = worker
organisation-kind-operator = Runs this Kazi
organisation-kind-client = Client: buys work
organisation-kind-partner = Partner: employs people at centres
scope-projects-read = read projects
scope-projects-write = make and run projects
scope-work = do tasks
scope-people = manage people
scope-jobs = steer jobs

## The list of projects

projects-new = New project
projects-search = Find a project
sort-order = Order
sort-newest = Newest first
sort-oldest = Oldest first
sort-by-name = By name
people-search = Find somebody
people-none = Nobody here is called so.
projects-empty = No project yet
projects-empty-more = A project is one piece of work in one service: choose the service, hand in your files, and watch people work on them. Nothing starts before you say so.
projects-none = No project has this name.
no-files-yet = no files yet
# $finished (String) - how many are finished
# $all (String) - how many there are
finished-of = { $finished } of { $all } finished
# $name (String) - the project
need-failed = { $name }: the files could not be put together
need-failed-more = All answers are kept. The project's page says what went wrong.
need-failed-button = See why
# $name (String) - the project
need-stuck = { $name }: some items need you
need-stuck-more = The people who could do them have tried. Look at what they answered and decide.
need-stuck-button = Look at them
# $name (String) - the project
need-draft = { $name } is not started yet
need-draft-more = Its page says what is still missing.
need-draft-button = Go on

## Making a project

new-which = What shall be done?
new-which-more = Choose a service. You set everything else on the next page, and nothing is asked of anybody before you start the project.
new-lead = All fields have values that work. You hand in your files on the next page.
new-about = The project
new-name = Name
new-name-hint = Workers see it too.
new-client = Client
new-instructions = What workers must know
new-instructions-hint = Short and plain. It stands in the help of each task.
new-terms = Pay and checks
new-currency = Currency of pay
new-currency-hint = Three letters, such as KES. The amounts below are meant in Kenyan shillings: change them with the currency.
# $stage (String) - the stage
new-pay = Pay for one answer: { $stage }
new-gold = One known answer in so many
new-gold-hint = Tasks with a known answer measure the quality. 0 for none, 20 is usual.
new-make = Make the draft

terms-title = Instructions, pay and checks
terms-lead = What you change counts for what is answered from now on. The settings of the service stay as they are once files were split by them.
terms-change = Change these and the pay
instructions-none = None are given.

## A project

# $day (String) - the day
started-on = started { $day }
# $day (String) - the day
ended-on = ended { $day }
# $day (String) - the day
made-on = made { $day }
show-newest = Show the newest
project-failed = The files could not be put together
project-delivered = Your files are ready
project-delivered-button = Take the files
# $count (Number) - how many items
project-stuck = { $count ->
    [one] One item needs you
   *[other] { $count } items need you
}
project-stuck-more = The people who could do them have tried. Look at what they answered and decide.
project-ready = Everything is ready
project-ready-more = When you start, the tasks are offered to the centres at once.
project-start = Start the project
project-missing = Before this project can start
project-missing-operator = The centres are chosen by the operator, who sees this project too.
project-steer = Steer
project-pause = Pause
project-resume = Go on
whole-project = All of it
# $stage (String) - the stage
# $finished (String) - how many tasks are finished
# $all (String) - how many there are
# $checked (String) - how many are being checked
stage-bar = { $stage }: { $finished } of { $all } finished, { $checked } being checked
# $all (String) - how many there are
of-all = of { $all }
stage-called = only where people differ
# $answers (String) - the mean number of answers
stage-answers = { $answers } answers a task
# $seconds (Number) - the mean time
stage-seconds = { $seconds } s each
# $count (Number) - how many tasks
stage-in-work = { $count } in people's hands
# $count (Number) - how many tasks
stage-stuck = { $count } stuck
key-finished = finished
key-checked = being checked
key-to-do = to do
figures = Figures
quality = Measured quality
quality-none = Not enough evidence yet: too few known answers were asked for.
# $least (String) - the lower bound
# $most (String) - the upper bound
quality-between = right in single answers; very likely between { $least } and { $most } %
# $units (String) - how many units were judged
quality-evidence = From { $units } known ones. What is delivered is better, for several answers are compared.
forecast = Finished on
forecast-more = at the pace of the latest answers
forecast-none = Not enough evidence yet.
cost-so-far = Cost so far
cost-more = for answers given
centres-none-chosen = None is chosen.
centres-by-operator = The operator chooses the centres that do the work.
deliveries = Deliveries
files = Files
files-empty = No file yet. Hand in at least one.
add-files = Add files
# $kinds (String) - file name endings
add-files-hint = { $kinds }; up to 2 GB each, several at once.
hand-in = Hand in
upload-cut = The upload was cut off. The files that arrived whole are below; hand in the others again.
# $done (String) - how many parts are done
# $all (String) - how many there are
parts-done = { $done } of { $all } parts
# $count (String) - how many
more-problems = … and { $count } more
# $name (String) - the file
remove-file = Remove { $name }?
remove-file-more = The file and everything it was split into are deleted. You can hand it in again later.
remove-file-button = Remove the file
# $name (String) - the project
cancel-project = Give up { $name }?
cancel-project-more = Nothing more is offered to anybody, and nothing is delivered. Whoever has done something of it is paid. This cannot be undone.
cancel-project-button = Give the project up
cancel-project-link = Give up…

## Items that are stuck

stuck-title = Items that need you
stuck-lead = Each was tried by the people who could do it. Ask one more, take an answer, or leave the item out of the delivery.
stuck-none = Nothing is stuck
# $item (String) - the key of the item
stuck-picture = Picture of { $item }
back-to-project = Back to the project
stuck-unknown = stuck
stuck-nobody-agrees = nobody agrees
stuck-too-many-answers = too many answers differ
stuck-skipped = skipped by everybody
stuck-reported = reported as wrong
stuck-answers = What was answered
stuck-no-answers = Nobody has answered it.
stuck-no-outcome = This cannot be the outcome: it has not the form of one. Ask one more person instead.
came-late = came late
take-this = Take this
ask-one-more = Ask one more person
settle-by-hand = Write the outcome yourself
settle-outcome = Outcome
settle-outcome-hint = As the service writes it, in JSON.
settle = Settle it
leave-out = Leave this item out?
leave-out-more = It will be missing in the delivery. Whoever answered it is paid. This cannot be undone.
leave-out-button = Leave it out
remark-skip = skipped it
remark-report = reported it
# $name (String) - the worker
# $did (String) - skipped or reported it
# $reason (String) - why
remark-line = { $name } { $did }: { $reason }

## Background jobs

jobs-lead = Files are split and deliveries are put together in the background. What fails is tried again by itself a few times.
jobs-search = File, project or fault
jobs-all = All
jobs-none = There is no such job.
job-split = Split a file
job-remove-source = Remove a file
job-assemble = Put a delivery together
job-mail = Send a letter
# $tries (String) - how often it was tried
# $most (String) - how often it is tried at most
tries-of = { $tries } of { $most }

## Letters

mail-lead = What Kazi writes to people: invitations, new passwords. A letter that cannot be sent is tried again for some sixteen hours.
mail-search = Address or subject
mail-all = All
mail-none = There is no such letter.
mail-empty = No letter yet
mail-empty-more = The first one goes out when you invite somebody.
mail-state-waiting = Waiting
mail-state-sent = Sent
mail-state-failed = Not sent
mail-kind-invitation = Invitation
mail-kind-address-in-use = Invitation to an address in use
mail-kind-forgotten = Forgotten password
mail-kind-enquiry-came = Enquiry
mail-kind-enquiry-declined = Enquiry declined
mail-kind-password-changed = Changed password
mail-no-links = Where a link stood are three dots: it is for the reader of the letter alone.
mail-back = All letters
mail-send-again = Send it again
# $address (String) - the e-mail address
mail-to = To { $address }
# $day (String) - day and time
mail-written = Written { $day }
# $day (String) - day and time
mail-went = sent { $day }

## The record of what happened

record-lead = Every change, and every look at data about people. Nothing here can be changed: each row vouches for those before it.
record-search = Name, word, or id
record-kind = What was done
record-any = Anything
record-from = From the day
record-to = To the day
record-none = Nothing of the kind was done.
record-nobody = Kazi itself
record-bad-day = Write a day like 2026-11-23. All days are shown.
record-older = from before rows were chained
event-kazi-set-up = Kazi set up
event-person-made = Person added
event-person-edited = Person changed
event-person-put-out = Person put out
event-person-let-in = Person let in again
event-person-invited = Person invited
event-person-seen = Person looked at
event-people-listed = People looked through
event-invitation-again = Invitation sent again
event-invitation-revoked = Invitation taken back
event-invitation-taken = Invitation taken
event-password-set = Password set by the operator
event-password-changed = Password changed
event-password-forgotten = New password asked for
event-password-recovered = New password chosen
event-pin-set = PIN set
event-device-code = Code for a computer made
event-device-enrolled = Computer enrolled
event-device-revoked = Computer revoked
event-key-made = API key made
event-key-revoked = API key revoked
event-mail-again = Letter sent again
event-mail-seen = Letter read
event-record-read = Record read
event-enquiry-made = Enquiry came
event-enquiry-seen = Enquiry read
event-enquiry-invited = Invited after an enquiry
event-enquiry-declined = Enquiry declined
event-enquiries-listed = Enquiries listed
event-organisation-made = Organisation added
event-organisation-renamed = Organisation renamed
event-centre-made = Centre added
event-centre-edited = Centre changed
event-project-made = Project made
event-project-edited = Project changed
event-project-assigned = Centres of a project chosen
event-project-moved = Project started, paused or given up
event-project-delivered = Project delivered
event-project-failed = Delivery failed
event-answerers-seen = Who answered what looked at
event-source-added = File handed in
event-source-removed = File removed
event-source-broke-off = File broke off
event-gold-added = Known truth added
event-gold-retired = Known truth retired
event-certificate-issued = Stage learnt
event-certificate-vouched = Stage vouched for
event-pay-out-failed = Pay-out failed

## Centres and organisations

centres-title = Centres and organisations
centres-lead = Clients buy work. Partners employ people, who work at centres. Each centre enrols its own computers.
centres-empty = No centre yet
centres-empty-more = Add a partner first, then its centre. Then add people and a computer there.
centres-search = Find a centre or partner
centres-add = Add a centre
centre-name = Name of the centre
clock-hint = Pay is summed by the worker's own day.
organisations = Organisations
organisation-add = Add an organisation
organisation-name = Name
organisation-kind = What it does
organisation-kind-hint = This stays as it is.
organisation-people-empty = Nobody signs in for it yet. Add somebody with e-mail and password.
organisation-partner-people = The people of a partner are added at its centres.
# $count (Number) - how many people
people-active = { $count ->
    [one] one person
   *[other] { $count } people
}

## People

people = People
people-empty = Nobody works here yet. Add the first person.
person-add = Add somebody
person-change = Change
person-name = Name on screens
person-roles = Does
person-picture = Picture
person-picture-hint = People find their tile by it.
person-in = May sign in
person-out = Put out
person-no-pin = no PIN
# $day (String) - the day
known-since = since { $day }
pin = PIN
pin-hint = Six digits. Leave it empty, and one is made up.
# $name (String) - the person
pin-of = The PIN of { $name }
pin-tell = Tell it to nobody else. It works on the computers of the centre.
pin-reset = Make a new PIN
pin-reset-more = For who has forgotten it. The old one stops working at once.
email-hint = For team leaders, who also sign in elsewhere.
password-hint = At least 10 characters. Three or four words are easy to keep in mind.
password-new = New password
password-old = Old password
password-set = Set the password
password-change = Change the password
access = Access
put-out = Put out
put-out-more = Ends all sessions at once. What was earned stays theirs.
let-in = Let in again
let-in-more = The person cannot sign in now.

## Teams and invitations

# $name (String) - the organisation
team-title = People of { $name }
team-lead = Those who sign in with e-mail and password. Whoever you put out is signed out at once.
team-empty = Nobody signs in for it yet. Invite somebody.
invitations = Invitations on their way
invitations-empty = Nobody is being waited for.
invite = Invite somebody
invite-more = They get a letter with a link that opens once, within seven days, and choose their own password.
invite-language-hint = The language of the letter.
invite-send = Send the invitation
invite-again = Send again
invite-open = on its way
invite-over = too old
# $name (String) - who asked
# $day (String) - when
invite-by = asked by { $name }, { $day }
# $name (String) - who was asked in
invite-revoke = Take back the invitation of { $name }?
invite-revoke-more = The link in the letter opens nothing any more. You can invite the person again.
invite-revoke-button = Take it back

## Computers

computers = Computers
computers-empty = No computer yet. Make a code here, then type it in on the computer, at the address of this Kazi followed by /centre.
computer-name = Name of the computer
computer-name-hint = Such as the number on its desk.
computer-code-make = Make a code
computer-enrolled = Enrolled
computer-waits = Waits for its code
computer-not-enrolled-yet = Not enrolled
# $until (String) - until when
code-until = the code counts until { $until }
code-over = Its code is too old. Revoke it and make another one.
# $name (String) - the computer
code-of = The code for { $name }
# $until (String) - until when
code-tell = Open the address of this Kazi followed by /centre on that computer and type the code in. It counts until { $until }.
# $name (String) - the computer
revoke-computer = Revoke { $name }?
revoke-computer-more = Whoever works on it is signed out at once. What they have sent is kept. To use it again, it must be enrolled again.
revoke-computer-button = Revoke the computer

## API keys

keys-heading = API keys
keys-lead = With a key, a program does what you may do here, within what you choose.
keys-description = Description of the API
keys-empty = No key yet
keys-empty-more = Make one for each program that hands in files or takes deliveries, so that you can revoke it alone.
key-make = Make a key
key-name = Which program uses it
key-name-hint = Such as "archive upload".
key-scopes = Good for
key-scopes-hint = Choose as little as the program needs.
key-never-used = never
# $name (String) - the key
key-of = The key for { $name }
key-tell = Give it to the program as "Authorization: Bearer …".
# $name (String) - the key
revoke-key = Revoke the key for { $name }?
revoke-key-more = Programs that use it are refused at once. This cannot be undone.
revoke-key-button = Revoke the key

## Account

account-saved = Saved.
sessions = Where you are signed in
sessions-more = End what you do not know, then change the password.
session-this = this one
session-end = End
session-unknown = Unknown browser
# $day (String) - day and time
session-since = since { $day }

## Enquiries: what people who are no clients yet ask for

enquiries-lead = What people who are no clients yet ask for on your first page.
enquiries-search = Organisation, name or e-mail
enquiries-all = All
enquiries-none = No enquiry fits.
enquiries-empty = Nobody has asked yet
enquiries-empty-more = The first page has a link to ask for a quote. What comes in stands here, and a letter tells you.
enquiry-state-waiting = Waits for you
enquiry-state-invited = Invited
enquiry-state-declined = Declined
# $when (String) - the day and time
enquiry-came = Came { $when }
enquiry-name = Name
enquiry-needed-by = Needed by
enquiry-said = What they need
enquiry-invite = Make it a client and invite
enquiry-invite-more = A client with this name is added, and a letter asks this person in to lead its people. They then make a project with you.
enquiry-decline = Decline
enquiry-decline-do = Decline with this reason
enquiry-reason = Why not
enquiry-reason-hint = A letter brings your words to whoever asked. You can still invite them later.
enquiry-declined-why = Why it was declined
enquiry-client = To the client
