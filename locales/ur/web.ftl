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
invited-title = Kazi میں خوش آمدید
invited-lead = { $by } آپ کو { $organisation } میں شامل ہونے کی دعوت دیتے ہیں۔ پاس ورڈ چنیں اور اندر آ جائیں۔
invited-address = آپ { $email } سے اندر آئیں گے۔
invited-accept = اندر آئیں
invited-over = یہ لنک اب کام نہیں کرتا۔ شاید آپ اسے استعمال کر چکے ہیں: تو اندر آئیں۔ ورنہ دعوت دینے والے سے کہیں کہ خط دوبارہ بھیجیں۔
forgotten-title = پاس ورڈ بھول گئے؟
forgotten-lead = وہ ای میل لکھیں جس سے آپ اندر آتے ہیں۔ آپ کو لنک والا خط ملے گا۔
forgotten-ask = خط بھیجیں
forgotten-sent = اگر اس پتے کا کھاتا ہے تو خط راستے میں ہے۔ اس کا لنک ایک گھنٹہ چلتا ہے۔ فضول خطوں میں بھی دیکھیں۔
forgotten-choose = نیا پاس ورڈ چنیں
forgotten-for = السلام علیکم { $name }۔ نئے پاس ورڈ کے ساتھ آپ ہر جگہ سے باہر ہو جائیں گے۔
forgotten-done = آپ کا نیا پاس ورڈ لگ گیا۔ اس سے اندر آئیں۔
forgotten-over = یہ لنک اب کام نہیں کرتا۔ نیا خط مانگیں۔
person-name = اسکرین پر نام
password-hint = کم از کم 10 حروف۔ تین یا چار الفاظ یاد رکھنا آسان ہے۔
password-new = نیا پاس ورڈ
password-set = پاس ورڈ لگائیں
