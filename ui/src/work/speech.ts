// Reads the marked texts out loud, where the browser has a voice for the language.

/** Shows the button once there is a voice, and makes it speak and stop. */
export function listenButton(button: HTMLElement, root: ParentNode, stop: string): void {
  const speech = window.speechSynthesis as SpeechSynthesis | undefined;
  if (!speech) return;
  const lang = document.documentElement.lang.slice(0, 2);
  const voice = () => speech.getVoices().find((one) => one.lang.toLowerCase().startsWith(lang));
  const look = () => {
    button.hidden = !voice();
  };
  look();
  speech.addEventListener?.("voiceschanged", look);
  const label = button.lastChild as Text;
  const start = label.data;
  button.addEventListener("click", () => {
    const going = speech.speaking;
    speech.cancel();
    label.data = start;
    if (going) return;
    const texts = [...root.querySelectorAll<HTMLElement>("[data-listen]")].map((one) => one.textContent ?? "");
    const words = new SpeechSynthesisUtterance(texts.join(". "));
    words.lang = document.documentElement.lang;
    words.voice = voice() ?? null;
    words.onend = () => (label.data = start);
    label.data = stop;
    speech.speak(words);
  });
}
