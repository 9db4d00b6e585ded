### One's own account: second factor, clock, letters, what Kazi holds about oneself.

## Second factor

factor = Second factor
factor-on = On
factor-none = Your password alone opens your account.
factor-go = Set up or change
# $day (String) - since when
factor-since = since { $day }
factor-must = Your organisation asks for a second factor. Set it up now, then everything else is open to you.
factor-lead = After the password you are asked for a code that an app on your phone shows. Whoever learns your password cannot come in without it.
factor-step-app = Have an app for codes on your phone, such as Aegis, FreeOTP or the one that your phone brings.
factor-step-look = Give your password here. Kazi shows a square picture; the app looks at it.
factor-step-paper = Keep ten recovery codes on paper, should the phone be lost.
factor-begin = Go on
factor-code = Code
factor-code-hint = Six digits from the app, or a recovery code.
factor-first-code-hint = Six digits. They change every thirty seconds.
factor-set-up = Set up the app
factor-scan = Open the app and let it look at this picture.
factor-qr = Picture with the key for the app
factor-type = If it cannot look, type this key:
factor-open = Or open the app on this device
factor-tell = Write the code that the app shows now.
factor-confirm = Turn on
factor-move = Another phone or app
factor-move-more = The present app stops working when the new one is confirmed. Recovery codes are made anew.
factor-off = Turn off
factor-off-more = Then the password alone opens your account.
factor-demanded = Your organisation asks for a second factor, so it stays on.
factor-reset = Reset the second factor
# $name (String) - whose
factor-reset-of = Reset the second factor of { $name }?
factor-reset-more = For who has lost phone and recovery codes. Make sure that it is really them: call, or see them. All their sessions end, the password alone opens the account until they set up another app, and they get a letter.
factor-reset-hint = They give a code beside the password.
factor-demand = Everybody who signs in with a password must have a second factor
factor-demand-hint = Whoever has none is led to it at the next sign-in, and can do nothing else before. Workers with a PIN are not asked.
recovery-codes = Recovery codes
# $left (Number) - how many
recovery-left = { $left ->
    [0] None is left. Make new ones now.
    [one] { $left } is left.
   *[other] { $left } are left.
}
recovery-more = Each opens your account once in place of a code. Making new ones ends the old ones.
recovery-renew = Make new ones
recovery-tell = Print this page or write the codes down, and keep them where you keep other papers. Each is good once, when the phone is lost.
recovery-kept = I have kept them
mail-kind-second-factor = Second factor
event-second-factor-on = Second factor set up
event-second-factor-off = Second factor turned off
event-second-factor-codes = Recovery codes made anew
event-second-factor-recovered = Signed in with a recovery code
event-second-factor-reset = Second factor reset by the operator
event-second-factor-demanded = Second factor demanded, or not any more

## Profile

profile = Profile
profile-name = Your name, as others see it
zone = Your clock
zone-hint = All times on your pages are told by it.
zone-of-place = That of my centre, else UTC
letters = News of projects by letter
letters-hint = Delivered, accepted, sent back, failed. Letters about passwords and second factors always come.
letters-each = Each at once
letters-daily = Once a day, at seven in the morning
letters-none = None
mail-kind-news = News of projects
event-person-profile = Own profile changed

## What Kazi holds about somebody

own-data = Your data
own-data-more = All that Kazi holds about you, as a ZIP archive: profile, sessions, answers with their pay, letters, the record.
own-data-take = Download
their-data = Data about them
their-data-more = All that Kazi holds about this person, as a ZIP archive, to hand over to them and to nobody else. The record says that you took it.
their-data-take = Download their data
event-person-data = Data about a person taken along
