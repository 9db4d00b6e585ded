who-is-here = اس کمپیوٹر پر کون ہے؟
you-are = آپ ہیں
your-pin = آپ کا پن
pin-digits = آپ کا پن: { $given } / { $needed }
open-desk = کھولیں
not-me = یہ میں نہیں
forgot-pin = میں پن بھول گیا / گئی
forgot-pin-help = آپ کا ٹیم لیڈر نیا پن دے سکتا ہے۔
pin-wrong = یہ پن درست نہیں۔ دوبارہ کوشش کریں۔
pin-wait = { $minutes ->
    [one] بہت کوششیں ہو گئیں۔ { $minutes } منٹ انتظار کریں یا ٹیم لیڈر سے پوچھیں۔
   *[other] بہت کوششیں ہو گئیں۔ { $minutes } منٹ انتظار کریں یا ٹیم لیڈر سے پوچھیں۔
}
locked = تالا لگا ہے
locked-work-kept = آپ کا کام محفوظ ہے۔ جاری رکھنے کے لیے اپنا پن دیں۔
continue-work = جاری رکھیں
start-work = شروع کریں
home = گھر
today = آج
pay-accepted = منظور
pay-being-checked = { $amount } کی جانچ ہو رہی ہے
hour-has-paid = یہاں ایک گھنٹے کی اجرت { $amount } رہی
task-pays = اس کام کی اجرت { $pay }
task-of = کام { $done }، کل { $total }
send-and-next = بھیجیں اور اگلا
skip-task = چھوڑیں
report-task = کچھ غلط ہے
correct-last = پچھلے جواب درست کریں
why-skip = آپ اسے کیوں چھوڑ رہے ہیں؟
skip-too-hard = میرے لیے بہت مشکل ہے
skip-not-clear = تصویر صاف نہیں
skip-other-language = میں یہ زبان نہیں جانتا / جانتی
skip-other = کوئی اور وجہ
what-is-wrong = کیا غلط ہے؟
report-broken = یہ نہیں کھلتا
report-wrong-place = اس کی جگہ یہاں نہیں
report-upsetting = یہ مجھے پریشان کرتا ہے
report-private = اس میں کسی کی نجی باتیں ہیں
help-for-task = یہ کام کیسے کریں
keys-title = بٹن
key-send = بھیجیں
key-send-long = لمبی تحریر سے بھیجیں
key-pick = جواب چنیں
key-help = یہ مدد دکھائیں
key-close = بند کریں
ask-team-leader = پھر بھی مشکل ہے؟ ٹیم لیڈر سے پوچھیں۔
practice = مشق
practice-not-paid = یہ مشق ہے۔ اس کی اجرت نہیں۔
practice-right = درست۔
practice-wrong = پوری طرح درست نہیں۔
practice-right-answer = درست جواب:
practice-your-answer = آپ کا جواب:
try-again = دوبارہ کوشش کریں
status-waiting = انتظار میں
status-sent = بھیجے گئے
stage-digitisation-type = سطریں لکھیں
stage-other = کام
nothing-now-title = ابھی آپ کے لیے کچھ نہیں
nothing-now = دوسرے ابھی اس پر کام کر رہے ہیں۔ کچھ منٹ بعد دوبارہ دیکھیں۔
look-again = دوبارہ دیکھیں
answer-sent = بھیج دیا۔
look-at-fields = جواب میں کچھ درست نہیں۔ اسے دوبارہ دیکھیں۔
last-answers = آپ کے پچھلے جواب
answer-accepted = منظور
answer-being-checked = جانچ ہو رہی ہے
practice-paid-once = یہ مشق ہے۔ کامیاب ہونے پر ایک بار اجرت ملتی ہے۔
problem-not-there = ایسا کوئی صفحہ نہیں، یا یہ آپ کے لیے نہیں۔
problem-fault = یہاں کچھ خرابی ہوئی۔ آپ کا کام محفوظ ہے۔ کچھ دیر میں دوبارہ کوشش کریں۔
problem-sign-in-first = پہلے اپنا پن دیں۔
problem-work-stopped = یہ کام ابھی رکا ہوا ہے۔
problem-learn-first = پہلے یہ کام سیکھیں: مشق کریں۔
problem-other-bytes = یہ جواب پہلے کسی اور صورت میں بھیجا گیا تھا۔ دونوں محفوظ ہیں۔
problem-too-late = یہ جواب اب نہیں بدلا جا سکتا۔ دوسرے اس سے آگے بڑھ چکے ہیں۔
problem-not-well-formed = جواب میں کچھ درست نہیں۔ اسے دوبارہ دیکھیں۔
problem-title = یہ نہیں ہو سکا
problem-title-not-there = یہاں کچھ نہیں
pin-none = آپ کا پن ابھی نہیں بنا۔ ٹیم لیڈر سے کہیں۔
code-wrong = یہ کوڈ نہیں چلتا۔ ٹیم لیڈر سے نیا کوڈ لیں۔
good-morning = صبح بخیر، { $name }
good-afternoon = سلام، { $name }
good-evening = شام بخیر، { $name }
computer-not-enrolled = یہ کمپیوٹر درج نہیں ہے۔ ٹیم لیڈر سے پوچھیں۔
enrol-code = ٹیم لیڈر کا دیا ہوا کوڈ
enrol-computer = یہ کمپیوٹر درج کریں
nobody-here = اس مرکز میں ابھی کوئی درج نہیں۔ ٹیم لیڈر سے پوچھیں۔
each-task-pays = ہر کام کی اجرت { $pay }۔
tasks-wait = { $count ->
    [one] { $count } کام آپ کا انتظار کر رہا ہے۔
   *[other] { $count } کام آپ کا انتظار کر رہے ہیں۔
}
tasks-wait-many = { $count } سے زیادہ کام آپ کا انتظار کر رہے ہیں۔
learn = سیکھیں
learn-first = پہلے یہ کام سیکھیں۔
learn-first-how = سبق پڑھیں۔ پھر مشق کے { $count } کام درست کریں۔
learning-pays = کامیاب ہونے پر سیکھنے کی اجرت { $amount } ہے۔
lesson-right = درست
lesson-wrong = غلط
start-practice = مشق شروع کریں
practice-left = { $count ->
    [one] ابھی { $count } اور درست کرنا ہے
   *[other] ابھی { $count } اور درست کرنے ہیں
}
practice-done = آپ نے یہ سیکھ لیا۔ اب آپ اجرت والا کام کر سکتے ہیں۔
practice-paid-you = سیکھنے کی اجرت { $amount } ملی۔
other-work = دوسرا کام
whole-progress = { $name }: { $total } میں سے { $done } ٹکڑے مکمل
show-all-lessons = تمام سبق
no-work-next = انتظار میں کچھ نیا سیکھیں۔
nothing-sent-yet = آپ نے ابھی کچھ نہیں بھیجا۔
thanks-reported = شکریہ۔ کوئی اسے دیکھے گا۔
correct-title = اپنا جواب درست کریں
correct-send = درستی بھیجیں
correct-too-late = یہ جواب طے ہو چکا۔ اب نہیں بدل سکتا۔
work-stopped-title = یہ کام ابھی رک گیا ہے
work-stopped = جو آپ نے بھیجا وہ محفوظ ہے اور اس کی اجرت ملے گی۔
stage-questions-answer = سوالوں کے جواب دیں
stage-questions-decide = اختلاف طے کریں
stage-digitisation-resolve = سطریں طے کریں
stage-digitisation-proofread = صفحے پڑھیں
stage-digitisation-describe = تصویریں بیان کریں
problem-database-away = سرور ذرا رکا ہے۔ آپ کا کام محفوظ ہے۔ کچھ دیر میں دوبارہ کوشش کریں۔
problem-disk-full = سرور میں جگہ نہیں۔ آپ کا کام محفوظ ہے۔ ٹیم لیڈر کو بتائیں۔
problem-not-understood = یہ سمجھ نہیں آیا۔ پیچھے جا کر دوبارہ کوشش کریں۔
problem-bad-text = تحریر میں ایک حرف ہے جو محفوظ نہیں ہو سکتا۔ اسے ہٹا کر دوبارہ بھیجیں۔
problem-too-large = یہ بہت بڑا ہے۔
problem-too-many = یہ بہت تیز تھا۔ تھوڑا رک کر دوبارہ کوشش کریں۔
page-progress = صفحہ { $page }: { $total } میں سے { $done } سطریں مکمل
tasks-ready = { $count ->
    [one] اس کمپیوٹر پر { $count } کام تیار ہے۔
   *[other] اس کمپیوٹر پر { $count } کام تیار ہیں۔
}
no-work-now = ابھی کوئی کام نہیں۔ ہم آپ کو بتائیں گے۔
living-wage-here = یہاں گزارے کی اجرت: { $amount }
next-pay = اگلی اجرت: { $date }
my-pay = میری اجرت
my-certificates = میری سندیں
say-something = کچھ کہیں
practice-passed = { $right } درست۔ اب آپ اجرت والا کام شروع کر سکتے ہیں۔
practice-failed = { $right } درست، { $needed } چاہییں۔ دوبارہ دیکھیں اور ایک بار پھر کوشش کریں۔
answer-not-accepted = منظور نہیں
why-not-accepted = کیوں؟
ask-again = دوبارہ دیکھنے کو کہیں

