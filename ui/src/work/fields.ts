// A field's name is its place in the answer: one rule makes the answer of every tool, and its draft.

import type { Fields } from "./types";

export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export function fieldsOf(root: ParentNode): Field[] {
  return [...root.querySelectorAll<Field>("input[name], textarea[name], select[name]")];
}

const ticks = (field: Field): field is HTMLInputElement => field.type === "checkbox" || field.type === "radio";

/** What the fields hold now. Unticked boxes are left out. */
export function read(root: ParentNode): Fields {
  return fieldsOf(root)
    .filter((field) => !ticks(field) || field.checked)
    .map((field) => [field.name, field.value]);
}

/** Puts values back: the nth value of a name into its nth field, ticks where name and value agree. */
export function write(root: ParentNode, values: Fields): void {
  const left = values.slice();
  for (const field of fieldsOf(root)) {
    const at = left.findIndex(([name, value]) => name === field.name && (!ticks(field) || value === field.value));
    if (ticks(field)) field.checked = at >= 0;
    else if (at >= 0) field.value = left[at]![1];
    if (at >= 0) left.splice(at, 1);
  }
}

/** The value of one field in the answer; nothing where there is none to give. */
function valueOf(field: Field): unknown {
  if (field.type === "checkbox") {
    if (!(field as HTMLInputElement).checked) return undefined;
    return field.hasAttribute("value") ? field.value : true;
  }
  if (field.type === "radio" && !(field as HTMLInputElement).checked) return undefined;
  return typed(field, field.value);
}

/** A text as the kind of value that `data-is` names. */
function typed(element: HTMLElement, text: string): unknown {
  switch (element.dataset["is"]) {
    case "number":
      return text.trim() === "" ? undefined : Number(text);
    case "numbers":
      return text.split(/\s+/).filter(Boolean).map(Number);
    default:
      return text;
  }
}

/** Sets `value` in `target` at a path such as `blocks.3.text`. */
function place(target: Record<string, unknown>, path: string, value: unknown): void {
  const parts = path.split(".");
  const last = parts.pop()!;
  let at = target;
  parts.forEach((part, index) => {
    const next = parts[index + 1] ?? last;
    at = (at[part] ??= /^\d+$/.test(next) ? [] : {}) as Record<string, unknown>;
  });
  at[last] = value;
}

/** The answer that the fields make, with that of the button that sent them. */
export function answerOf(root: ParentNode, sender?: HTMLElement | null): Record<string, unknown> {
  const answer: Record<string, unknown> = {};
  for (const field of fieldsOf(root)) {
    const value = valueOf(field);
    if (value !== undefined) place(answer, field.name, value);
  }
  if (sender instanceof HTMLButtonElement && sender.name && root.contains(sender)) {
    place(answer, sender.name, typed(sender, sender.value));
  }
  return answer;
}
