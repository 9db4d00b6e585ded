### What a worker sees around a task: sign-in, home, the task page, practice, pay. Reading age nine, at most
### twelve words a line, plain verbs.

## Sign-in

who-is-here = Who is at this computer?
you-are = You are
your-pin = Your PIN
# $given (Number) - how many digits are typed
# $needed (Number) - how many a PIN has
pin-digits = Your PIN: { $given } / { $needed }
open-desk = Open
not-me = Not me
forgot-pin = I forgot my PIN
forgot-pin-help = Your team leader can give you a new PIN.
pin-wrong = That PIN is not right. Try again.
# $minutes (Number) - how long to wait
pin-wait = { $minutes ->
    [one] Too many tries. Wait { $minutes } minute, or ask your team leader.
   *[other] Too many tries. Wait { $minutes } minutes, or ask your team leader.
}
pin-none = You have no PIN yet. Ask your team leader for one.
code-wrong = This code does not count. Ask your team leader for a new one.
nobody-here = Nobody is enrolled at this centre yet. Ask your team leader.
computer-not-enrolled = This computer is not enrolled. Ask your team leader.
enrol-code = The code from your team leader
enrol-computer = Enrol this computer
locked = Locked
locked-work-kept = Your work is kept. Give your PIN to go on.

## Home

# $name (String) - the worker's first name
good-morning = Good morning, { $name }
# $name (String) - the worker's first name
good-afternoon = Good afternoon, { $name }
# $name (String) - the worker's first name
good-evening = Good evening, { $name }
home = Home
continue-work = Continue
start-work = Start
# $count (Number) - how many tasks
tasks-ready = { $count ->
    [one] { $count } task is ready on this computer.
   *[other] { $count } tasks are ready on this computer.
}
# $pay (String) - an amount with its currency
each-task-pays = Each task pays { $pay }.
no-work-now = There is no work now. We will tell you.
no-work-next = Learn something new while you wait.
today = Today
pay-accepted = accepted
# $amount (String) - an amount with its currency
pay-being-checked = { $amount } being checked
# $amount (String) - an amount with its currency
hour-has-paid = An hour here has paid { $amount }
# $amount (String) - an amount with its currency
living-wage-here = Living wage here: { $amount }
# $date (String) - a day
next-pay = Next pay: { $date }
my-pay = My pay
learn = Learn
my-certificates = My certificates
say-something = Say something
# $page (Number) - the page's number
# $done (Number) - finished lines
# $total (Number) - all lines
page-progress = Page { $page }: { $done } of { $total } lines are finished

## The task page

# $pay (String) - an amount with its currency
task-pays = This task pays { $pay }
# $done (Number) - the number of the task in this run
# $total (Number) - how many the run has
task-of = Task { $done } of { $total }
send-and-next = Send and next
skip-task = Skip
report-task = Something is wrong
correct-last = Correct the last ones
why-skip = Why do you skip it?
skip-too-hard = Too hard for me
skip-not-clear = The picture is not clear
skip-other-language = I do not know this language
skip-other = Another reason
what-is-wrong = What is wrong?
report-broken = It does not open
report-wrong-place = It does not belong here
report-upsetting = It upsets me
report-private = It shows private things
help-for-task = How to do this task
keys-title = Keys
key-send = Send
key-send-long = Send from a long text
key-pick = Choose an answer
key-help = Show this help
key-close = Close
ask-team-leader = Still stuck? Ask your team leader.
practice = Practice
practice-not-paid = This is practice. It is not paid.
practice-right = Right.
practice-wrong = Not quite.
practice-right-answer = The right answer:
practice-your-answer = Your answer:
try-again = Try again
lesson-right = Right
lesson-wrong = Wrong
# $right (Number) - how many were right
practice-passed = { $right } right. You can start paid work now.
# $right (Number) - how many were right
# $needed (Number) - how many must be right
practice-failed = { $right } right, { $needed } needed. Look again and try once more.

## Corrections

last-answers = Your last answers
answer-accepted = accepted
answer-being-checked = being checked
answer-not-accepted = not accepted
why-not-accepted = Why?
ask-again = Ask for another look
correct-too-late = This answer is settled. It can no longer be changed.
status-waiting = waiting
status-sent = sent

## What work is called

stage-questions-answer = Answer questions
stage-questions-decide = Settle differences
stage-digitisation-type = Type lines
stage-digitisation-resolve = Settle lines
stage-digitisation-proofread = Read pages
stage-digitisation-describe = Describe pictures
stage-other = Work

