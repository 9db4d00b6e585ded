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
