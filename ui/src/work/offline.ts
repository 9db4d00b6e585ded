// The page, its script and the pictures of the tasks fetched ahead lie in the browser's caches, so that a reload without
// line finds them. All of it is wiped when another person may come to the computer.

export const PAGES = "kazi-pages";
export const MEDIA = "kazi-media";

const cached = () => "caches" in self;

/** Set once this page has been left to someone else: what still arrives is not kept. */
let left = false;

export async function wipe(): Promise<void> {
  if (cached()) await Promise.all([caches.delete(PAGES), caches.delete(MEDIA)]).catch(() => {});
}

/** Wipes, and keeps nothing more for this page. */
export async function leave(): Promise<void> {
  left = true;
  await wipe();
}

/** Keeps the page as the server sent it. Called before anything in it is changed, and before the service worker is there. */
export async function keepPage(worker: string, html: string): Promise<void> {
  if (!cached() || !("serviceWorker" in navigator)) return;
  try {
    if (localStorage.getItem("kazi-worker") !== worker) await wipe();
    localStorage.setItem("kazi-worker", worker);
    const pages = await caches.open(PAGES);
    if (!navigator.serviceWorker.controller) {
      const page = new Response(html, { headers: { "content-type": "text/html; charset=utf-8" } });
      await pages.put(location.pathname, page);
    }
    // The scripts are in the browser's own cache by now: this costs no bytes.
    await pages.addAll([...document.scripts].map((script) => script.src).filter(Boolean));
    await navigator.serviceWorker.register("/sw.js");
  } catch {
    // Storage is full or forbidden: the page works, only not without line.
  }
}

const shelf = () => (cached() ? caches.open(MEDIA).catch(() => undefined) : undefined);

/** Fetches pictures that are not here yet; false where the line failed for one of them. */
export async function keepMedia(urls: string[]): Promise<boolean> {
  if (left) return true;
  const media = await shelf();
  const all = await Promise.allSettled(
    urls.map(async (url) => {
      // Without caches the browser's own memory has to do.
      if (!media) return void (new Image().src = url);
      if (await media.match(url)) return;
      const reply = await fetch(url);
      // A redirect leads to the sign-in page.
      if (reply.ok && !reply.redirected) await media.put(url, reply).catch(() => {});
    }),
  );
  return all.every(({ status }) => status === "fulfilled");
}

/** Whether all of these pictures are here, as far as a browser without caches can tell. */
export async function hasMedia(urls: string[]): Promise<boolean> {
  const media = await shelf();
  return !media || (await Promise.all(urls.map((url) => media.match(url)))).every(Boolean);
}

export async function dropMedia(urls: string[]): Promise<void> {
  const media = left ? undefined : await shelf();
  for (const url of urls) await media?.delete(url);
}
