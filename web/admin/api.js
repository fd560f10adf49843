// The staff API, and the session that it is called with. Tokens live in this tab's sessionStorage and go with the tab;
// they travel in the Authorization header alone.
const KEPT = "bazaar.staff";
const LOGIN = "/storefront/auth/api/token/";
const REFRESH = "/storefront/auth/api/token/refresh/";

let tokens = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
let refreshing = null;
let whenOver = () => {};

// An answer that is no success. `fields` has the messages of a refused form by its fields' names.
export class Refused extends Error {
  constructor(status, body) {
    const fields = body?.detail === undefined && body && typeof body === "object" ? body : {};
    const texts = Object.entries(fields).map(([name, messages]) => `${name}: ${[].concat(messages).join(" ")}`);
    super(body?.detail ?? (texts.join(" ") || `The server answered ${status}.`));
    this.status = status;
    this.code = body?.code ?? "";
    this.fields = fields;
  }
}

export const isLoggedIn = () => tokens !== null;
export const onSessionOver = (listener) => { whenOver = listener; };

// The staff member's account. Throws Refused, also for accounts that are not staff's.
export async function logIn(email, password) {
  const answer = await send("POST", LOGIN, { email, password });
  if (answer.status === 401) throw new Refused(401, { detail: "Email or password is wrong." });
  const body = await bodyOf(answer);
  if (!answer.ok) throw new Refused(answer.status, body.error ? { detail: body.error } : body);
  if (body.two_factor_required) throw secondFactor();
  keep({ access: body.access, refresh: body.refresh });
  try {
    return await call("GET", "me/");
  } catch (error) {
    keep(null);
    if (error.code === "2fa_required") throw secondFactor();
    throw error.status === 403 ? new Refused(403, { detail: "This account is not staff's." }) : error;
  }
}

export function logOut() {
  keep(null);
}

// One call of the staff API; an access token that has run out is renewed once. `key` makes a repetition harmless.
export async function call(method, path, body, key) {
  let answer = await send(method, `/admin/api/${path}`, body, key);
  if (answer.status === 401 && await renew()) answer = await send(method, `/admin/api/${path}`, body, key);
  if (answer.status === 401) {
    keep(null);
    whenOver();
  }
  const said = await bodyOf(answer);
  if (!answer.ok) throw new Refused(answer.status, said);
  return said;
}

// A path with a query of those values that say something.
export function withQuery(path, values) {
  const said = Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return said.length ? `${path}?${new URLSearchParams(said)}` : path;
}

function secondFactor() {
  return new Refused(403, {
    detail: "This account is protected by a second factor, which this panel cannot ask for. Use an account without one.",
  });
}

// Refresh tokens work once, so calls that fail at the same time share one renewal.
function renew() {
  refreshing ??= send("POST", REFRESH, { refresh: tokens?.refresh ?? "" })
    .then(async (answer) => {
      if (answer.ok) keep(await bodyOf(answer));
      return answer.ok;
    })
    .finally(() => { refreshing = null; });
  return refreshing;
}

function send(method, path, body, key) {
  const headers = {};
  if (path.startsWith("/admin/api/") && tokens) headers.Authorization = `Bearer ${tokens.access}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  return fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
    .catch(() => { throw new Refused(0, { detail: "The server cannot be reached." }); });
}

async function bodyOf(answer) {
  return answer.json().catch(() => ({}));
}

function keep(found) {
  tokens = found;
  if (found) sessionStorage.setItem(KEPT, JSON.stringify(found));
  else sessionStorage.removeItem(KEPT);
}
