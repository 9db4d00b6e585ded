### Letters by electronic mail. Plain text; a link stands on a line of its own.

# $organisation (String) - for whom the person is asked
mail-invitation-subject = Come and work with { $organisation } on Kazi
# $name (String) - who is asked
# $by (String) - who asks
# $organisation (String) - for whom
# $link (String) - the address to open
# $until (String) - until when it counts
mail-invitation =
    Hello { $name },

    { $by } asks you to join { $organisation } on Kazi. Open this address and choose a password:

    { $link }

    It opens once, until { $until }. If you expect nothing of the kind, throw this letter away.
# $by (String) - who asks
# $organisation (String) - for whom
mail-address-in-use =
    Hello,

    { $by } asks you to join { $organisation } on Kazi. This e-mail address has an account there already, and an account belongs to one organisation. Tell { $by } another address if you want to come.
# $operator (String) - the organisation that runs this Kazi
mail-forgotten-subject = A new password for Kazi ({ $operator })
# $name (String) - whose password
# $link (String) - the address to open
# $until (String) - until when it counts
mail-forgotten =
    Hello { $name },

    Somebody, you we hope, asked for a new password. Open this address and choose one:

    { $link }

    It opens once, until { $until }. If it was not you, throw this letter away: your password stays as it is.
# $operator (String) - the organisation that runs this Kazi
mail-password-changed-subject = Your password was changed ({ $operator })
# $name (String) - whose password
# $forgotten (String) - the address where one gets a new password
mail-password-changed =
    Hello { $name },

    The password of your Kazi account is another one now. If it was not you, choose a new one at once:

    { $forgotten }
# $operator (String) - the organisation that runs this Kazi
mail-enquiry-came-subject = Somebody asks for a quote ({ $operator })
# $address (String) - where the enquiry is read
mail-enquiry-came =
    Somebody who is no client yet asks for something on your first page. Read it and answer here:

    { $address }
# $operator (String) - the organisation that runs this Kazi
mail-enquiry-declined-subject = Your enquiry to { $operator }
# $name (String) - who asked
# $reason (String) - why it is declined
mail-enquiry-declined =
    Hello { $name },

    thank you for asking us. We cannot take this work:

    { $reason }
# $operator (String) - the organisation that runs this Kazi
mail-second-factor-subject = Your second factor for Kazi ({ $operator })
# $name (String) - whose account
# $operator (String) - the organisation that runs this Kazi
mail-second-factor-on =
    Hello { $name },

    An app for codes was set up for your Kazi account. From now on you are asked for a code after the password. Sessions elsewhere have ended.

    If it was not you, tell { $operator } at once.
# $name (String) - whose account
# $operator (String) - the organisation that runs this Kazi
mail-second-factor-off =
    Hello { $name },

    The second factor of your Kazi account is turned off. The password alone opens it now.

    If it was not you, change your password at once and tell { $operator }.
# $name (String) - whose account
# $operator (String) - the organisation that runs this Kazi
mail-second-factor-reset =
    Hello { $name },

    The second factor of your Kazi account was taken away by { $operator }, because somebody said that app and recovery codes are lost. Sign in with your password and set up another one on the page Account.

    If you did not ask for it, tell { $operator } at once.
# $name (String) - whose account
# $left (Number) - how many recovery codes are left
# $operator (String) - the organisation that runs this Kazi
mail-second-factor-recovered =
    Hello { $name },

    Somebody, you we hope, signed in to your Kazi account with a recovery code. That code does not count any more; { $left ->
        [0] none is left
        [one] one is left
       *[other] { $left } are left
    }.

    If it was not you, change your password at once and tell { $operator }.
# $operator (String) - the organisation that runs this Kazi
mail-news-subject = News of your projects ({ $operator })
# $project (String) - the project's name
mail-news-subject-one = News of { $project }
# $name (String) - the reader
# $news (String) - a sentence and an address for each piece of news
# $account (String) - the address of the page where one chooses which letters come
mail-news =
    Hello { $name },

    { $news }

    Whether each piece of news comes at once, once a day, or not at all, you choose here:

    { $account }
# $project (String) - the project's name
mail-news-delivered = { $project } is delivered. Look at a sample, then accept it or send back what is wrong.
# $project (String) - the project's name
mail-news-accepted = { $project } was accepted by its client.
# $project (String) - the project's name
mail-news-sent-back = Some of { $project } was sent back. Those items are open again for other people.
# $project (String) - the project's name
mail-news-failed = The delivery of { $project } could not be made. The page of the project says why.
# $operator (String) - the organisation that runs this Kazi
mail-questions-subject = It is your turn on Kazi ({ $operator })
# $name (String) - who reads it
# $waiting (Number) - how many questions wait for an answer
# $link (String) - where they are
mail-questions =
    Hello { $name },

    On Kazi { $waiting ->
        [one] a question waits
       *[other] { $waiting } questions wait
    } for you. Read and answer here:

    { $link }

    Such a letter comes once an hour at most, and only when there is something new.
# $operator (String) - the organisation that runs this Kazi
mail-hook-off-subject = Kazi does not call your address any more ({ $operator })
# $name (String) - who reads it
# $link (String) - where the web hook is
mail-hook-off =
    Hello { $name },

    an address that you gave as a web hook has not taken any message for days, or said that it wants no more. It is not called any more. What happened, and how to let it go on:

    { $link }
# $day (String) - when, written like 2030-01-31
# $operator (String) - the organisation that runs this Kazi
mail-deletion-subject = Data on Kazi is deleted on { $day } ({ $operator })
# $name (String) - who reads it
# $day (String) - when
# $link (String) - where it can be undone
mail-deletion =
    Hello { $name },

    on { $day } everything that belongs to one of your projects is deleted for good: files, pieces, answers, deliveries. Download what you still need. Until that day it can be undone here:

    { $link }
