### What a client does with a delivery: looking at a sample, accepting it, sending back what is wrong.

sample-title = Look at a sample
sample-lead = Look at some of the finished items before you accept what was delivered. They are drawn by chance, and nobody who worked on them is named.
# $state (String) - what the project is doing
sample-not-now = The project is: { $state }. A sample is drawn once the files are ready.
sample-how = How many do you look at?
# $sample (String) - how many to look at
# $lot (String) - how many there are
sample-plan = The usual: { $sample } of { $lot }, by chance
# $allowed (String) - how many may be wrong
sample-plan-hint = Enough to tell good work from bad. By this plan it is good when at most { $allowed } of them are wrong.
sample-count = So many, by chance
sample-percent = So many of a hundred, by chance
sample-worker = One of each person who worked on it
sample-worker-hint = Shows whether somebody works otherwise than the others. It says nothing about all items, for they are not equally likely to be drawn.
# $count (Number) - how many items
sample-redone = { $count ->
    [one] The item that you sent back
   *[other] The { $count } items that you sent back
}
sample-redone-hint = Other people did them again.
sample-number = How many
sample-number-hint = Only where you choose a number above.
sample-draw = Draw the sample
# $decided (String) - how many were looked at
# $all (String) - how many there are
sample-bar = { $decided } of { $all } looked at
# $right (String) - how many are right
# $wrong (String) - how many are wrong
# $unsure (String) - how many are to be decided
# $left (String) - how many are left
sample-about = { $right } right · { $wrong } wrong · { $unsure } to decide later · { $left } left
sample-go-on = Go on
sample-done = You have looked through the sample
sample-open = You are looking through a sample
sample-closed = The last sample
# $allowed (String) - how many may be wrong
sample-passes = By the plan this is good work: at most { $allowed } may be wrong.
# $allowed (String) - how many may be wrong
sample-fails = By the plan this is not good enough: at most { $allowed } may be wrong.
sample-measured = Right, of all items
# $least (String) - the lower bound
# $most (String) - the upper bound
sample-between = very likely between { $least } and { $most } %
# $least (String) - the lower bound
sample-at-least = With 95 % confidence at least { $least } % of all items are right.
sample-measured-later = It can be told once a sample that was drawn by chance is looked through.
sample-not-random = This sample says nothing about all items: they were not equally likely to be drawn.
# $cost (String) - an amount
redone-cost = Doing again what was sent back has cost { $cost }. The operator pays for that.
sample-items = Items of the sample
sample-item-search = Find an item
sample-items-none = No item like this.
sample-other = Other things you can do
verdict-right = right
verdict-wrong = wrong
verdict-unsure = decide later
verdict-none = not looked at
accept-without = Accept without a sample…
accept-link = Accept the delivery…
aside-link = Set this sample aside…

## One item

# $number (String) - its number
# $all (String) - how many there are
sample-item-of = Item { $number } of { $all }
# $left (Number) - how many are left
sample-item-left = { $left } not looked at yet
sample-item-keys = Keys: A right, R wrong, F decide later.
sample-nothing = This item has no result any more.
verdict-say-right = It is right
verdict-say-wrong = It is wrong
verdict-say-unsure = Decide later
verdict-reasons = If it is wrong: why?
verdict-note = More about it
verdict-note-hint = Whoever does it again reads this.
sample-before = Before
sample-after = Next

## Deciding

# $name (String) - the project
accept-title = Accept { $name }?
accept-more = The project is finished then, and you get a certificate of what was measured. This cannot be undone.
accept-unmeasured = No sample that was drawn by chance has been looked through, so the certificate will say that nothing was measured. The project is finished then. This cannot be undone.
accept-button = Accept it
# $count (Number) - how many items
send-back-some = { $count ->
    [one] Send one item back…
   *[other] Send { $count } items back…
}
# $count (Number) - how many items
send-back-title = { $count ->
    [one] Send one item back?
   *[other] Send { $count } items back?
}
send-back-more = Other people do them again and see your reasons. You pay nothing for that, and nobody loses pay for what was accepted before. The files are put together anew when they are finished. This cannot be undone.
send-back-button = Send back
aside-title = Set this sample aside?
aside-more = What you said of its items stays on record, but it does not count. The certificate tells how many samples were set aside.
aside-button = Set aside
project-look-more = Your files are below. Accept them, or send back what is wrong: other people do it again, and you pay nothing for that.
project-look-button = Look at a sample
project-accepted = Accepted
project-accepted-more = The certificate says what was measured.
project-accepted-button = See the certificate
project-state-accepted = Accepted
# $name (String) - the project
need-delivered = { $name } is ready
need-delivered-more = Look at a sample of it, then accept it or send back what is wrong.
need-delivered-button = Look at it

## The certificate

certificate-title = Certificate of quality
# $sampled (String) - how many were looked at
# $lot (String) - how many there are
# $right (String) - how many were right
certificate-found = { $sampled } of { $lot } items were drawn by chance and looked at by the client. { $right } were right.
# $sampled (String) - how many were looked at
# $lot (String) - how many there are
# $right (String) - how many were right
# $mended (String) - how many were done again and are right now
certificate-found-mended = { $sampled } of { $lot } items were drawn by chance and looked at by the client. { $right } were right; { $mended } of the others were done again and are right now.
certificate-nothing = The client accepted the delivery without looking through a sample that was drawn by chance. Nothing was measured.
certificate-facts = Particulars
certificate-client = Client
certificate-service = Service
certificate-operator = Done by
certificate-delivered = Put together
certificate-accepted = Accepted
certificate-rounds = Times it was delivered
certificate-aside = Samples set aside
certificate-method = Method
certificate-method-said = Exact hypergeometric bounds on a simple random sample without replacement, 95 % confidence; two-sided for the interval, one-sided for the lower bound. What was found wrong and is right now no longer counts as wrong.
certificate-sample = Sample
certificate-seed = Seed of the draw
certificate-delivery = Delivery
certificate-print = Print it with your browser, or keep its address.

## A pilot

pilot-title = The pilot
pilot-lead = A few items, drawn by chance, that are worked on first. Look at what came of them before the rest is opened.
pilot-items = Items of the pilot
pilot-items-hint = 20 to 200, drawn by chance. The rest waits until you have looked.
pilot-start = Start with a pilot
# $finished (String) - how many are finished
# $all (String) - how many there are
pilot-progress = { $finished } of { $all } items of the pilot are finished
pilot-running = The pilot is being worked on
pilot-running-more = The rest is not offered to anybody yet.
pilot-done = The pilot is finished
pilot-done-more = Look at it, change the instructions or the pay if need be, then open the rest.
pilot-look = Look at the pilot
pilot-over = The rest was opened
pilot-open = Open the rest…
pilot-open-title = Open the rest?
pilot-open-more = All other tasks are offered to the centres at once. You can pause the project at any moment.
pilot-open-button = Open the rest
pilot-not-finished = Not finished yet.
pilot-none = No item like this.
pilot-cost = All of it will cost
# $low (String) - an amount
# $high (String) - an amount
pilot-between = very likely between { $low } and { $high }
# $items (String) - how many items
pilot-from = From { $items } finished items of the pilot, if the rest is like them.
pilot-too-few = Not enough evidence yet: from five finished items on it can be told.
pilot-pay = An hour of work pays
# $stage (String) - the stage
# $hour (String) - an amount
pilot-pay-stage = { $stage }: { $hour }
pilot-pay-more = By the mean time that answers took, without breaks and waiting.
# $hour (String) - an amount
stage-hour = { $hour } an hour
