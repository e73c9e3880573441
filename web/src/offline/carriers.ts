// How a post leaves the phone. A token of the moment is asked for first: the one in a page may be days old.

import { formOf, type Answer, type Post, type Reply } from "./queue";

const TOKEN_URL = "/reports/token/";
const LATER = new Set([0, 401, 403, 408, 425, 429]);

interface Problem {
  detail?: string;
  errors?: { field?: string; message?: string }[];
}

function refusedBy(status: number, problem: Problem): Reply {
  const [first] = problem.errors ?? [];
  return { kind: "refused", problem: first?.message ?? problem.detail ?? String(status), field: first?.field ?? "" };
}

/** The server's word → what becomes of the post. Only a JSON answer of success counts as sent. */
export function judged(status: number, kind: string, body: string): Reply {
  const json = kind.includes("json");
  if (status >= 200 && status < 300 && json) return { kind: "sent", answer: JSON.parse(body) as Answer };
  if (LATER.has(status) || status >= 500 || status < 400) return { kind: "later", problem: String(status) };
  return refusedBy(status, json ? (JSON.parse(body) as Problem) : {});
}

export async function token(): Promise<string> {
  const answer = await fetch(TOKEN_URL, { cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return ((await answer.json()) as { token: string }).token;
}

const headersOf = (post: Post, fresh: string): Record<string, string> => ({
  "X-CSRFToken": fresh,
  "Idempotency-Key": post.key,
  Accept: "application/json",
});

/** For the worker, which has no progress to show. */
export async function byFetch(post: Post): Promise<Reply> {
  try {
    const answer = await fetch(post.url, {
      method: "POST",
      body: formOf(post.parts),
      headers: headersOf(post, await token()),
      redirect: "manual",
    });
    return judged(answer.status, answer.headers.get("Content-Type") ?? "", await answer.text());
  } catch {
    return { kind: "later", problem: "" };
  }
}

/** For the page: fetch cannot tell how much has left, XMLHttpRequest can. */
export function showing(progress: (share: number) => void): (post: Post) => Promise<Reply> {
  return async (post) => {
    try {
      return await byRequest(post, await token(), progress);
    } catch {
      return { kind: "later", problem: "" };
    }
  };
}

function byRequest(post: Post, fresh: string, progress: (share: number) => void): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", post.url);
    for (const [name, value] of Object.entries(headersOf(post, fresh))) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      resolve(judged(request.status, request.getResponseHeader("Content-Type") ?? "", request.responseText));
    });
    for (const name of ["error", "abort", "timeout"]) {
      request.addEventListener(name, () => {
        reject(new Error(name));
      });
    }
    request.send(formOf(post.parts));
  });
}
