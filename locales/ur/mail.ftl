mail-invitation-subject = Kazi پر { $organisation } کے ساتھ کام کریں
mail-invitation =
    السلام علیکم { $name }،

    { $by } آپ کو Kazi پر { $organisation } میں شامل ہونے کی دعوت دیتے ہیں۔ یہ پتا کھولیں اور پاس ورڈ چنیں:

    { $link }

    یہ ایک بار کھلتا ہے، { $until } تک۔ اگر آپ کو ایسے خط کی توقع نہیں تھی تو اسے پھینک دیں۔
mail-address-in-use =
    السلام علیکم،

    { $by } آپ کو Kazi پر { $organisation } میں شامل ہونے کی دعوت دیتے ہیں۔ اس ای میل کا کھاتا پہلے سے ہے، اور ایک کھاتا ایک ہی ادارے کا ہوتا ہے۔ آنا چاہیں تو { $by } کو دوسرا پتا بتائیں۔
mail-forgotten-subject = Kazi کا نیا پاس ورڈ ({ $operator })
mail-forgotten =
    السلام علیکم { $name }،

    کسی نے، امید ہے آپ نے، نیا پاس ورڈ مانگا ہے۔ یہ پتا کھولیں اور نیا چنیں:

    { $link }

    یہ ایک بار کھلتا ہے، { $until } تک۔ اگر یہ آپ نہیں تھے تو یہ خط پھینک دیں: آپ کا پاس ورڈ وہی رہے گا۔
mail-password-changed-subject = آپ کا پاس ورڈ بدل گیا ہے ({ $operator })
mail-password-changed =
    السلام علیکم { $name }،

    آپ کے Kazi کھاتے کا پاس ورڈ اب دوسرا ہے۔ اگر یہ آپ نہیں تھے تو فوراً نیا چنیں:

    { $forgotten }
mail-enquiry-came-subject = کسی نے قیمت پوچھی ہے ({ $operator })
mail-enquiry-came =
    کسی ایسے شخص نے جو ابھی گاہک نہیں آپ کے پہلے صفحے پر کچھ پوچھا ہے۔ یہاں پڑھیں اور جواب دیں:

    { $address }
mail-enquiry-declined-subject = { $operator } سے آپ کی درخواست
mail-enquiry-declined =
    السلام علیکم { $name }،

    پوچھنے کا شکریہ۔ ہم یہ کام نہیں لے سکتے:

    { $reason }
