### The pages of staff, clients and the public.

sign-in = Sign in
email = E-mail
password = Password
email-missing = Give your e-mail.
password-missing = Give your password.
sign-in-wrong = E-mail and password do not fit together. Look at both, then try again.
# $minutes (Number) - how long to wait
sign-in-wait = { $minutes ->
    [one] Too many tries. Wait { $minutes } minute, then try again.
   *[other] Too many tries. Wait { $minutes } minutes, then try again.
}
sign-in-code-title = One more step
sign-in-code = Code
sign-in-code-hint = Six digits from the app on your phone, or one of your recovery codes.
sign-in-code-missing = Give the code.
sign-in-code-wrong = This code does not fit, or was used before. Wait for the next one, then try again.
sign-in-code-over = That took too long. Sign in once more.
sign-in-code-other = Sign in as somebody else
sign-in-code-lost = Phone and recovery codes lost? Ask whoever runs this Kazi.
# $operator (String) - the organisation
run-by = { $operator } runs this Kazi. Kazi is free software (Apache-2.0).

## The front page

front-title = Data work, checked by people
front-lead = Kazi cuts big work into small tasks. People at partner centres do them, others check them, and the whole comes back with its quality measured.
front-quality = Quality you can check
front-quality-how = Several people answer the same task without seeing each other. Where they differ, someone else decides. Known answers are mixed in, so that each figure comes with its doubt.
front-pay = Pay that is told
front-pay-how = Before each task stands what it pays. What an hour has really paid stands beside it.
front-yours = Your data stays with you
front-yours-how = Kazi runs on the operator's own computers. The program is free software.
front-sign-in = Sign in
front-centre = Work at a centre
front-home = My pages
front-example = Two people typed this line. They differ in one letter.
front-decided = is right, said a third, who saw the page.
go-home = To the start
go-back-to-work = To my work

## Invitations and forgotten passwords

invited-title = Welcome to Kazi
# $by (String) - who asks
# $organisation (String) - for whom
invited-lead = { $by } asks you to join { $organisation }. Choose a password, and you are in.
# $email (String) - the address
invited-address = You will sign in with { $email }.
invited-accept = Come in
invited-over = This link does not count any more. Perhaps you have used it: then sign in. Otherwise ask whoever invited you to send the letter again.
forgotten-title = Password forgotten?
forgotten-lead = Write the e-mail address that you sign in with. You get a letter with a link.
forgotten-ask = Send the letter
forgotten-sent = If this address has an account, a letter is on its way. Its link counts for an hour. Look among unwanted letters too.
forgotten-choose = Choose a new password
# $name (String) - whose password
forgotten-for = Hello { $name }. With the new password all your open sessions end.
forgotten-done = Your new password is set. Sign in with it.
forgotten-over = This link does not count any more. Ask for a new letter.

## Asking for a quote

front-quote = Ask for a quote
quote-title = Ask for a quote
quote-lead = Say in a few words what you need. A person answers by e-mail: with an invitation to make a project, try its first items and see price and date, or with the reason why not.
quote-organisation = Your organisation
quote-name = Your name
quote-service = What it is about
quote-other = Something else
quote-amount = How much there is
quote-amount-hint = Such as: 12 books of 300 pages; 40,000 rows
quote-needed-by = When you need it
quote-said = What you need
quote-said-hint = What you have, what you want back, and what must be right. Leave out what is secret or about people.
quote-kept = What you write is read by those who run this Kazi, and by nobody else.
quote-send = Send
quote-sent = Thank you. It is with us, and a person will answer by e-mail.
quote-too-many = Many enquiries have come from here lately. What you wrote is still in the form: send it again in a while.
