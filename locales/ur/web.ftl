sign-in = اندر آئیں
email = ای میل
password = پاس ورڈ
email-missing = اپنا ای میل لکھیں۔
password-missing = اپنا پاس ورڈ لکھیں۔
sign-in-wrong = ای میل اور پاس ورڈ آپس میں نہیں ملتے۔ دونوں دیکھیں، پھر دوبارہ کوشش کریں۔
sign-in-wait = { $minutes ->
    [one] بہت کوششیں ہو گئیں۔ { $minutes } منٹ انتظار کریں، پھر دوبارہ کوشش کریں۔
   *[other] بہت کوششیں ہو گئیں۔ { $minutes } منٹ انتظار کریں، پھر دوبارہ کوشش کریں۔
}
run-by = یہ کازی { $operator } چلاتا ہے۔ کازی آزاد سافٹ ویئر ہے (Apache-2.0)۔
front-sign-in = اندر آئیں
front-centre = مرکز میں کام
front-home = میرے صفحے
go-home = شروع کی طرف
go-back-to-work = میرے کام کی طرف
