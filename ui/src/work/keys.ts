// Keys. Where one types text, all of them belong to the text but Enter in a line and Ctrl+Enter anywhere.

interface Acts {
  send(): void;
  help(): void;
}

const TYPED = /^(text|search|number|email|tel|url|password|date)$/;

export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return TYPED.test(target.type);
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable);
}

export function keysOf(root: HTMLElement, screen: HTMLElement, acts: Acts): void {
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    // Keys that build a letter (Hindi, Urdu, Chinese input) are not ours, nor is a key held down, nor a window's.
    if (event.isComposing || key === "Process" || event.defaultPrevented || root.querySelector("dialog[open]")) return;
    const control = event.ctrlKey || event.metaKey;
    if (key === "Enter") {
      const free = !(target instanceof Element && target.closest("a, button, select, textarea, input:not([type=checkbox]):not([type=radio])"));
      // A line of text sends by itself, as every form does; a held key must not send the next one too.
      if (event.repeat) return event.preventDefault();
      if (!control && !free) return;
      event.preventDefault();
      return acts.send();
    }
    if (control || event.altKey || isTyping(target) || target instanceof HTMLSelectElement || event.repeat) return;
    if (key === "?") {
      event.preventDefault();
      acts.help();
    } else if (/^[1-9]$/.test(key)) {
      const pick = screen.querySelector<HTMLElement>(`[data-key="${key}"]`);
      if (!pick) return;
      event.preventDefault();
      pick.click();
    }
  });
}
