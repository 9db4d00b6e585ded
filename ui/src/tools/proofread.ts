// Read a page against its picture: mend the text, say what each part is, cut and join parts.

import type { Fields } from "../work/types";
import { Tool } from "../work/tool";
import { fieldsOf } from "../work/fields";
import { start } from "../work/work";

type Act = (block: HTMLElement, text: HTMLTextAreaElement) => void;

/** Parts that the text of a page does not go on through. */
const ASIDE = /^(page_number|running_head|footnote|figure|caption)$/;
/** The end of a text in the middle of a word. */
const BROKEN = /\p{L}[-\u2010\u2011¬]\s*$/u;

class Proofread extends Tool {
  private list!: HTMLElement;

  private readonly acts: Record<string, Act> = {
    up: (block) => this.move(block, block.previousElementSibling, "before"),
    down: (block) => this.move(block, block.nextElementSibling, "after"),
    remove: (block) => {
      const near = (block.nextElementSibling ?? block.previousElementSibling) as HTMLElement | null;
      // The last part only loses its text: without one there is nowhere to write.
      if (!near) this.textOf(block).value = "";
      else block.remove();
      this.textOf(near ?? block).focus({ preventScroll: true });
    },
    add: (block) => this.enterAt(this.insertAfter(block, ""), 0),
    split: (block, text) => {
      const at = text.selectionStart;
      const rest = text.value.slice(at).trimStart();
      text.value = text.value.slice(0, at).trimEnd();
      this.enterAt(this.insertAfter(block, rest), 0);
    },
    join: (block, text) => {
      const before = block.previousElementSibling as HTMLElement | null;
      if (!before) return;
      const into = this.textOf(before);
      const at = into.value.length;
      into.value = joined(into.value, text.value);
      this.mergeLines(before, block);
      block.remove();
      this.enterAt(before, at);
    },
    italic: (_, text) => wrap(text, "i"),
    bold: (_, text) => wrap(text, "b"),
  };

  override begin(): void {
    this.list = this.one("[data-blocks]")!;
    this.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-act]");
      const block = button?.closest<HTMLElement>("[data-block]");
      if (!button || !block) return;
      this.acts[button.dataset["act"]!]?.(block, this.textOf(block));
      this.refresh();
      this.changed();
    });
    this.addEventListener("focusin", (event) => this.point((event.target as Element).closest("[data-block]")));
    this.addEventListener("input", () => this.refresh());
    // A telephone that is turned: no line of the text may be hidden.
    window.onresize = () => this.refresh();
    // Buttons must not take the selection out of the text they work on.
    this.addEventListener("pointerdown", (event) => {
      if ((event.target as Element).closest("[data-act]")) event.preventDefault();
    });
    this.refresh();
  }

  private blocks(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[data-block]")];
  }

  private textOf(block: HTMLElement): HTMLTextAreaElement {
    return block.querySelector("textarea")!;
  }

  /** Numbers the fields in the order of the page, and lets each text be as high as it needs. */
  override refresh(): void {
    this.blocks().forEach((block, index) => {
      for (const field of fieldsOf(block)) field.name = field.name.replace(/^blocks\.\d+\./, `blocks.${index}.`);
      const kind = block.querySelector<HTMLSelectElement>("select[name$='.type']")?.value ?? "";
      block.dataset["kind"] = kind;
      this.offer(block, ".note", kind === "footnote");
      this.offer(block, ".figure", kind === "figure");
      this.offer(block, ".continues", index === 0 && kind === "paragraph");
      const text = this.textOf(block);
      text.rows = 1;
      while (text.scrollHeight > text.clientHeight && text.rows < 60) text.rows += 1;
    });
    const last = this.blocks().filter((block) => !ASIDE.test(block.dataset["kind"]!)).at(-1);
    for (const hint of this.all("[data-broken]")) hint.hidden = !(last?.contains(hint) && BROKEN.test(this.textOf(last).value));
  }

  /** Shows a field with its label only where it has a sense, or where something is in it. */
  private offer(block: HTMLElement, name: string, sense: boolean): void {
    const field = block.querySelector<HTMLInputElement>(`input[name$='${name}']`);
    const label = field?.closest("label");
    if (label) label.hidden = !sense && !(field!.type === "checkbox" ? field!.checked : field!.value);
  }

  /** A draft may have more or fewer parts than the page came with. */
  override restore(fields: Fields): void {
    const wanted = new Set(fields.map(([name]) => /^blocks\.(\d+)\./.exec(name)?.[1]).filter(Boolean)).size;
    for (let last = this.blocks().at(-1); wanted && last && this.blocks().length < wanted; last = this.blocks().at(-1)) {
      this.insertAfter(last, "");
    }
    for (const block of wanted ? this.blocks().slice(wanted) : []) block.remove();
    this.refresh();
    super.restore(fields);
  }

  override lack(): string | undefined {
    return undefined;
  }

  private insertAfter(block: HTMLElement, text: string): HTMLElement {
    const template = this.one<HTMLTemplateElement>("[data-block-template]")!;
    const made = template.content.firstElementChild!.cloneNode(true) as HTMLElement;
    block.after(made);
    this.textOf(made).value = text;
    return made;
  }

  private move(block: HTMLElement, beside: Element | null, side: "before" | "after"): void {
    beside?.[side](block);
    this.textOf(block).focus({ preventScroll: true });
  }

  private enterAt(block: HTMLElement, at: number): void {
    this.refresh();
    const text = this.textOf(block);
    text.focus({ preventScroll: true });
    text.setSelectionRange(at, at);
    this.point(block);
  }

  private linesOf(block: Element): HTMLInputElement | null {
    return block.querySelector<HTMLInputElement>("input[name$='.lines']");
  }

  private mergeLines(into: HTMLElement, from: HTMLElement): void {
    const [to, old] = [this.linesOf(into), this.linesOf(from)];
    if (to && old) to.value = `${to.value} ${old.value}`.trim();
  }

  /** Shows where on the sheet the part at hand stands. */
  private point(block: Element | null): void {
    if (!block) return;
    const lines = new Set(this.linesOf(block)?.value.split(/\s+/));
    let first: Element | undefined;
    for (const rect of this.querySelectorAll("[data-sheet] rect[data-line]")) {
      const here = lines.has(rect.getAttribute("data-line")!);
      rect.classList.toggle("here", here);
      if (here) first ??= rect;
    }
    const sheet = this.one("[data-sheet]");
    if (!sheet || !first) return;
    // Only the sheet may scroll, never the page.
    const offset = first.getBoundingClientRect().top - sheet.getBoundingClientRect().top;
    if (offset < 0 || offset > sheet.clientHeight - 60) sheet.scrollTop += offset - sheet.clientHeight / 3;
  }
}

/** Two parts as one: a word broken over the end of a line becomes whole. */
export function joined(first: string, second: string): string {
  if (!first || !second) return first + second;
  if (/\p{L}-$/u.test(first) && /^\p{Ll}/u.test(second)) return first.slice(0, -1) + second;
  return `${first} ${second}`;
}

/** Puts tags around the selection, or takes them away. */
function wrap(text: HTMLTextAreaElement, tag: string): void {
  const { selectionStart: from, selectionEnd: to } = text;
  const chosen = text.value.slice(from, to);
  const inside = new RegExp(`^<${tag}>(.*)</${tag}>$`, "s").exec(chosen);
  const made = inside ? inside[1]! : `<${tag}>${chosen}</${tag}>`;
  text.focus({ preventScroll: true });
  text.setRangeText(made, from, to, "select");
}

start("kazi-proofread", Proofread);
