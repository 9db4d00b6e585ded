// Keeps a page up to date while somebody looks at it: asks for it again every few seconds and puts what is new into the
// parts marked `data-live`. Forms that one types into stand outside of them, so nothing typed is lost; a part with
// the focus in it waits. A page on which nothing has `data-moving` any more is left alone.

const EVERY = 5_000;
const SLOWEST = 60_000;

const parts = (root: ParentNode) =>
  new Map([...root.querySelectorAll<HTMLElement>("[data-live]")].map((part) => [part.dataset["live"], part]));

async function refresh(): Promise<void> {
  const reply = await fetch(location.href, { headers: { accept: "text/html" } });
  // Whoever was signed out meanwhile sees that at the next click, and keeps what stands here until then.
  if (!reply.ok || reply.redirected) throw new Error(`${reply.status}`);
  const fresh = parts(new DOMParser().parseFromString(await reply.text(), "text/html"));
  for (const [name, part] of parts(document)) {
    const now = fresh.get(name);
    if (!now || now.innerHTML === part.innerHTML || part.contains(document.activeElement)) continue;
    part.replaceChildren(...now.childNodes);
  }
}

let wait = EVERY;

function later(): void {
  setTimeout(async () => {
    if (!document.querySelector("[data-moving]")) return;
    if (document.visibilityState === "visible") {
      try {
        await refresh();
        wait = EVERY;
      } catch {
        wait = Math.min(wait * 2, SLOWEST);
      }
    }
    later();
  }, wait);
}

later();
