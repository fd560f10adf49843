// The panel's frame: who is logged in, the current section, and the last message.
import { html, render, useEffect, useRef, useState } from "/admin/html.js";
import { call, forgetPending, isLoggedIn, logIn, logOut, onSessionOver } from "/admin/api.js";
import { Field, onMessage } from "/admin/ui.js";
import { Account, Enrolment, SecondFactor } from "/admin/views/account.js";
import { Attention } from "/admin/views/attention.js";
import { Audit } from "/admin/views/audit.js";
import { Books } from "/admin/views/books.js";
import { Categories } from "/admin/views/categories.js";
import { Order } from "/admin/views/order.js";
import { Orders } from "/admin/views/orders.js";
import { Product } from "/admin/views/product.js";
import { Products } from "/admin/views/products.js";
import { Sales } from "/admin/views/sales.js";
import { Users } from "/admin/views/users.js";

const SECTIONS = [
  ["orders", "Orders", Orders, Order],
  ["attention", "Attention", Attention],
  ["products", "Products", Products, Product],
  ["categories", "Categories", Categories],
  ["users", "Users", Users, Users],
  ["sales", "Sales", Sales],
  ["books", "Books", Books],
  ["audit", "Audit trail", Audit],
  ["account", "My account", Account],
];

// #/orders/5 → the order; an unknown path shows the orders.
function currentSection() {
  const [, name, id] = location.hash.match(/^#\/([a-z]+)(?:\/([a-z0-9]+))?$/) ?? [];
  const [key, title, list, single] = SECTIONS.find(([known]) => known === name) ?? SECTIONS[0];
  return { key, title, view: id && single ? single : list, id: single ? id : undefined };
}

function Login({ onDone, message }) {
  const [problem, setProblem] = useState(message);
  const [isBusy, setBusy] = useState(false);
  const [owes, setOwes] = useState("");
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    setBusy(true);
    try {
      const found = await logIn(form.get("email"), form.get("password"));
      if (found.user) return onDone(found.user);
      setProblem("");
      setOwes(found.owes);
    } catch (error) {
      setProblem(error.message);
    }
    setBusy(false);
  };
  const enter = async () => {
    try {
      onDone(await call("GET", "me/"));
    } catch (error) {
      cancel();
      setProblem(error.message);
    }
  };
  const cancel = () => {
    forgetPending();
    setOwes("");
  };
  if (owes) {
    return html`<main class="login">
      <h1>Bazaar staff</h1>
      ${owes === "code"
        ? html`<${SecondFactor} onDone=${enter} />`
        : html`<p>Staff needs two-factor authentication here. Set it up to go on.</p><${Enrolment} onDone=${enter} />`}
      <p><button type="button" class="plain" onClick=${cancel}>Log in as somebody else</button></p>
    </main>`;
  }
  return html`<main class="login">
    <h1>Bazaar staff</h1>
    <form onSubmit=${submit}>
      <${Field} id="email" label="Email"><input id="email" name="email" type="email" autocomplete="username" required autofocus /><//>
      <${Field} id="password" label="Password">
        <input id="password" name="password" type="password" autocomplete="current-password" required />
      <//>
      <p class="problem" role="alert">${problem}</p>
      <button disabled=${isBusy}>Log in</button>
    </form>
  </main>`;
}

function Frame({ user, onLeave }) {
  const [here, setHere] = useState(currentSection());
  const [message, setMessage] = useState(null);
  const heading = useRef(null);
  useEffect(() => {
    const moved = () => {
      setHere(currentSection());
      setMessage(null);
      heading.current.focus();
    };
    addEventListener("hashchange", moved);
    onMessage(setMessage);
    return () => removeEventListener("hashchange", moved);
  }, []);
  useEffect(() => { document.title = `${here.title} · Bazaar staff`; }, [here]);
  return html`<a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); heading.current.focus(); }}>Skip to content</a>
    <header>
      <p class="brand">Bazaar <span>staff</span></p>
      <nav aria-label="Sections">
        ${SECTIONS.map(([key, title]) => html`<a href=${`#/${key}`} aria-current=${here.key === key ? "page" : undefined}>${title}</a>`)}
      </nav>
      <p class="who">${user.email} <button class="plain" onClick=${onLeave}>Log out</button></p>
    </header>
    <main id="main">
      <h1 ref=${heading} tabindex="-1">${here.title}</h1>
      <div class="messages">
        <p role="status">${message && !message.isProblem ? message.text : ""}</p>
        <p role="alert">${message?.isProblem ? message.text : ""}</p>
      </div>
      <${here.view} key=${`${here.key}/${here.id}`} id=${here.id} />
    </main>`;
}

function Panel() {
  const [user, setUser] = useState(null);
  const [isReady, setReady] = useState(!isLoggedIn());
  const [message, setMessage] = useState("");
  const leave = (text) => {
    logOut();
    setMessage(text);
    setUser(null);
  };
  useEffect(() => {
    onSessionOver(() => leave("Your session has ended. Please log in again."));
    // A session that is over reports it itself; other failures are shown with a button to try again.
    const failed = (error) => { if (isLoggedIn()) setMessage(error.message); };
    if (!isReady) call("GET", "me/").then(setUser, failed).finally(() => setReady(true));
  }, []);
  if (!isReady) return html`<main class="login"><p>Loading …</p></main>`;
  if (!user && isLoggedIn()) {
    return html`<main class="login">
      <h1>Bazaar staff</h1>
      <p class="problem" role="alert">${message}</p>
      <button onClick=${() => location.reload()}>Try again</button>
    </main>`;
  }
  if (!user) return html`<${Login} key=${message} message=${message} onDone=${setUser} />`;
  return html`<${Frame} user=${user} onLeave=${() => leave("")} />`;
}

const root = document.getElementById("panel");
root.replaceChildren();
render(html`<${Panel} />`, root);