## Work that a client sent back

sent-back-says = گاہک نے یہ واپس بھیجا ہے: { $reason }۔ براہِ کرم اسے دوبارہ کریں۔
reject-wrong = کچھ غلط ہے
reject-missing = کچھ رہ گیا ہے
reject-extra = کچھ زیادہ ہے
reject-layout = شکل یا ترتیب غلط ہے
reject-rules = ہدایات پر عمل نہیں ہوا
reject-other = کوئی اور وجہ

## Answers that were not accepted

not-accepted = قبول نہیں ہوئے
not-accepted-none = آپ کے سب جواب قبول ہو گئے، یا جانچے جا رہے ہیں۔
not-accepted-unpaid = { $pay } ادا نہیں ہوئے۔
not-accepted-says-empty = اس میں کام کی کوئی چیز نہیں تھی۔
not-accepted-says-made-up = یہ من گھڑت تھا، یا دیکھے بغیر دیا گیا۔
not-accepted-says-instructions = یہ وہ نہیں جو ہدایات مانگتی ہیں۔
not-accepted-says-other = نوٹ پڑھیں۔
ask-second-look = کیا آپ کے خیال میں یہ درست تھا؟ دوبارہ دیکھنے کو کہیں:
plea-say-right = میرا جواب درست ہے
plea-say-instructions = میں نے ہدایات پر عمل کیا
plea-say-unclear = یہ صاف نہیں تھا
plea-say-trouble = کمپیوٹر میں خرابی ہوئی
second-look-waits = آپ نے دوبارہ دیکھنے کو کہا ہے۔ کوئی اور فیصلہ کرے گا۔
second-look-paid = درست کر دیا گیا: اب رقم ادا ہو گئی۔
second-look-no = دوسرے شخص نے دیکھا۔ یہ قبول نہیں ہوا۔
second-look-over = دوبارہ دیکھنے کا وقت ختم ہو گیا۔
show-more = مزید دکھائیں
look-at-second-looks = دوبارہ دیکھنا
problem-already-asked = آپ پہلے ہی دوبارہ دیکھنے کو کہہ چکے ہیں۔
problem-look-too-late = دوبارہ دیکھنے کو 30 دن کے اندر کہا جا سکتا ہے۔

## Instructions of a project

instructions = یہ منصوبہ کیا مانگتا ہے
instructions-new = ہدایات بدل گئی ہیں
instructions-new-says = نئی بات پڑھیں۔ پھر آگے بڑھیں۔
instructions-read-first = پہلے یہ پڑھیں
instructions-read = میں نے پڑھ لیا
problem-read-first = ہدایات بدل گئی ہیں۔ پہلے انہیں پڑھیں۔

message-title = آپ کے لیے ایک پیغام
message-from = { $name } کی طرف سے
message-read = میں نے پڑھ لیا
