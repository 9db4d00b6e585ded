// The screens of the tools, as the services make them, for the harness.

const LINES = [
  "rocks, and then it sank down, this boat of brass,",
  "with all its people, and the sea closed over it",
  "as though it had never been. We stood on the shore",
  "and said nothing. There was a man standing.",
  "He held a lamp, and the lamp was out.",
];

export const lineText = (number) => LINES[number % LINES.length];

const icon = (name, extra = "") => `<svg class="i${extra}" aria-hidden="true"><use href="#${name}"/></svg>`;
const scan = (t, number) =>
  `<div class="scan" dir="ltr" tabindex="0" role="group" aria-labelledby="ask"><img src="/media/line-${number}.svg" width="1136" height="66" alt=""></div>`;
const field = 'lang="en" dir="ltr" autocomplete="off" autocapitalize="off" spellcheck="false"';
const mark = (value, name, words) =>
  `<input class="hide" type="checkbox" id="mark-${value}" name="mark" value="${value}"><label class="btn quiet" for="mark-${value}">${icon(name)}${words}</label>`;

/** Words of the screens that the services own; the harness brings its own. */
export const WORDS = {
  en: ["Type this line exactly as you see it.", "Your line", "Special letters", "See the page", "Empty line", "Cannot read", "Which answer is right?", "First answer", "Second answer", "Take this one", "Or write the right line", "Is this the web page of this shop?", "Yes", "No", "Read the page. Mend what differs.", "What does the picture show?"],
  sw: ["Andika mstari huu kama unavyouona.", "Mstari wako", "Herufi maalum", "Ona ukurasa", "Mstari mtupu", "Hausomeki", "Jibu lipi ni sahihi?", "Jibu la kwanza", "Jibu la pili", "Chukua hili", "Au andika mstari sahihi", "Huu ni ukurasa wa duka hili?", "Ndiyo", "Hapana", "Soma ukurasa. Sahihisha tofauti.", "Picha inaonyesha nini?"],
  ur: ["یہ سطر ویسے ہی لکھیں جیسی نظر آتی ہے۔", "آپ کی سطر", "خاص حروف", "صفحہ دیکھیں", "خالی سطر", "صاف نہیں", "کون سا جواب درست ہے؟", "پہلا جواب", "دوسرا جواب", "یہ لیں", "یا درست سطر لکھیں", "کیا یہ اس دکان کا صفحہ ہے؟", "ہاں", "نہیں", "صفحہ پڑھیں۔ جو مختلف ہو درست کریں۔", "تصویر کیا دکھاتی ہے؟"],
};

