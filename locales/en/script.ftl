### What the script of the worker pages says by itself. All of it travels with each task page, so keep it
### short. Only $count may stand in a message here.

saved-here = Saved here
not-saved = Not saved on this computer. Send soon.
# $count (Number) - how many answers wait to be sent
line-down = { $count ->
    [one] The line is down. Go on working: { $count } answer waits here.
   *[other] The line is down. Go on working: { $count } answers wait here.
}
line-down-no-tasks = The line is down, and no task is left here. Wait a little.
answer-sent-late = The task was given to someone else. Your answer is kept and paid.
answer-other-kept = Another answer came first for this task. Both are kept.
answer-refused = The answer was not taken. Look at it again.
taken-back = Taken back. Change it and send it again.
take-back-too-late = It is too late to take it back. Correct it under "last answers".
task-gone = This task is no longer there. Here is the next one.
task-recalled = Your team leader gave this task to someone else. What you wrote is kept. Here is the next one.
tasks-none = No tasks are left. Well done.
tasks-loading = Fetching tasks
signed-out = You are signed out. Give your PIN to go on. Your work is kept.
answer-empty = Write something first, or choose a button.
listen-stop = Stop

report-thanks = Thank you. Someone will look at it.
nothing-sent = You have sent nothing yet today.
correct-answer = Correct
next-task = Next
open-again = Open
