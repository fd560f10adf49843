// Requests that must be carried out once, such as those that move money. Each is sent under one Idempotency-Key until it
// is answered: pressing again, after a time-out or a lost answer, sends the same request under the same key, and the
// server carries it out once. What is unanswered is kept in this tab, so that a reload does not forget it.
import { Refused, call } from "/admin/api.js";

const KEPT = "bazaar.unanswered/";

// The body of the request of that name that was sent and not answered yet; null when there is none.
export const unanswered = (name) => JSON.parse(sessionStorage.getItem(KEPT + name) ?? "null")?.body ?? null;

export const forget = (name) => sessionStorage.removeItem(KEPT + name);

// Sends the request, or again the one of that name that is still unanswered. Throws Refused.
export async function callOnce(name, method, path, body) {
  const kept = JSON.parse(sessionStorage.getItem(KEPT + name) ?? "null") ?? { key: crypto.randomUUID(), body };
  sessionStorage.setItem(KEPT + name, JSON.stringify(kept));
  try {
    const answer = await call(method, path, kept.body, kept.key);
    forget(name);
    return answer;
  } catch (error) {
    if (isAnswer(error)) forget(name);
    throw error;
  }
}

// Whether the server has said that it did nothing. Without an answer, or with an error of its own, nobody knows.
const isAnswer = (error) => error instanceof Refused && error.status >= 400 && error.status < 500 && error.code !== "key_in_progress";
