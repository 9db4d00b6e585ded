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

digitisation-proofread-ask = صفحہ پڑھیں۔ جو فرق ہو اسے درست کریں۔
digitisation-proofread-hint = بتائیں ہر حصہ کیا ہے۔ حروف، ترچھی لکھائی اور وقفے درست کریں۔
digitisation-the-page = صفحہ
digitisation-block-kind = یہ حصہ کیا ہے
digitisation-block-text = اس حصے کی تحریر
digitisation-block-continues = پچھلے صفحے سے جاری ہے
digitisation-block-broken = یہ لفظ اگلے صفحے پر جاری ہے: اس کا پہلا آدھا اور ہائفن ویسے ہی رہنے دیں۔
digitisation-block-note = حاشیے کا نشان
digitisation-block-figure = تصویر کا نمبر
digitisation-page-number = صفحے پر چھپا ہوا نمبر
digitisation-act-up = اوپر
digitisation-act-down = نیچے
digitisation-act-split = یہاں کاٹیں
digitisation-act-join = اوپر والے حصے سے جوڑیں
digitisation-act-add = نیا حصہ
digitisation-act-remove = ہٹائیں
digitisation-act-italic = ترچھا
digitisation-act-bold = موٹا
digitisation-kind-paragraph = پیراگراف
digitisation-kind-heading1 = باب کا عنوان
digitisation-kind-heading2 = باب کے اندر کا عنوان
digitisation-kind-heading3 = چھوٹا عنوان
digitisation-kind-quote = اقتباس
digitisation-kind-verse = شعر
digitisation-kind-list-item = فہرست کی ایک چیز
digitisation-kind-caption = تصویر کے نیچے کے لفظ
digitisation-kind-footnote = حاشیہ
digitisation-kind-figure = تصویر
digitisation-kind-break = وقفہ
digitisation-kind-running-head = صفحے کے اوپر کا عنوان
digitisation-kind-page-number = صفحے کا نمبر

digitisation-describe-ask = تصویر میں کیا ہے؟
digitisation-describe-hint = سب سے اہم بات پہلے لکھیں۔ "تصویر ہے" سے شروع نہ کریں۔
digitisation-the-figure = وہ تصویر جسے بیان کرنا ہے
digitisation-describe-short = ایک جملے میں
digitisation-describe-long = باقی اہم باتیں، اگر ایک جملہ کافی نہ ہو
digitisation-decorative = یہ صرف سجاوٹ ہے
digitisation-not-a-figure = یہ تصویر نہیں

digitisation-page-too-long = اتنی تحریر ایک صفحے میں نہیں آتی۔ صرف یہی صفحہ رکھیں۔
digitisation-unknown-figure = صفحے پر اس نمبر کی کوئی تصویر نہیں۔
digitisation-page-number-too-long = صفحے کے نمبر میں زیادہ سے زیادہ 20 حروف ہوتے ہیں۔
digitisation-short-missing = ایک جملے میں بتائیں کہ تصویر میں کیا ہے۔
digitisation-short-too-long = ایک جملے کے لیے یہ لمبا ہے۔ تفصیل دوسرے خانے میں لکھیں۔
digitisation-long-too-long = یہ بیان بہت لمبا ہے۔ جو اہم ہے وہی رکھیں۔

digitisation-lesson-resolve = پہلے تصویر دیکھیں، پھر جواب۔
digitisation-lesson-resolve-right = کوئی بھی درست نہ ہو تو درست سطر لکھیں۔
digitisation-lesson-resolve-wrong = کوئی جواب صرف اس لیے نہ لیں کہ وہ بہتر لگتا ہے۔