## More of home

# $count (Number) - how many tasks
tasks-wait = { $count ->
    [one] { $count } task waits for you.
   *[other] { $count } tasks wait for you.
}
# $count (Number) - how far tasks were counted
tasks-wait-many = More than { $count } tasks wait for you.
learn-first = Learn this work first.
# $count (Number) - how many practice tasks must be right
learn-first-how = Read the lessons. Then get { $count } practice tasks right.
# $amount (String) - an amount with its currency
learning-pays = When you have passed, learning pays { $amount }.
other-work = Other work
nothing-now-title = Nothing waits for you now
nothing-now = Others still work on it. Look again in some minutes.
look-again = Look again
work-stopped-title = This work has stopped for now
work-stopped = What you have sent is kept and paid.
# $name (String) - what is made whole, such as a page
# $done (Number) - finished pieces
# $total (Number) - all pieces
whole-progress = { $name }: { $done } of { $total } pieces are finished
show-all-lessons = All lessons

## Practice

start-practice = Start practice
# $count (Number) - how many must still be right
practice-left = { $count ->
    [one] { $count } more to get right
   *[other] { $count } more to get right
}
practice-done = You have learnt this. You can do paid work.
# $amount (String) - an amount with its currency
practice-paid-you = Learning has paid you { $amount }.
practice-paid-once = This is practice. You are paid once, when you pass.

## Without script

answer-sent = Sent.
correct-title = Correct your answer
correct-send = Send the correction
nothing-sent-yet = You have sent nothing yet.
look-at-fields = Something in the answer is not right. Look at it again.
thanks-reported = Thank you. Someone will look at it.

## When something cannot be done

problem-not-there = There is no such page, or it is not for you.
problem-fault = Something went wrong here. Your work is kept. Try again soon.
problem-database-away = The server rests for a moment. Your work is kept. Try again soon.
problem-disk-full = The server has no room. Your work is kept. Tell your team leader.
problem-sign-in-first = Sign in first.
problem-work-stopped = This work has stopped for now.
problem-learn-first = Learn this work first: do the practice.
problem-other-bytes = This answer was sent before with other content. Both are kept.
problem-too-late = This answer can no longer be changed. Others have gone on with it.
problem-not-well-formed = Something in the answer is not right. Look at it again.
problem-not-understood = This was not understood. Go back and try again.
problem-bad-text = The text holds a character that cannot be kept. Take it out and send it again.
problem-too-large = This is too large.
problem-too-many = That was too fast. Wait a little, then try again.
problem-title = That did not work
problem-title-not-there = Nothing is here

## Work that a client sent back

# $reason (String) - why
sent-back-says = The client sent this back: { $reason }. Please do it again.
reject-wrong = something is wrong
reject-missing = something is missing
reject-extra = something is too much
reject-layout = the form or the order is wrong
reject-rules = the instructions were not followed
reject-other = another reason

## Answers that were not accepted

not-accepted = Not accepted
not-accepted-none = All your answers were accepted, or are being checked.
# $pay (String) - an amount
not-accepted-unpaid = { $pay } was not paid.
not-accepted-says-empty = There was nothing of the item in it.
not-accepted-says-made-up = It was made up, or given without looking.
not-accepted-says-instructions = It is not what the instructions ask for.
not-accepted-says-other = See the note.
ask-second-look = You think it was right? Ask for a second look:
plea-say-right = My answer is right
plea-say-instructions = I did what the instructions say
plea-say-unclear = It was not clear
plea-say-trouble = The computer went wrong
second-look-waits = You asked for a second look. Somebody else decides.
second-look-paid = Put right: it is paid now.
second-look-no = A second person looked. It stays not accepted.
second-look-over = The time for a second look is over.
show-more = Show more
look-at-second-looks = Second looks
problem-already-asked = You have asked for a second look already.
problem-look-too-late = A second look can be asked for within 30 days.

## Instructions of a project

instructions = What this project asks
instructions-new = The instructions changed
instructions-new-says = Read what is new. Then go on.
instructions-read-first = Read this first
instructions-read = I have read it
problem-read-first = The instructions changed. Read them first.

## A message from whoever leads the centre

message-title = A message for you
# $name (String) - who wrote it
message-from = From { $name }
message-read = I have read it
