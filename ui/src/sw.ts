// The service worker: gives a task page back when there is no line, and pictures that were fetched ahead. It keeps pages
// of tasks only, and wipes them when the browser goes to the lock or to sign-in.

import { PAGES, wipe } from "./work/offline";

interface Happening extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Happening {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const worker = self as unknown as {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(type: string, listener: (event: Fetching) => void): void;
};

const TASK_PAGE = /^\/work\/[^/]+\/[^/]+$/;
const DOOR = /^\/(lock|centre|sign-in|sign-out)\b/;

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

async function page(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    if (response.ok && !response.redirected) {
      const pages = await caches.open(PAGES);
      await pages.put(new URL(request.url).pathname, response.clone()).catch(() => {});
    }
    return response;
  } catch (failure) {
    const kept = await caches.match(new URL(request.url).pathname);
    if (kept) return kept;
    throw failure;
  }
}

async function kept(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (DOOR.test(pathname) && (request.mode === "navigate" || request.method === "POST")) event.waitUntil(wipe());
  else if (request.method !== "GET") return;
  else if (request.mode === "navigate") {
    if (TASK_PAGE.test(pathname)) event.respondWith(page(request));
  } else if (request.destination === "script" || request.destination === "image") event.respondWith(kept(request));
});