const SCREENS = {
  "kazi-type-line": (w, t, n, given) => `<h1 id="ask" data-listen>${w[0]}</h1>${scan(t, n)}<input type="hidden" name="is" value="line"><label class="hide" for="text">${w[1]}</label><input class="in line" id="text" name="text" value="${given ?? ""}" ${field}>
<div class="keys" role="group" aria-label="${w[2]}">${[..."“”‘’—éæ½§"].map((letter) => `<button type="button" class="btn quiet" lang="en" data-letter="${letter}">${letter}</button>`).join("")}<button type="button" class="btn bare m" data-more aria-expanded="false">${t("more")}</button><span data-rest hidden>${[..."œ†–…è"].map((letter) => `<button type="button" class="btn quiet" lang="en" data-letter="${letter}">${letter}</button>`).join("")}</span></div>
<div class="marks"><a class="btn quiet" href="/media/page.svg" target="_blank" data-page data-size="1240 1754" data-box="120 400 1000 44">${icon("book-open")}${w[3]}</a>${mark("blank", "minus-square", w[4])}${mark("unreadable", "eye-slash", w[5])}</div>`,

  "kazi-resolve": (w, t, n) => `<div class="q"><h1 id="ask" data-listen>${w[6]}</h1></div><div class="scan" dir="ltr" tabindex="0" role="group" aria-labelledby="ask"><img class="near" src="/media/line-${n + 1}.svg" width="1136" height="67" alt=""><img src="/media/line-${n}.svg" width="1136" height="64" alt=""></div><input type="hidden" name="is" value="line">
<div class="ans">${["a", "h"].map((letter, index) => `<div class="opt"><span class="soft">${w[7 + index]}</span><span class="typed" lang="en" dir="ltr">there was <mark>${letter}</mark> man standing.</span><button name="take" value="there was ${letter} man standing." class="btn quiet" data-take="there was ${letter} man standing." data-key="${index + 1}" aria-pressed="false">${w[9]}<kbd>${index + 1}</kbd></button></div>`).join("")}</div>
<div class="own"><label for="text" data-key="3">${w[10]} <kbd>3</kbd></label><input class="in" id="text" name="text" value="" ${field}></div><div class="aids"><div class="marks"><a class="btn quiet" href="/media/page.svg" data-page data-size="1240 1754">${icon("book-open")}${w[3]}</a>${mark("blank", "minus-square", w[4])}${mark("unreadable", "eye-slash", w[5])}</div></div>`,

  "kazi-question": (w, t, n) => `<div class="q"><h1 id="ask" data-listen>${w[11]}</h1></div><div class="asked" dir="auto" lang="en" data-listen>Jua Bakery ${n}, Thika</div><div class="pick9" role="group" aria-labelledby="ask">${[12, 13].map((word, index) => `<button class="btn quiet" name="choice" value="${index}" data-is="number" data-key="${index + 1}"><span dir="auto">${w[word]}</span><kbd><bdi dir="ltr">${index + 1}</bdi></kbd></button>`).join("")}</div>`,

  "kazi-describe": (w, t) => `<h1 id="ask" data-listen>${w[15]}</h1><div class="scan"><img src="/media/page.svg" width="300" height="200" alt=""></div><input type="hidden" name="is" value="alt"><label for="short">1</label><textarea class="in" id="short" name="short" rows="2"></textarea><label for="long">2</label><textarea class="in" id="long" name="long" rows="3"></textarea><div class="marks"><input class="hide" type="checkbox" id="d1" name="decorative"><label class="btn quiet" for="d1">${w[4]}</label><input class="hide" type="checkbox" id="d2" name="not_a_figure"><label class="btn quiet" for="d2">${w[5]}</label></div>`,

  "kazi-proofread": (w, t) => {
    const acts = [["up", "arrow-up"], ["down", "arrow-down"], ["split", "scissors"], ["join", "arrows-in"], ["add", "plus"], ["remove", "trash"], ["italic", "text-italic"]];
    const block = (index, type, text, lines) => `<li class="block" data-block><select class="in" name="blocks.${index}.type" aria-label="type">${["paragraph", "heading1", "footnote"].map((kind) => `<option value="${kind}"${kind === type ? " selected" : ""}>${kind}</option>`).join("")}</select><textarea class="in" name="blocks.${index}.text" rows="1" lang="en" dir="ltr" aria-label="text">${text}</textarea><input type="hidden" name="blocks.${index}.lines" data-is="numbers" value="${lines}"><label><input type="checkbox" name="blocks.${index}.continues"> continues</label><label>figure <input class="in" name="blocks.${index}.figure" data-is="number" value=""></label><div data-acts>${acts.map(([act, name]) => `<button type="button" class="btn bare" data-act="${act}">${icon(name)}${act}</button>`).join("")}</div></li>`;
    return `<h1 id="ask" data-listen>${w[14]}</h1><input type="hidden" name="is" value="page"><div class="sides"><div class="sheet" data-sheet tabindex="0" role="group" aria-labelledby="ask"><svg viewBox="0 0 1240 1754"><image href="/media/page.svg" width="1240" height="1754"/>${[1, 2, 3, 4].map((line) => `<rect data-line="${line}" x="120" y="${300 + line * 60}" width="1000" height="44"/>`).join("")}</svg></div><div><ol class="blocks" data-blocks>${block(0, "heading1", "The Boat", "1")}${block(1, "paragraph", "It sank down, this boat of br-", "2 3")}${block(2, "paragraph", "ass, and nobody said a word.", "4")}</ol><label for="pn">Page</label><input class="in" id="pn" name="page_number" value="19"></div></div><template data-block-template>${block(0, "paragraph", "", "")}</template>`;
  },
};

/** The html of a task's screen. */
export function screenOf(element, language, t, number, given) {
  return `<${element}>${SCREENS[element](WORDS[language] ?? WORDS.en, t, number, given)}</${element}>`;
}
