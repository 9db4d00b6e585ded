sign-in = Ingia
email = Barua pepe
password = Nenosiri
email-missing = Andika barua pepe yako.
password-missing = Andika nenosiri lako.
sign-in-wrong = Barua pepe na nenosiri havilingani. Vikague vyote, kisha jaribu tena.
sign-in-wait = { $minutes ->
    [one] Umejaribu mara nyingi. Subiri dakika { $minutes }, kisha jaribu tena.
   *[other] Umejaribu mara nyingi. Subiri dakika { $minutes }, kisha jaribu tena.
}
run-by = { $operator } inaendesha Kazi hii. Kazi ni programu huru (Apache-2.0).
front-sign-in = Ingia
front-centre = Fanya kazi kituoni
front-home = Kurasa zangu
go-home = Mwanzo
go-back-to-work = Kwenye kazi yangu
invited-title = Karibu kwenye Kazi
invited-lead = { $by } anakukaribisha ujiunge na { $organisation }. Chagua nenosiri, na utakuwa umeingia.
invited-address = Utaingia kwa { $email }.
invited-accept = Ingia
invited-over = Kiungo hiki hakifanyi kazi tena. Labda umeshakitumia: basi ingia. Vinginevyo mwombe aliyekualika atume barua tena.
forgotten-title = Umesahau nenosiri?
forgotten-lead = Andika barua pepe unayoingia nayo. Utapata barua yenye kiungo.
forgotten-ask = Tuma barua
forgotten-sent = Kama anwani hii ina akaunti, barua iko njiani. Kiungo chake kinafanya kazi kwa saa moja. Tazama pia kwenye barua taka.
forgotten-choose = Chagua nenosiri jipya
forgotten-for = Habari { $name }. Ukichagua nenosiri jipya, utatoka kila mahali ulipoingia.
forgotten-done = Nenosiri lako jipya limewekwa. Ingia nalo.
forgotten-over = Kiungo hiki hakifanyi kazi tena. Omba barua mpya.
person-name = Jina kwenye skrini
password-hint = Angalau herufi 10. Maneno matatu au manne ni rahisi kukumbuka.
password-new = Nenosiri jipya
password-set = Weka nenosiri
