// Requests that must be carried out once, such as those that move money. Each is sent under one Idempotency-Key until it
// is answered: pressing again after a time-out or a lost response sends the same request under the same key, and the
// server carries it out once. Unanswered requests are stored in this tab, so that they survive a reload.
import { Refused, call } from "/admin/api.js";

const PREFIX = "bazaar.unanswered/";

// The body of the request of that name that was sent and not answered yet; null when there is none.
export const unanswered = (name) => JSON.parse(sessionStorage.getItem(PREFIX + name) ?? "null")?.body ?? null;

export const forget = (name) => sessionStorage.removeItem(PREFIX + name);

// Sends the request, or again the one of that name that is still unanswered. Throws Refused.
export async function callOnce(name, method, path, body) {
  const kept = JSON.parse(sessionStorage.getItem(PREFIX + name) ?? "null") ?? { key: crypto.randomUUID(), body };
  sessionStorage.setItem(PREFIX + name, JSON.stringify(kept));
  try {
    const answer = await call(method, path, kept.body, kept.key);
    forget(name);
    return answer;
  } catch (error) {
    if (isAnswer(error)) forget(name);
    throw error;
  }
}

// Whether the server has refused. Without a response, or after an error of the server, the outcome is unknown.
const isAnswer = (error) => error instanceof Refused && error.status >= 400 && error.status < 500 && error.code !== "key_in_progress";
