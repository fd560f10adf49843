// Accounts: the newest, one by email or number; what a person may do, and their latest orders.
import { html, useState } from "/admin/html.js";
import { call, withQuery } from "/admin/api.js";
import { Badge, Field, Loaded, Table, Time, showError, useAction, useLoad, useConfirm } from "/admin/ui.js";
import { OrderRows } from "/admin/views/orders.js";

const HEAD = ["Account", "Email", "Name", "Roles", "Since", "Seller", "Access"];
const name = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ") || user.username;

function UserRow({ user, onChange }) {
  const [isBusy, run] = useAction();
  const [confirm, question] = useConfirm();
  const change = async (changes, done, prompt) => {
    if (prompt && !(await confirm(prompt))) return;
    const changed = await run(() => call("PATCH", `users/${user.id}/`, changes), `${user.email} ${done}.`);
    if (changed) onChange(changed);
  };
  const close = {
    title: `Close the account of ${user.email}?`,
    text: "Its owner cannot log in or continue a session until it is opened again.",
    action: "Close account",
  };
  const remove = {
    title: `Remove the seller role of ${user.email}?`,
    text: "They cannot get it back by themselves. Their products stay as they are.",
    action: "Remove role",
  };
  return html`<tr>
    <td><a href=${`#/users/${user.id}`}>${user.id}</a></td>
    <td>${user.email}</td>
    <td>${name(user)}</td>
    <td>
      ${user.is_staff && html`<${Badge} word="staff" /> `}
      ${user.is_seller && html`<${Badge} word="seller" /> `}
      ${!user.is_active && html`<${Badge} word="closed" />`}
    </td>
    <td><${Time} at=${user.created_at} /></td>
    ${user.is_staff ? html`<td colspan="2" class="quiet">managed by the operator</td>` : html`
      <td>${user.is_seller
        ? html`<button type="button" class="plain" disabled=${isBusy} aria-label=${`Remove the seller role of ${user.email}`}
            onClick=${() => change({ is_seller: false }, "is no longer a seller", remove)}>Remove role</button>`
        : html`<button type="button" class="plain" disabled=${isBusy} aria-label=${`Make ${user.email} a seller`}
            onClick=${() => change({ is_seller: true }, "is now a seller")}>Make seller</button>`}</td>
      <td>${user.is_active
        ? html`<button type="button" class="plain" disabled=${isBusy} aria-label=${`Close the account of ${user.email}`}
            onClick=${() => change({ is_active: false }, "is closed", close)}>Close</button>`
        : html`<button type="button" class="plain" disabled=${isBusy} aria-label=${`Open the account of ${user.email}`}
            onClick=${() => change({ is_active: true }, "is open again")}>Open</button>`}${question}</td>`}
  </tr>`;
}

function UserTable({ caption, users, onChange }) {
  const changed = (user) => onChange(users.map((one) => (one.id === user.id ? user : one)));
  return html`<${Table} caption=${caption} head=${HEAD} isEmpty=${users.length === 0} empty="No account found.">
    ${users.map((user) => html`<${UserRow} key=${user.id} user=${user} onChange=${changed} />`)}
  <//>`;
}

function One({ id }) {
  const user = useLoad(() => call("GET", `users/${id}/`), [id]);
  const orders = useLoad(() => call("GET", withQuery("orders/", { buyer_id: id })), [id]);
  return html`<p><a href="#/users">Newest accounts</a></p>
    <${Loaded} of=${user}>${(found) => html`
      <${UserTable} caption=${`Account ${found.id}`} users=${[found]} onChange=${([changed]) => user.setData(changed)} />
      <${Loaded} of=${orders}>${(list) => html`
        <${OrderRows} caption="Latest orders of this account" orders=${list.orders} empty="No orders yet." />`}<//>
    `}<//>`;
}

function Newest() {
  const [email, setEmail] = useState("");
  const page = useLoad(() => call("GET", withQuery("users/", { email })), [email]);
  const search = (event) => {
    event.preventDefault();
    setEmail(new FormData(event.target).get("email").trim());
  };
  const more = () => call("GET", withQuery("users/", { before: page.data.next }))
    .then((found) => page.setData({ ...found, users: [...page.data.users, ...found.users] }), showError);
  return html`<form onSubmit=${search} role="search">
      <${Field} id="email" label="Email" hint="The full address; leave empty for the newest accounts.">
        <div class="row tight">
          <input id="email" name="email" type="email" aria-describedby="email-hint" />
          <button>Find</button>
        </div>
      <//>
    </form>
    <${Loaded} of=${page}>${({ users, next }) => html`
      <${UserTable} caption=${email ? `Account of ${email}` : "Newest accounts"} users=${users}
        onChange=${(changed) => page.setData({ next, users: changed })} />
      ${next && html`<p><button type="button" class="plain" onClick=${more}>Show older accounts</button></p>`}
    `}<//>`;
}

export const Users = ({ id }) => (id ? html`<${One} id=${id} />` : html`<${Newest} />`);
