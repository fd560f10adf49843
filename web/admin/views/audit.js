// What staff did, latest first.
import { html } from "/admin/html.js";
import { call, withQuery } from "/admin/api.js";
import { Loaded, Table, Time, showError, useLoad } from "/admin/ui.js";

const listed = (values) => Object.entries(values).filter(([, value]) => String(value) !== "")
  .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(", ") : value}`).join("; ");

const SECTION_OF = { user: "users", product: "products", image: "products", order: "orders", payment: "orders" };

function Subject({ action, object_id: id }) {
  const section = SECTION_OF[action.split(".")[0]];
  return section ? html`<a href=${`#/${section}/${id}`}>${id}</a>` : id;
}

export function Audit() {
  const page = useLoad(() => call("GET", withQuery("audit/", { page_size: 50 })), []);
  const more = () => call("GET", withQuery("audit/", { page_size: 50, before: page.data.next }))
    .then((found) => page.setData({ ...found, actions: [...page.data.actions, ...found.actions] }), showError);
  return html`<${Loaded} of=${page}>${({ actions, next }) => html`
    <${Table} caption="Staff actions, latest first" head=${["Time", "Staff", "Action", "Object", "Values"]} isEmpty=${actions.length === 0}
        empty="No changes in the last month.">
      ${actions.map((action) => html`<tr key=${action.id}>
        <td><${Time} at=${action.at} /></td>
        <td><a href=${`#/users/${action.actor_id}`}>${action.actor_id}</a></td>
        <td>${action.action.replace(".", " ")}</td>
        <td><${Subject} ...${action} /></td>
        <td class="values">${listed(action.values)}</td>
      </tr>`)}
    <//>
    ${next && html`<p><button type="button" class="plain" onClick=${more}>Show earlier actions</button></p>`}
  `}<//>`;
}
