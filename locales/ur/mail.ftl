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
mail-questions-subject = Kazi پر آپ کی باری ہے ({ $operator })
mail-questions =
    السلام علیکم { $name }،

    Kazi پر { $waiting ->
        [one] ایک سوال آپ کا انتظار کر رہا ہے
       *[other] { $waiting } سوال آپ کا انتظار کر رہے ہیں
    }۔ یہاں پڑھیں اور جواب دیں:

    { $link }

    ایسا خط زیادہ سے زیادہ گھنٹے میں ایک بار آتا ہے، اور صرف جب کچھ نیا ہو۔
