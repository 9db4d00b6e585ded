// Letters that the keyboard lacks, one tap away.

/** Puts the letter of a pressed button where the caret is. */
export function letters(root: HTMLElement, field: () => HTMLInputElement | HTMLTextAreaElement): void {
  const more = root.querySelector<HTMLElement>("[data-more]");
  const rest = root.querySelector<HTMLElement>("[data-rest]");
  more?.addEventListener("click", () => {
    rest!.hidden = !rest!.hidden;
    more.setAttribute("aria-expanded", String(!rest!.hidden));
  });
  root.addEventListener("click", (event) => {
    const letter = (event.target as Element).closest<HTMLElement>("[data-letter]")?.dataset["letter"];
    if (letter === undefined) return;
    const into = field();
    into.focus({ preventScroll: true });
    // This old command is the only way that the field's own undo knows of the change.
    if (document.execCommand("insertText", false, letter)) return;
    into.setRangeText(letter, into.selectionStart ?? into.value.length, into.selectionEnd ?? into.value.length, "end");
    into.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
