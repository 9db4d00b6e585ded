### Words that many pages share.

product-name = Kazi
listen = Listen
help = Help
lock = Lock
send = Send
take-back = Take back
close = Close
cancel = Cancel
back = Back
go-on = Go on
save = Save
delete = Delete
more = More
yes = Yes
no = No
sign-out = Sign out
choose-language = Language
skip-to-content = Go to the content
# $number (Number) - the step
# $total (Number) - how many there are
step-of = Step { $number } of { $total }
