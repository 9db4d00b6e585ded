digitisation-type-ask = یہ سطر ویسے ہی لکھیں جیسی نظر آتی ہے۔
digitisation-your-line = آپ کی سطر
digitisation-special-letters = خاص حروف
digitisation-see-page = صفحہ دیکھیں
digitisation-mark-blank = خالی سطر
digitisation-mark-unreadable = صاف نہیں

digitisation-wrong-form = یہ جواب اس کام کا نہیں۔ کام دوبارہ کھولیں۔
digitisation-empty-line = سطر لکھیں، یا خالی کا نشان لگائیں۔
digitisation-line-too-long = یہ ایک سطر سے لمبا ہے۔ صرف وہی لکھیں جو تصویر میں ہے۔
digitisation-line-break = ایک سطر کے اندر نئی سطر نہیں ہوتی۔ ایک ہی قطار میں لکھیں۔
digitisation-blank-with-text = خالی سطر میں تحریر نہیں ہوتی۔ نشان یا تحریر ہٹائیں۔

digitisation-lesson-exact = جو لکھا ہے وہی لکھیں۔ اسے درست نہ کریں۔
digitisation-lesson-exact-right = کتاب میں "thoroly" ہے۔ "thoroly" لکھیں۔
digitisation-lesson-exact-wrong = کتاب میں "thoroly" ہے۔ "thoroughly" نہ لکھیں۔
digitisation-lesson-hyphen = سطر کے آخر کی چھوٹی لکیر رہنے دیں۔
digitisation-lesson-hyphen-right = سطر "un-" پر ختم ہوتی ہے۔ "un-" لکھیں۔
digitisation-lesson-hyphen-wrong = سطر "un-" پر ختم ہوتی ہے۔ "until" نہ لکھیں۔
digitisation-lesson-marks = چھوٹے نشان دیکھیں: . , ; : ’ ” —
digitisation-lesson-marks-right = "Stop;" اور "Stop:" الگ ہیں۔ غور سے دیکھیں۔
digitisation-lesson-marks-wrong = کوئی نشان اس لیے نہ چھوڑیں کہ وہ چھوٹا ہے۔
digitisation-lesson-blank = حروف نہیں؟ "خالی سطر" چنیں۔
digitisation-lesson-blank-right = صرف دھبہ یا لکیر ہے: "خالی سطر" چنیں۔
digitisation-lesson-blank-wrong = میل کے دھبے کے لیے نقطہ نہ لکھیں۔

digitisation-practice-exact-why = پرانے ہجے ویسے ہی لکھیں جیسے ہیں۔ درست نہ کریں۔
digitisation-practice-hyphen-why = سطر چھوٹی لکیر پر ختم ہوتی ہے۔ اسے لکھیں۔
digitisation-practice-marks-why = ایک سیمی کولن ہے، اور اس سے پہلے کوما۔
digitisation-practice-digits-why = ہر ہندسہ دیکھیں: 1863، نہ کہ 1868۔
digitisation-practice-dash-why = لمبی لکیر کے ساتھ خالی جگہ نہیں۔
digitisation-practice-blank-why = یہاں کوئی حرف نہیں۔ "خالی سطر" چنیں۔
digitisation-resolve-ask = کون سا جواب درست ہے؟
digitisation-resolve-hint = فرق پر نشان ہے۔ باقی سب ایک جیسا ہے۔
digitisation-resolve-odd = صفحہ بھی دیکھیں: شاید یہ سطر غلط کٹی ہے۔
digitisation-the-line = سطر
digitisation-answer-number = { $number ->
    [1] پہلا جواب
    [2] دوسرا جواب
    [3] تیسرا جواب
   *[other] جواب { $number }
}
digitisation-machine-read = کمپیوٹر نے پڑھا
digitisation-take-this = یہ لیں
digitisation-write-line = یا درست سطر لکھیں
