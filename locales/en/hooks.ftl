### Web hooks: addresses that are told what happens.

keys-hooks = Or have a program told what happens: web hooks.
hooks-title = Web hooks
hooks-lead = Kazi tells a program of yours what happens, so that it need not ask again and again. Each message is signed as standardwebhooks.com describes, names things by their ids, and holds nothing of what is in them.
hooks-empty = No web hook yet
hooks-empty-more = Give the address of a program that takes messages, and choose what it is told.
hook-title = A web hook
hook-make = Add a web hook
hook-change = Change it
hook-address = Address
hook-address-hint = It begins with https:// and answers with a status from 200 to 299 within ten seconds.
hook-events = What it is told
hook-events-hint = Of all your projects.
hook-event-project-started = Work began
hook-event-project-paused = Work is paused
hook-event-project-resumed = Work goes on
hook-event-project-cancelled = Project given up
hook-event-project-delivered = Files are ready
hook-event-project-failed = Files could not be made
hook-event-project-accepted = Delivery accepted
hook-event-sample-rejected = Items sent back
hook-event-item-stuck = An item is stuck
hook-event-question-asked = A question was asked
hook-event-question-answered = A question was answered
hook-event-hook-trial = A try
hook-state-on = On
hook-state-held = Held
hook-state-off = Off
hook-secret = Its secret
hook-secret-tell = Give this to the program that takes the messages: with it, it knows that they come from this Kazi.
hook-rotate = Exchange the secret
hook-rotate-more = The one before counts for another day: messages are signed with both.
# $until (String) - until when
hook-old-until = It was exchanged: the one before counts until { $until }.
hook-try = Try it out
hook-hold = Hold it
hook-hold-more = Held, it is told what happens later, when it goes on.
hook-resume = Let it go on
hook-remove = Remove it
hook-remove-title = Remove this web hook?
# $address (String) - whom it calls
hook-remove-more = { $address } is told nothing any more, and what was sent is not shown any more.
# $since (String) - since when
hook-failing = It has taken no message since { $since }. After three days it is switched off.
sendings-title = Messages
sendings-all = All
sendings-empty = Nothing was sent yet
sendings-empty-more = Try it out: it gets a message that says nothing happened.
sendings-none = No message like this.
sendings-search = Event or project
sending-state-waiting = Waiting
sending-state-held = Held
sending-state-sent = Taken
sending-state-failed = Given up
# $status (String) - a number such as 200
sending-status = status { $status }
# $millis (String) - a number
sending-millis = { $millis } ms
# $count (Number) - how often it was tried
sending-tries = { $count ->
    [one] one try
   *[other] { $count } tries
}
sending-again = Send it again
sending-details = What was sent and answered
sending-body = Sent
sending-answer = Answered
mail-kind-hook-off = Web hook switched off
job-hook = Message to a web hook
event-hook-made = Web hook added
event-hook-edited = Web hook changed
event-hook-held = Web hook held
event-hook-resumed = Web hook goes on
event-hook-rotated = Secret of a web hook exchanged
event-hook-removed = Web hook removed
event-hook-again = Message to a web hook sent again
event-hook-off = Web hook switched off
