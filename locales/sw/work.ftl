who-is-here = Nani yuko kwenye kompyuta hii?
you-are = Wewe ni
your-pin = PIN yako
pin-digits = PIN yako: { $given } / { $needed }
open-desk = Fungua
not-me = Si mimi
forgot-pin = Nimesahau PIN
forgot-pin-help = Kiongozi wako wa timu anaweza kukupa PIN mpya.
pin-wrong = PIN hiyo si sahihi. Jaribu tena.
pin-wait = { $minutes ->
    [one] Umejaribu mara nyingi. Subiri dakika { $minutes }, au mwulize kiongozi wa timu.
   *[other] Umejaribu mara nyingi. Subiri dakika { $minutes }, au mwulize kiongozi wa timu.
}
pin-none = Bado huna PIN. Mwombe kiongozi wa timu.
code-wrong = Msimbo huu haufanyi kazi. Mwombe kiongozi wa timu msimbo mpya.
nobody-here = Bado hakuna aliyeandikishwa katika kituo hiki. Mwulize kiongozi wa timu.
computer-not-enrolled = Kompyuta hii haijaandikishwa. Mwulize kiongozi wa timu.
locked = Imefungwa
locked-work-kept = Kazi yako imehifadhiwa. Weka PIN yako ili uendelee.
good-morning = Habari za asubuhi, { $name }
good-afternoon = Habari za mchana, { $name }
good-evening = Habari za jioni, { $name }
home = Mwanzo
continue-work = Endelea
start-work = Anza
tasks-ready = { $count ->
    [one] Kazi { $count } iko tayari kwenye kompyuta hii.
   *[other] Kazi { $count } ziko tayari kwenye kompyuta hii.
}
each-task-pays = Kila kazi inalipa { $pay }.
no-work-now = Hakuna kazi kwa sasa. Tutakujulisha.
no-work-next = Jifunze kitu kipya unaposubiri.
today = Leo
pay-accepted = zimekubaliwa
pay-being-checked = { $amount } zinakaguliwa
hour-has-paid = Saa moja hapa imelipa { $amount }
living-wage-here = Mshahara wa kutosha hapa: { $amount }
next-pay = Malipo yajayo: { $date }
my-pay = Malipo yangu
learn = Jifunze
my-certificates = Vyeti vyangu
say-something = Sema kitu
page-progress = Ukurasa { $page }: mistari { $done } kati ya { $total } imekamilika
task-pays = Kazi hii inalipa { $pay }
task-of = Kazi { $done } kati ya { $total }
send-and-next = Tuma na endelea
skip-task = Ruka
report-task = Kuna tatizo
correct-last = Sahihisha za mwisho
why-skip = Kwa nini unairuka?
skip-too-hard = Ni ngumu sana kwangu
skip-not-clear = Picha haionekani vizuri
skip-other-language = Sijui lugha hii
skip-other = Sababu nyingine
what-is-wrong = Tatizo ni nini?
report-broken = Haifunguki
report-wrong-place = Haipaswi kuwa hapa
report-upsetting = Inanisumbua moyoni
report-private = Inaonyesha mambo ya siri ya mtu
help-for-task = Jinsi ya kufanya kazi hii
keys-title = Vitufe
key-send = Tuma
key-send-long = Tuma kutoka kwenye maandishi marefu
key-pick = Chagua jibu
key-help = Onyesha msaada huu
key-close = Funga
ask-team-leader = Bado umekwama? Mwulize kiongozi wa timu.
practice = Mazoezi
practice-not-paid = Haya ni mazoezi. Hayalipwi.
practice-right = Sahihi.
practice-wrong = Bado kidogo.
practice-right-answer = Jibu sahihi:
practice-your-answer = Jibu lako:
try-again = Jaribu tena
lesson-right = Sahihi
lesson-wrong = Si sahihi
practice-passed = Sahihi { $right }. Sasa unaweza kuanza kazi ya malipo.
practice-failed = Sahihi { $right }, zinahitajika { $needed }. Angalia tena kisha jaribu mara nyingine.
last-answers = Majibu yako ya mwisho
answer-accepted = limekubaliwa
answer-being-checked = linakaguliwa
answer-not-accepted = halikukubaliwa
why-not-accepted = Kwa nini?
ask-again = Omba liangaliwe tena
correct-too-late = Jibu hili limeshaamuliwa. Haliwezi kubadilishwa tena.
status-waiting = zinasubiri
status-sent = zimetumwa

