// One request, and what came of it in the words of README.md.

import type { Problem, Refusal } from "./types";

export type Outcome =
  | { is: "done"; data: unknown }
  /** No line, or the server is not well: try again, not before `after` ms. */
  | { is: "later"; after: number; line: boolean }
  | { is: "signed-out" }
  | { is: "refused"; refusal: Refusal };

const PATIENCE = 30_000;

async function problemOf(response: Response): Promise<Refusal> {
  let body: { kind?: unknown; title?: unknown; problems?: unknown } = {};
  try {
    body = (await response.json()) as typeof body;
  } catch {
    // A proxy's page: the status has to do.
  }
  return {
    status: response.status,
    key: String(body.kind ?? ""),
    title: typeof body.title === "string" ? body.title : "",
    problems: Array.isArray(body.problems) ? (body.problems as Problem[]) : [],
  };
}

export async function ask(method: string, url: string, body?: string): Promise<Outcome> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE),
      ...(body === undefined ? {} : { body }),
    });
    if (response.ok && !response.redirected) {
      const text = await response.text();
      const data = text ? JSON.parse(text) : undefined;
      // The instructions changed: a page shows what is new before the next task. What was begun is kept.
      if (data?.news) location.reload();
      return { is: "done", data };
    }
  } catch {
    return { is: "later", after: 0, line: false };
  }
  const { status } = response;
  // A redirect leads to the sign-in page.
  if (status === 401 || status === 403 || response.redirected) return { is: "signed-out" };
  if (status >= 500 || status === 429 || status === 408) {
    const wait = Number(response.headers.get("retry-after"));
    return { is: "later", after: wait > 0 ? wait * 1000 : 0, line: true };
  }
  return { is: "refused", refusal: await problemOf(response) };
}
