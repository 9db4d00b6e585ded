questions-open-link = صفحہ کھولیں۔ پھر چنیں۔
questions-picture = وہ تصویر جس کے بارے میں سوال ہے
questions-people = { $count ->
    [one] { $count } شخص
   *[other] { $count } لوگ
}

questions-choose-one = جوابوں میں سے ایک چنیں۔

questions-lesson-compare = دونوں سطریں پڑھیں۔ کیا نام اور شہر ایک ہیں؟
questions-lesson-compare-right =
    دکان: Amani Books, Kisumu
    صفحہ: Amani Books in Kisumu. School books and pens.
    نام اور شہر ایک ہیں۔ "ہاں" چنیں۔
questions-lesson-compare-wrong =
    دکان: Amani Books, Kisumu
    صفحہ: Amani Hotel in Kisumu. Rooms and food.
    ہوٹل کتابوں کی دکان نہیں۔ "ہاں" نہ چنیں۔
questions-lesson-writing = بڑے حروف، نقطے اور چھوٹے لفظ اہم نہیں۔
questions-lesson-writing-right =
    دکان: Baraka and Sons, Nakuru
    صفحہ: BARAKA & SONS, Nakuru
    نام وہی ہے، صرف لکھنے کا طریقہ الگ ہے۔ "ہاں" چنیں۔
questions-lesson-writing-wrong =
    دکان: Baraka and Sons, Nakuru
    صفحہ: BARAKA & SONS, Nakuru
    صرف حروف بڑے ہیں۔ "نہیں" نہ چنیں۔
questions-lesson-place = دوسرے شہر میں وہی نام دوسری دکان ہے۔
questions-lesson-place-right =
    دکان: Tumaini Tea Room, Eldoret
    صفحہ: Tumaini Tea Room. You find us in Mombasa.
    شہر الگ ہیں۔ "نہیں" چنیں۔
questions-lesson-place-wrong =
    دکان: Tumaini Tea Room, Eldoret
    صفحہ: Tumaini Tea Room. You find us in Mombasa.
    صرف نام کا ایک ہونا کافی نہیں۔ "ہاں" نہ چنیں۔

questions-practice-question = کیا یہ اسی دکان کا ویب صفحہ ہے؟
questions-practice-1 =
    دکان: Jua Bakery, Thika
    صفحہ: Jua Bakery in Thika. Fresh bread each morning.
questions-practice-1-why = نام اور شہر ایک ہیں: ہاں۔
questions-practice-2 =
    دکان: Jua Bakery, Thika
    صفحہ: Jua Solar Lamps in Thika. Light for your home.
questions-practice-2-why = ایک روٹی بیچتی ہے، دوسری چراغ: نہیں۔
questions-practice-3 =
    دکان: Mama Rosa Tailors, Kitale
    صفحہ: MAMA ROSA TAILORS, Kitale. School uniforms.
questions-practice-3-why = بڑے حروف اہم نہیں۔ دکان وہی ہے: ہاں۔
questions-practice-4 =
    دکان: Green Leaf Pharmacy, Nyeri
    صفحہ: Green Leaf Pharmacy. Come and see us in Garissa.
questions-practice-4-why = شہر ایک نہیں: نہیں۔
questions-practice-5 =
    دکان: Lake View Fish, Kisumu
    صفحہ: This address is for sale. Buy it now.
questions-practice-5-why = صفحے میں دکان کا کوئی ذکر نہیں: نہیں۔
questions-practice-6 =
    دکان: Safari Bicycles, Malindi
    صفحہ: Safari Bicycles Ltd. We mend and sell bicycles in Malindi.
questions-practice-6-why = "Ltd" کا مطلب صرف کمپنی ہے۔ دکان وہی ہے: ہاں۔
questions-practice-7 =
    دکان: Kamau Hardware, Embu
    صفحہ: Kamande Hardware, Embu. Nails, paint and tools.
questions-practice-7-why = Kamau اور Kamande دو الگ نام ہیں: نہیں۔
questions-practice-8 =
    دکان: Pwani Phones & Radios, Lamu
    صفحہ: Pwani Phones and Radios, Lamu town
questions-practice-8-why = "&" اور "and" کا مطلب ایک ہے: ہاں۔
questions-practice-9 =
    دکان: Sunrise Nursery School, Meru
    صفحہ: Sunrise Bus Company. From Meru to Nairobi.
questions-practice-9-why = بس کمپنی سکول نہیں: نہیں۔
questions-practice-10 =
    دکان: Neema Beauty Salon, Voi
    صفحہ: Welcome to Neema's. Beauty salon in the middle of Voi.
questions-practice-10-why = نام، کام اور شہر ملتے ہیں: ہاں۔