enrol-code = Nambari kutoka kwa kiongozi wako
enrol-computer = Sajili kompyuta hii
stage-questions-answer = Jibu maswali
stage-questions-decide = Amua tofauti
stage-digitisation-type = Andika mistari
stage-digitisation-resolve = Amua mistari
stage-digitisation-proofread = Soma kurasa
stage-digitisation-describe = Eleza picha
stage-other = Kazi
tasks-wait = { $count ->
    [one] Kazi { $count } inakusubiri.
   *[other] Kazi { $count } zinakusubiri.
}
tasks-wait-many = Zaidi ya kazi { $count } zinakusubiri.
learn-first = Jifunze kazi hii kwanza.
learn-first-how = Soma masomo. Kisha pata mazoezi { $count } sahihi.
learning-pays = Ukishafaulu, kujifunza kunalipa { $amount }.
other-work = Kazi nyingine
nothing-now-title = Hakuna kinachokusubiri kwa sasa
nothing-now = Wengine bado wanaifanya. Angalia tena baada ya dakika chache.
look-again = Angalia tena
work-stopped-title = Kazi hii imesimama kwa sasa
work-stopped = Ulichotuma kimehifadhiwa na kitalipwa.
whole-progress = { $name }: vipande { $done } kati ya { $total } vimekamilika
show-all-lessons = Masomo yote
start-practice = Anza mazoezi
practice-left = { $count ->
    [one] Bado { $count } sahihi
   *[other] Bado { $count } sahihi
}
practice-done = Umejifunza hii. Unaweza kufanya kazi ya malipo.
practice-paid-you = Kujifunza kumekulipa { $amount }.
practice-paid-once = Haya ni mazoezi. Unalipwa mara moja, ukifaulu.
answer-sent = Imetumwa.
correct-title = Sahihisha jibu lako
correct-send = Tuma masahihisho
nothing-sent-yet = Bado hujatuma chochote.
look-at-fields = Kuna kitu si sahihi katika jibu. Liangalie tena.
thanks-reported = Asante. Mtu ataliangalia.
problem-not-there = Hakuna ukurasa huo, au si wako.
problem-fault = Kuna hitilafu hapa. Kazi yako imehifadhiwa. Jaribu tena baadaye kidogo.
problem-database-away = Seva inapumzika kidogo. Kazi yako imehifadhiwa. Jaribu tena baadaye kidogo.
problem-disk-full = Seva imejaa. Kazi yako imehifadhiwa. Mwambie kiongozi wa timu.
problem-sign-in-first = Ingia kwanza.
problem-work-stopped = Kazi hii imesimama kwa sasa.
problem-learn-first = Jifunze kazi hii kwanza: fanya mazoezi.
problem-other-bytes = Jibu hili lilitumwa awali likiwa tofauti. Yote mawili yamehifadhiwa.
problem-too-late = Jibu hili haliwezi kubadilishwa tena. Wengine wameendelea nalo.
problem-not-well-formed = Kuna kitu si sahihi katika jibu. Liangalie tena.
problem-not-understood = Hili halikueleweka. Rudi kisha jaribu tena.
problem-bad-text = Maandishi yana herufi isiyoweza kuhifadhiwa. Iondoe, kisha tuma tena.
problem-too-large = Hili ni kubwa mno.
problem-too-many = Hiyo ilikuwa haraka mno. Subiri kidogo, kisha jaribu tena.
problem-title = Haikufaulu
problem-title-not-there = Hakuna kitu hapa

## Work that a client sent back

sent-back-says = Mteja amerudisha hii: { $reason }. Tafadhali ifanye tena.
reject-wrong = kuna kosa
reject-missing = kuna kitu kinakosekana
reject-extra = kuna kitu cha ziada
reject-layout = umbo au mpangilio si sahihi
reject-rules = maelekezo hayakufuatwa
reject-other = sababu nyingine

## Answers that were not accepted

not-accepted = Haikukubaliwa
not-accepted-none = Majibu yako yote yamekubaliwa, au yanakaguliwa.
not-accepted-unpaid = { $pay } haikulipwa.
not-accepted-says-empty = Halikuwa na chochote cha kazi hii.
not-accepted-says-made-up = Lilibuniwa, au lilitolewa bila kutazama.
not-accepted-says-instructions = Silo ambalo maelekezo yanaomba.
not-accepted-says-other = Soma maelezo.
ask-second-look = Unadhani lilikuwa sahihi? Omba litazamwe tena:
plea-say-right = Jibu langu ni sahihi
plea-say-instructions = Nilifuata maelekezo
plea-say-unclear = Halikuwa wazi
plea-say-trouble = Kompyuta ilikuwa na hitilafu
second-look-waits = Umeomba litazamwe tena. Mtu mwingine ataamua.
second-look-paid = Limerekebishwa: sasa limelipwa.
second-look-no = Mtu wa pili ametazama. Linabaki halijakubaliwa.
second-look-over = Muda wa kuomba litazamwe tena umekwisha.
show-more = Onyesha zaidi
look-at-second-looks = Kutazama tena
problem-already-asked = Umeshaomba litazamwe tena.
problem-look-too-late = Unaweza kuomba litazamwe tena ndani ya siku 30.

## Instructions of a project

instructions = Mradi huu unataka nini
instructions-new = Maelekezo yamebadilika
instructions-new-says = Soma yaliyo mapya. Kisha endelea.
instructions-read-first = Soma hii kwanza
instructions-read = Nimesoma
problem-read-first = Maelekezo yamebadilika. Yasome kwanza.

message-title = Una ujumbe
message-from = Kutoka kwa { $name }
message-read = Nimesoma
