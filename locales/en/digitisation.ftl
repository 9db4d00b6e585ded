### The screens, lessons and problems of the service "digitisation".

## Typing a line

digitisation-type-ask = Type this line exactly as you see it.
digitisation-your-line = Your line
digitisation-special-letters = Special letters
digitisation-see-page = See the page
digitisation-mark-blank = Empty line
digitisation-mark-unreadable = Cannot read

## Settling a difference

digitisation-resolve-ask = Which answer is right?
digitisation-resolve-hint = The difference is marked. Everything else is the same.
digitisation-resolve-odd = Look at the page too: this line may be cut wrongly.
digitisation-the-line = The line
# $number (Number) - 1 for the first answer, 2 for the second
digitisation-answer-number = { $number ->
    [1] First answer
    [2] Second answer
    [3] Third answer
   *[other] Answer { $number }
}
digitisation-machine-read = The computer read
digitisation-take-this = Take this one
digitisation-write-line = Or write the right line

## Proofreading a page

digitisation-proofread-ask = Read the page. Mend what differs.
digitisation-proofread-hint = Say what each part is. Mend letters, italics and breaks.
digitisation-the-page = The page
digitisation-block-kind = What this part is
digitisation-block-text = Text of this part
digitisation-block-continues = Goes on from the page before
digitisation-block-broken = The word goes on on the next page: leave its first half and the hyphen.
digitisation-block-note = Note mark
digitisation-block-figure = Figure number
digitisation-page-number = Page number as printed
digitisation-act-up = Up
digitisation-act-down = Down
digitisation-act-split = Cut here
digitisation-act-join = Join to the part above
digitisation-act-add = New part
digitisation-act-remove = Remove
digitisation-act-italic = Italic
digitisation-act-bold = Bold
digitisation-kind-paragraph = Paragraph
digitisation-kind-heading1 = Heading of a chapter
digitisation-kind-heading2 = Heading inside a chapter
digitisation-kind-heading3 = Small heading
digitisation-kind-quote = Quotation
digitisation-kind-verse = Verse
digitisation-kind-list-item = List item
digitisation-kind-caption = Words under a figure
digitisation-kind-footnote = Footnote
digitisation-kind-figure = Figure
digitisation-kind-break = Break
digitisation-kind-running-head = Title at the head of the page
digitisation-kind-page-number = Page number

## Describing a figure

digitisation-describe-ask = What does the picture show?
digitisation-describe-hint = Say what matters first. Do not begin with "picture of".
digitisation-the-figure = The picture to describe
digitisation-describe-short = In one sentence
digitisation-describe-long = Everything that matters, if one sentence is too short
digitisation-decorative = It only decorates
digitisation-not-a-figure = This is no picture

## Problems

digitisation-wrong-form = This answer does not belong to this task. Open the task again.
digitisation-empty-line = Type the line, or mark it as empty.
digitisation-line-too-long = This is longer than a line can be. Type only what the picture shows.
digitisation-line-break = A line has no line breaks. Type it in one row.
digitisation-blank-with-text = An empty line has no text. Remove the mark or the text.
digitisation-page-too-long = This is more text than a page can hold. Keep only this page.
digitisation-unknown-figure = There is no figure of this number on the page.
digitisation-page-number-too-long = A page number has at most 20 letters.
digitisation-short-missing = Say in a sentence what the picture shows.
digitisation-short-too-long = This is long for one sentence. Put the details into the second field.
digitisation-long-too-long = This description is too long. Keep what matters.

## Lessons: what to know before the first line

digitisation-lesson-exact = Type what stands there. Do not correct it.
digitisation-lesson-exact-right = The book says "thoroly". Type "thoroly".
digitisation-lesson-exact-wrong = The book says "thoroly". Do not type "thoroughly".
digitisation-lesson-hyphen = Keep the small line at the end of a row.
digitisation-lesson-hyphen-right = The row ends with "un-". Type "un-".
digitisation-lesson-hyphen-wrong = The row ends with "un-". Do not type "until".
digitisation-lesson-marks = Look at the small marks: . , ; : ’ ” —
digitisation-lesson-marks-right = "Stop;" and "Stop:" are different. Look closely.
digitisation-lesson-marks-wrong = Do not leave a mark out because it is small.
digitisation-lesson-blank = No letters? Choose "Empty line".
digitisation-lesson-blank-right = Only a spot or a line: choose "Empty line".
digitisation-lesson-blank-wrong = Do not type a dot for a spot of dirt.

## Practice lines: why

digitisation-practice-exact-why = Type the old spelling as it stands. Do not correct it.
digitisation-practice-hyphen-why = The line ends with a hyphen. Type it.
digitisation-practice-marks-why = There is a semicolon, and a comma before it.
digitisation-practice-digits-why = Look at each digit: 1863, not 1868.
digitisation-practice-dash-why = The long dash stands without spaces.
digitisation-practice-blank-why = There are no letters here. Choose "Empty line".

## Lessons for reviewers

digitisation-lesson-resolve = Look at the picture first, then at the answers.
digitisation-lesson-resolve-right = If none is right, write the right line.
digitisation-lesson-resolve-wrong = Do not take the answer that only sounds better.
