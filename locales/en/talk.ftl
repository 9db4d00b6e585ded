### Questions between a client and whoever runs this Kazi.

nav-questions = Questions
questions-title = Questions
questions-lead = What the client and the operator ask each other. Workers do not see this.
questions-empty = No question yet
questions-empty-more = Ask when something in the files or the instructions is not clear. The other side gets a letter that it is their turn.
questions-empty-all = A question is asked on the page of its project. It then stands here too.
questions-none = No question like this.
questions-search = Subject, item or project
questions-all = All
questions-ask = Ask a question
question-state-yours = Waits for you
question-state-theirs = Waits for the others
question-state-settled = Settled
column-question = Question
column-said = Last word
# $count (Number) - how many messages
question-messages = { $count ->
    [one] one message
   *[other] { $count } messages
}
# $key (String) - the item's key
question-about-item = about item { $key }
# $count (Number) - how many wait for the reader
questions-need = { $count ->
    [one] A question waits for you
   *[other] { $count } questions wait for you
}
questions-need-more = The others cannot go on before you answer.
questions-need-button = Read and answer
# $count (Number) - how many are open
questions-open = { $count ->
    [0] No question is open.
    [one] One question is open.
   *[other] { $count } questions are open.
}
# $count (Number) - how many of them wait for the reader
questions-mine = { $count ->
    [one] One waits for you.
   *[other] { $count } wait for you.
}
questions-link = All questions of this project
ask-title = Ask a question
ask-about-item = Ask about this item
# $key (String) - the item's key
# $source (String) - the file that it is from
ask-item = You ask about item { $key } from { $source }.
ask-subject = What is it about?
ask-subject-hint = A few words, so that it is found again.
ask-text = Your question
ask-text-client = Whoever runs this Kazi reads it and answers. Write no passwords.
ask-text-operator = The client's people read it and answer. Name no worker.
ask-send = Ask
question-item = The item
question-item-stuck = It is stuck: look at it
question-earlier = Earlier messages
question-latest = The latest messages
# $name (String) - who wrote
# $side (String) - for whom
question-by = { $name }, { $side }
question-side-client = for the client
question-side-operator = for the operator
question-corrected = corrected
question-reply = Your answer
question-reply-more = Your message
question-reply-hint = Plain text. A new message opens a settled question again.
question-send = Send
question-correct = Correct it
question-correct-hint = For ten minutes, while nobody has answered.
question-correct-text = Your message, corrected
question-correct-save = Save the correction
question-settle = Settle it
question-settle-more = When nothing more is asked.
question-reopen = Open it again
# $name (String) - who settled it
# $when (String) - the moment
question-settled-by = Settled by { $name }, { $when }.
mail-kind-questions = Questions that wait
job-digest = Letter about questions
event-question-asked = Question asked
event-question-answered = Question answered
event-question-corrected = Message corrected
event-question-settled = Question settled
event-question-reopened = Question opened again
