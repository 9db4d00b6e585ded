digitisation-type-ask = Andika mstari huu kama unavyouona.
digitisation-your-line = Mstari wako
digitisation-special-letters = Herufi maalum
digitisation-see-page = Ona ukurasa
digitisation-mark-blank = Mstari mtupu
digitisation-mark-unreadable = Hausomeki

digitisation-resolve-ask = Jibu lipi ni sahihi?
digitisation-resolve-hint = Tofauti imewekwa alama. Mengine yote ni sawa.
digitisation-resolve-odd = Angalia ukurasa pia: huenda mstari huu umekatwa vibaya.
digitisation-the-line = Mstari
digitisation-answer-number = { $number ->
    [1] Jibu la kwanza
    [2] Jibu la pili
    [3] Jibu la tatu
   *[other] Jibu la { $number }
}
digitisation-machine-read = Kompyuta ilisoma
digitisation-take-this = Chukua hili
digitisation-write-line = Au andika mstari sahihi

digitisation-proofread-ask = Soma ukurasa. Sahihisha kilicho tofauti.
digitisation-proofread-hint = Sema kila sehemu ni nini. Sahihisha herufi, maandishi ya mlalo na mikato.
digitisation-the-page = Ukurasa
digitisation-block-kind = Sehemu hii ni nini
digitisation-block-text = Maandishi ya sehemu hii
digitisation-block-continues = Inaendelea kutoka ukurasa uliotangulia
digitisation-block-broken = Neno linaendelea ukurasa unaofuata: acha nusu yake ya kwanza na kistari.
digitisation-block-note = Alama ya tanbihi
digitisation-block-figure = Namba ya picha
digitisation-page-number = Namba ya ukurasa kama ilivyochapwa
digitisation-act-up = Juu
digitisation-act-down = Chini
digitisation-act-split = Kata hapa
digitisation-act-join = Unganisha na sehemu ya juu
digitisation-act-add = Sehemu mpya
digitisation-act-remove = Ondoa
digitisation-act-italic = Mlalo
digitisation-act-bold = Nene
digitisation-kind-paragraph = Aya
digitisation-kind-heading1 = Kichwa cha sura
digitisation-kind-heading2 = Kichwa ndani ya sura
digitisation-kind-heading3 = Kichwa kidogo
digitisation-kind-quote = Nukuu
digitisation-kind-verse = Shairi
digitisation-kind-list-item = Kipengele cha orodha
digitisation-kind-caption = Maneno chini ya picha
digitisation-kind-footnote = Tanbihi
digitisation-kind-figure = Picha
digitisation-kind-break = Mkato
digitisation-kind-running-head = Kichwa kilicho juu ya kila ukurasa
digitisation-kind-page-number = Namba ya ukurasa

digitisation-describe-ask = Picha inaonyesha nini?
digitisation-describe-hint = Anza na kilicho muhimu. Usianze na "picha ya".
digitisation-the-figure = Picha ya kuelezea
digitisation-describe-short = Kwa sentensi moja
digitisation-describe-long = Yote yaliyo muhimu, kama sentensi moja haitoshi
digitisation-decorative = Ni pambo tu
digitisation-not-a-figure = Hii si picha

digitisation-wrong-form = Jibu hili si la kazi hii. Fungua kazi tena.
digitisation-empty-line = Andika mstari, au weka alama kuwa ni mtupu.
digitisation-line-too-long = Hii ni ndefu kuliko mstari. Andika tu kinachoonekana kwenye picha.
digitisation-line-break = Mstari hauna mkato ndani yake. Andika kwa safu moja.
digitisation-blank-with-text = Mstari mtupu hauna maandishi. Ondoa alama au maandishi.
digitisation-page-too-long = Maandishi haya ni mengi kuliko ukurasa. Bakiza ukurasa huu tu.
digitisation-unknown-figure = Hakuna picha yenye namba hii kwenye ukurasa.
digitisation-page-number-too-long = Namba ya ukurasa haizidi herufi 20.
digitisation-short-missing = Sema kwa sentensi moja picha inaonyesha nini.
digitisation-short-too-long = Hii ni ndefu kwa sentensi moja. Weka maelezo zaidi kwenye sehemu ya pili.
digitisation-long-too-long = Maelezo haya ni marefu mno. Bakiza yaliyo muhimu.

digitisation-lesson-exact = Andika kilichopo. Usikisahihishe.
digitisation-lesson-exact-right = Kitabu kinasema "thoroly". Andika "thoroly".
digitisation-lesson-exact-wrong = Kitabu kinasema "thoroly". Usiandike "thoroughly".
digitisation-lesson-hyphen = Acha kistari kidogo kilicho mwisho wa mstari.
digitisation-lesson-hyphen-right = Mstari unaishia na "un-". Andika "un-".
digitisation-lesson-hyphen-wrong = Mstari unaishia na "un-". Usiandike "until".
digitisation-lesson-marks = Angalia alama ndogo: . , ; : ’ ” —
digitisation-lesson-marks-right = "Stop;" na "Stop:" ni tofauti. Angalia kwa makini.
digitisation-lesson-marks-wrong = Usiache alama kwa sababu ni ndogo.
digitisation-lesson-blank = Hakuna herufi? Chagua "Mstari mtupu".
digitisation-lesson-blank-right = Kuna doa au mstari uliochorwa tu: chagua "Mstari mtupu".
digitisation-lesson-blank-wrong = Usiandike nukta kwa sababu ya doa la uchafu.

digitisation-practice-exact-why = Andika tahajia ya zamani kama ilivyo. Usiisahihishe.
digitisation-practice-hyphen-why = Mstari unaishia na kistari. Kiandike.
digitisation-practice-marks-why = Kuna nukta mkato, na koma kabla yake.
digitisation-practice-digits-why = Angalia kila tarakimu: 1863, si 1868.
digitisation-practice-dash-why = Kistari kirefu hakina nafasi kando yake.
digitisation-practice-blank-why = Hapa hakuna herufi. Chagua "Mstari mtupu".

digitisation-lesson-resolve = Angalia picha kwanza, kisha majibu.
digitisation-lesson-resolve-right = Kama hakuna lililo sahihi, andika mstari sahihi.
digitisation-lesson-resolve-wrong = Usichukue jibu kwa sababu tu linasikika vizuri zaidi.
