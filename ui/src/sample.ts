// The keys of the page on which a client looks at one item of a sample: the letter on a button presses it, a digit chooses
// a reason. Nothing happens while one types. Without script the same form is used with the mouse or by Tab.

const form = document.querySelector<HTMLFormElement>("form#judge");
const typing = (target: EventTarget | null) =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== "radio");

document.addEventListener("keydown", (event) => {
  if (!form || event.ctrlKey || event.altKey || event.metaKey || event.repeat || typing(event.target)) return;
  const key = event.key.toLowerCase();
  const reasons = [...form.querySelectorAll<HTMLInputElement>("[name=reason]")];
  const reason = reasons[Number(key) - 1];
  const button = [...document.querySelectorAll<HTMLButtonElement>("button[data-key]")].find((one) => one.dataset["key"] === key);
  if (!reason && !button) return;
  event.preventDefault();
  if (reason) {
    reason.checked = true;
    reason.focus();
  } else if (button?.value === "wrong" && !reasons.some((one) => one.checked)) {
    // What is wrong needs a reason first.
    reasons[0]?.focus();
  } else {
    button?.click();
  }
});
