saved-here = Imehifadhiwa hapa
not-saved = Haijahifadhiwa kwenye kompyuta hii. Tuma mapema.
line-down = { $count ->
    [one] Mtandao umekatika. Endelea na kazi: jibu { $count } linasubiri hapa.
   *[other] Mtandao umekatika. Endelea na kazi: majibu { $count } yanasubiri hapa.
}
line-down-no-tasks = Mtandao umekatika, na hakuna kazi iliyobaki hapa. Subiri kidogo.
answer-sent-late = Kazi hii alipewa mtu mwingine. Jibu lako limehifadhiwa na litalipwa.
answer-other-kept = Jibu jingine lilitangulia kwa kazi hii. Yote mawili yamehifadhiwa.
answer-refused = Jibu halikupokelewa. Liangalie tena.
taken-back = Limerudishwa. Libadilishe, kisha litume tena.
take-back-too-late = Umechelewa kulirudisha. Lisahihishe kwenye "majibu ya mwisho".
task-gone = Kazi hii haipo tena. Hii hapa inayofuata.
task-recalled = Kiongozi wa timu amempa mtu mwingine kazi hii. Ulichoandika kimehifadhiwa. Hii ndiyo inayofuata.
tasks-none = Hakuna kazi zilizobaki. Umefanya vizuri.
tasks-loading = Inaleta kazi
signed-out = Umetoka. Weka PIN yako ili uendelee. Kazi yako imehifadhiwa.
answer-empty = Andika kitu kwanza, au chagua kitufe.
listen-stop = Simamisha

report-thanks = Asante. Mtu ataiangalia.
nothing-sent = Bado hujatuma chochote leo.
correct-answer = Sahihisha
next-task = Inayofuata
open-again = Fungua
