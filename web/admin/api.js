// The staff API, and the session that it is called with. The tabs of a browser share one session in localStorage, since
// refresh tokens work once; logging out in one logs out all. Tokens travel in the Authorization header alone.
const STORAGE_KEY = "bazaar.staff";
const AUTH = "/admin/api/auth/";
const LOGIN = `${AUTH}login/`;
const REFRESH = `${AUTH}refresh/`;
const SESSIONS = `${AUTH}sessions/`;
const LOCK = "bazaar.staff.renewal";

let tokens = load();
// What a login got that still owes its second factor. It is not kept: a page that is loaded again logs in again.
let pending = null;
let refreshing = null;
let notifySessionOver = () => {};

// Another tab has logged in, renewed or logged out.
addEventListener("storage", (event) => {
  if (event.key !== STORAGE_KEY && event.key !== null) return;
  const wasLoggedIn = tokens !== null;
  tokens = load();
  if (wasLoggedIn && tokens === null) notifySessionOver();
});

// A response that is no success. `fields` has the messages of a refused form by field name.
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
export const onSessionOver = (listener) => { notifySessionOver = listener; };

// {user}, or {owes: "code"} and {owes: "enrolment"} when the session waits for a second factor or for one to be set up.
// Throws Refused, also for accounts that are not staff's.
export async function logIn(email, password) {
  const answer = await send("POST", LOGIN, { email, password });
  if (answer.status === 401) throw new Refused(401, { detail: "Email or password is wrong." });
  const body = await bodyOf(answer);
  if (!answer.ok) throw new Refused(answer.status, body);
  if (body.two_factor_required) {
    pending = { access: body.access, refresh: body.refresh };
    return { owes: body.two_factor_enrolment_required ? "enrolment" : "code" };
  }
  save({ access: body.access, refresh: body.refresh });
  return { user: body.user };
}

// One step of two-factor authentication: enable-2fa, verify-2fa, validate-backup-code. It is called by the session that
// waits, or by the one that is logged in, and goes on with the tokens that the answer has.
export async function secondFactor(step, body) {
  const waiting = pending;
  let result;
  if (waiting) {
    const answer = await send("POST", `${AUTH}${step}/`, body, undefined, waiting.access);
    result = await bodyOf(answer);
    if (answer.status === 401) throw new Refused(401, { detail: "The login took too long. Please log in again." });
    if (!answer.ok) throw new Refused(answer.status, result);
  } else {
    result = await call("POST", `auth/${step}/`, body);
  }
  if (result.access) {
    pending = null;
    save({ access: result.access, refresh: result.refresh });
  }
  return result;
}

export const forgetPending = () => { pending = null; };

// Forgets the session here and ends it at the server, whether or not that can be reached.
export function logOut() {
  const access = tokens?.access;
  save(null);
  const session = access && sessionOf(access);
  if (session) {
    const headers = { Authorization: `Bearer ${access}` };
    fetch(`${SESSIONS}${encodeURIComponent(session)}/`, { method: "DELETE", headers, keepalive: true }).catch(() => {});
  }
}

// The id of the session that an access token belongs to, "" when it tells none.
function sessionOf(access) {
  try {
    return JSON.parse(atob(access.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).sid ?? "";
  } catch {
    return "";
  }
}

// One call of the staff API; an expired access token is renewed once. `key` makes a repetition harmless. A form (FormData)
// is sent as one, everything else as JSON. Only a refusal
// of the refresh token ends the session: a server that fails or cannot be reached does not.
export async function call(method, path, body, key) {
  const used = tokens?.access;
  let answer = await send(method, `/admin/api/${path}`, body, key);
  if (answer.status === 401) {
    const renewal = await renew(used);
    if (renewal.isOver) {
      save(null);
      notifySessionOver();
    } else if (renewal.failure) {
      throw renewal.failure;
    } else {
      answer = await send(method, `/admin/api/${path}`, body, key);
    }
  }
  const result = await bodyOf(answer);
  if (!answer.ok) throw new Refused(answer.status, result);
  return result;
}

// A path with a query of the values that are not empty.
export function withQuery(path, values) {
  const given = Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

// Refresh tokens work once, so calls that fail at the same time share one renewal, and so do tabs: the second one
// finds the tokens that the first one got.
function renew(used) {
  refreshing ??= alone(() => renewal(used)).finally(() => { refreshing = null; });
  return refreshing;
}

async function renewal(used) {
  tokens = load();
  if (tokens === null) return { isOver: true };
  if (tokens.access !== used) return {};
  let answer;
  try {
    answer = await send("POST", REFRESH, { refresh: tokens.refresh });
  } catch (failure) {
    return { failure };
  }
  const result = await bodyOf(answer);
  if (answer.ok) {
    save({ access: result.access, refresh: result.refresh });
    return {};
  }
  if (answer.status === 401) return { isOver: true };
  return { failure: new Refused(answer.status, result) };
}

// Browsers without locks renew tab by tab; the server refuses the second one without ending the session.
function alone(work) {
  return navigator.locks ? navigator.locks.request(LOCK, work) : work();
}

function send(method, path, body, key, access = tokens?.access) {
  const headers = {};
  if (path.startsWith("/admin/api/") && access) headers.Authorization = `Bearer ${access}`;
  // A browser names a form's type itself, with the boundary of its parts.
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  return fetch(path, { method, headers, body: isForm || body === undefined ? body : JSON.stringify(body) })
    .catch(() => { throw new Refused(0, { detail: "The server cannot be reached." }); });
}

async function bodyOf(answer) {
  return answer.json().catch(() => ({}));
}

function load() {
  try {
    return JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "null");
  } catch {
    return null;
  }
}

function save(found) {
  tokens = found;
  if (found) localStorage.setItem(STORAGE_KEY, JSON.stringify(found));
  else localStorage.removeItem(STORAGE_KEY);
}
