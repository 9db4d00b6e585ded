mail-invitation-subject = Karibu kufanya kazi na { $organisation } kwenye Kazi
mail-invitation =
    Habari { $name },

    { $by } anakukaribisha ujiunge na { $organisation } kwenye Kazi. Fungua anwani hii uchague nenosiri:

    { $link }

    Inafunguka mara moja tu, hadi { $until }. Kama hukutarajia barua hii, itupe.
mail-address-in-use =
    Habari,

    { $by } anakukaribisha ujiunge na { $organisation } kwenye Kazi. Barua pepe hii ina akaunti tayari, na akaunti ni ya shirika moja. Mwambie { $by } anwani nyingine ukitaka kuja.
mail-forgotten-subject = Nenosiri jipya la Kazi ({ $operator })
mail-forgotten =
    Habari { $name },

    Mtu fulani, tunatumaini ni wewe, ameomba nenosiri jipya. Fungua anwani hii uchague moja:

    { $link }

    Inafunguka mara moja tu, hadi { $until }. Kama si wewe, tupa barua hii: nenosiri lako halibadiliki.
mail-password-changed-subject = Nenosiri lako limebadilishwa ({ $operator })
mail-password-changed =
    Habari { $name },

    Nenosiri la akaunti yako ya Kazi limebadilishwa. Kama si wewe, chagua jipya mara moja:

    { $forgotten }
mail-enquiry-came-subject = Kuna anayeomba bei ({ $operator })
mail-enquiry-came =
    Mtu ambaye bado si mteja ameomba jambo kwenye ukurasa wako wa kwanza. Lisome na ulijibu hapa:

    { $address }
mail-enquiry-declined-subject = Ombi lako kwa { $operator }
mail-enquiry-declined =
    Habari { $name },

    asante kwa kutuuliza. Hatuwezi kuchukua kazi hii:

    { $reason }
mail-second-factor-subject = Hatua ya pili ya kuingia Kazi ({ $operator })
mail-second-factor-on =
    Habari { $name },

    Programu ya namba za kuingilia imewekwa kwenye akaunti yako ya Kazi. Kuanzia sasa utaulizwa namba baada ya nenosiri. Umetolewa mahali pengine pote ulipokuwa umeingia.

    Kama si wewe, mwambie { $operator } mara moja.
mail-second-factor-off =
    Habari { $name },

    Hatua ya pili ya akaunti yako ya Kazi imezimwa. Sasa nenosiri peke yake linaifungua.

    Kama si wewe, badilisha nenosiri lako mara moja na umwambie { $operator }.
mail-second-factor-reset =
    Habari { $name },

    Hatua ya pili ya akaunti yako ya Kazi imeondolewa na { $operator }, kwa sababu mtu alisema kuwa programu na namba za akiba zimepotea. Ingia na nenosiri lako, kisha weka nyingine kwenye ukurasa wa Akaunti.

    Kama hukuomba, mwambie { $operator } mara moja.
mail-second-factor-recovered =
    Habari { $name },

    Mtu fulani, tunatumaini ni wewe, ameingia kwenye akaunti yako ya Kazi kwa namba ya akiba. Namba hiyo haifanyi kazi tena; zimebaki { $left }.

    Kama si wewe, badilisha nenosiri lako mara moja na umwambie { $operator }.
mail-news-subject = Habari za miradi yako ({ $operator })
mail-news-subject-one = Habari za { $project }
mail-news =
    Habari { $name },

    { $news }

    Chagua hapa kama kila habari ije mara moja, mara moja kwa siku, au isije:

    { $account }
mail-news-delivered = { $project } imewasilishwa. Tazama sampuli, kisha ikubali au urudishe yaliyo na makosa.
mail-news-accepted = { $project } imekubaliwa na mteja wake.
mail-news-sent-back = Sehemu ya { $project } imerudishwa. Vipande hivyo viko wazi tena kwa watu wengine.
mail-news-failed = Uwasilishaji wa { $project } haukuwezekana. Ukurasa wa mradi unaeleza sababu.
mail-questions-subject = Ni zamu yako kwenye Kazi ({ $operator })
mail-questions =
    Habari { $name },

    Kwenye Kazi { $waiting ->
        [one] swali moja linakusubiri
       *[other] maswali { $waiting } yanakusubiri
    }. Soma ujibu hapa:

    { $link }

    Barua kama hii huja mara moja kwa saa tu, na pale tu penye jambo jipya.
mail-hook-off-subject = Kazi haipigi tena anwani yako ({ $operator })
mail-hook-off =
    Habari { $name },

    Anwani uliyoitoa kama web hook haijapokea ujumbe wowote kwa siku kadhaa, au imesema haitaki tena. Haipigwi tena. Kilichotokea, na jinsi ya kuiendeleza:

    { $link }
mail-deletion-subject = Data kwenye Kazi zitafutwa tarehe { $day } ({ $operator })
mail-deletion =
    Habari { $name },

    Tarehe { $day } kila kitu cha mradi wako mmoja kitafutwa kabisa: faili, vipande, majibu na kazi zilizokabidhiwa. Pakua unachokihitaji bado. Hadi siku hiyo inaweza kuzuiwa hapa:

    { $link }
