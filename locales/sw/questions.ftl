### Skrini, masomo na makosa ya huduma ya "maswali".

## Skrini

questions-open-link = Fungua ukurasa. Kisha chagua.
questions-picture = Picha inayoulizwa
questions-people = { $count ->
    [one] mtu { $count }
   *[other] watu { $count }
}

## Makosa

questions-choose-one = Chagua jibu moja.

## Masomo

questions-lesson-compare = Soma mistari yote miwili. Je, jina na mji ni sawa?
questions-lesson-compare-right =
    Duka: Amani Books, Kisumu
    Ukurasa: Amani Books, Kisumu. Vitabu vya shule na kalamu.
    Jina na mji ni sawa. Chagua Ndiyo.
questions-lesson-compare-wrong =
    Duka: Amani Books, Kisumu
    Ukurasa: Amani Hotel, Kisumu. Vyumba na chakula.
    Hoteli si duka la vitabu. Usichague Ndiyo.
questions-lesson-writing = Herufi kubwa, nukta na maneno mafupi si muhimu.
questions-lesson-writing-right =
    Duka: Baraka and Sons, Nakuru
    Ukurasa: BARAKA & SONS, Nakuru
    Ni jina lilelile, limeandikwa kwa njia nyingine. Chagua Ndiyo.
questions-lesson-writing-wrong =
    Duka: Baraka and Sons, Nakuru
    Ukurasa: BARAKA & SONS, Nakuru
    Herufi tu ni kubwa zaidi. Usichague Hapana.
questions-lesson-place = Jina lilelile katika mji mwingine ni duka lingine.
questions-lesson-place-right =
    Duka: Tumaini Tea Room, Eldoret
    Ukurasa: Tumaini Tea Room. Tuko Mombasa.
    Miji ni tofauti. Chagua Hapana.
questions-lesson-place-wrong =
    Duka: Tumaini Tea Room, Eldoret
    Ukurasa: Tumaini Tea Room. Tuko Mombasa.
    Jina lilelile halitoshi. Usichague Ndiyo.

## Mazoezi

questions-practice-question = Je, huu ni ukurasa wa tovuti wa duka hili?
questions-practice-1 =
    Duka: Jua Bakery, Thika
    Ukurasa: Jua Bakery, Thika. Mkate mpya kila asubuhi.
questions-practice-1-why = Jina na mji ni sawa: Ndiyo.
questions-practice-2 =
    Duka: Jua Bakery, Thika
    Ukurasa: Jua Solar Lamps, Thika. Mwanga wa nyumba yako.
questions-practice-2-why = Moja huuza mkate, lingine taa: Hapana.
questions-practice-3 =
    Duka: Mama Rosa Tailors, Kitale
    Ukurasa: MAMA ROSA TAILORS, Kitale. Sare za shule.
questions-practice-3-why = Herufi kubwa si muhimu. Ni duka lilelile: Ndiyo.
questions-practice-4 =
    Duka: Green Leaf Pharmacy, Nyeri
    Ukurasa: Green Leaf Pharmacy. Tutembelee Garissa.
questions-practice-4-why = Miji si sawa: Hapana.
questions-practice-5 =
    Duka: Lake View Fish, Kisumu
    Ukurasa: Anwani hii inauzwa. Inunue sasa.
questions-practice-5-why = Ukurasa hausemi chochote kuhusu duka: Hapana.
questions-practice-6 =
    Duka: Safari Bicycles, Malindi
    Ukurasa: Safari Bicycles Ltd. Tunatengeneza na kuuza baiskeli Malindi.
questions-practice-6-why = "Ltd" inasema tu kwamba ni kampuni. Ni duka lilelile: Ndiyo.
questions-practice-7 =
    Duka: Kamau Hardware, Embu
    Ukurasa: Kamande Hardware, Embu. Misumari, rangi na vifaa.
questions-practice-7-why = Kamau na Kamande ni majina mawili: Hapana.
questions-practice-8 =
    Duka: Pwani Phones & Radios, Lamu
    Ukurasa: Pwani Phones and Radios, mji wa Lamu
questions-practice-8-why = "&" na "and" zina maana moja: Ndiyo.
questions-practice-9 =
    Duka: Sunrise Nursery School, Meru
    Ukurasa: Sunrise Bus Company. Kutoka Meru hadi Nairobi.
questions-practice-9-why = Kampuni ya basi si shule: Hapana.
questions-practice-10 =
    Duka: Neema Beauty Salon, Voi
    Ukurasa: Karibu Neema's. Saluni ya urembo katikati ya Voi.
questions-practice-10-why = Jina, kazi na mji vinalingana: Ndiyo.
