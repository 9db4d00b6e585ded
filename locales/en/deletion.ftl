### The day on which the data of a project is deleted for good.

deletion-title = Delete the data of this project
deletion-certificate = Certificate of deletion
deletion-lead = On a day that you choose, everything that was handed in and that came of it is deleted for good: files, pieces, items, what answers said, known answers, deliveries, settings, instructions, questions. People's pay, counts, the certificate and the record stay, without content. Copies in earlier backups go when those do.
# $day (String) - when
# $name (String) - who chose it
deletion-planned = It is deleted on { $day }. { $name } chose that.
# $day (String) - when
deletion-planned-always = It is deleted on { $day }, as for every project of this client.
deletion-undo = Keep the data
deletion-undo-more = Two letters go out before, a week and a day. Until that day this can be undone.
deletion-begun = It is being deleted.
deletion-not-ended = A day can be chosen once the delivery is accepted or the project is given up.
deletion-by-lead = The operator, or whoever leads the client's people, chooses the day.
deletion-day = Day
deletion-day-hint = At least eight days from now. It begins when that day does, where you are.
deletion-set = Delete it on this day
deletion-always = For every project that is accepted from now on
deletion-days = Days after the acceptance
deletion-days-hint = 8 to 3650. Empty: nothing is deleted by itself.
deletion-done-more = The data of this project was deleted for good. What stays names nobody's words: pay, counts, the certificate of the acceptance, the record.
deletion-at = Deleted
deletion-files = Files handed in
deletion-items = Items
deletion-answers = Answers whose content was deleted
deletion-delivered = Delivered files
deletion-kept = Stored files that stay, for another project shows the same bytes
deletion-label = Data
# $day (String) - when
deletion-will = It is deleted on { $day }.
# $day (String) - when
deletion-was = It was deleted on { $day }.
deletion-none = No day is set on which it is deleted.
deletion-link = The day, and undoing it
mail-kind-deletion = Data is deleted soon
job-forget = Deleting the data of a project
job-forget-finish = Deleting its files
event-deletion-set = Day of deletion chosen
event-deletion-undone = Deletion undone
event-deletion-default = Deletion after each acceptance chosen
event-deletion-done = Data of a project deleted
