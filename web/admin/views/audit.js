// What staff did, the latest first.
import { html } from "/admin/html.js";
import { call, withQuery } from "/admin/api.js";
import { Loaded, Table, Time, complain, useLoad } from "/admin/ui.js";

const said = (values) => Object.entries(values).filter(([, value]) => String(value) !== "")
  .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(", ") : value}`).join("; ");

const PLACE_OF = { user: "users", product: "products", order: "orders", payment: "orders" };

function Subject({ action, object_id: id }) {
  const place = PLACE_OF[action.split(".")[0]];
  return place ? html`<a href=${`#/${place}/${id}`}>${id}</a>` : id;
}

export function Audit() {
  const page = useLoad(() => call("GET", withQuery("audit/", { page_size: 50 })), []);
  const more = () => call("GET", withQuery("audit/", { page_size: 50, before: page.data.next }))
    .then((found) => page.setData({ ...found, actions: [...page.data.actions, ...found.actions] }), complain);
  return html`<${Loaded} of=${page}>${({ actions, next }) => html`
    <${Table} caption="Actions of staff, the latest first" head=${["When", "Who", "Action", "What", "Values"]} isEmpty=${actions.length === 0}
        empty="Nothing was changed in the last month.">
      ${actions.map((action) => html`<tr key=${action.id}>
        <td><${Time} at=${action.at} /></td>
        <td><a href=${`#/users/${action.actor_id}`}>${action.actor_id}</a></td>
        <td>${action.action.replace(".", " ")}</td>
        <td><${Subject} ...${action} /></td>
        <td class="values">${said(action.values)}</td>
      </tr>`)}
    <//>
    ${next && html`<p><button type="button" class="plain" onClick=${more}>Show earlier ones</button></p>`}
  `}<//>`;
}
