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
