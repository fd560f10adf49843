// Orders that need a person, each with the reasons.
import { html } from "/admin/html.js";
import { call } from "/admin/api.js";
import { Badge, Loaded, Table, Time, money, useLoad } from "/admin/ui.js";

const HEAD = ["Placed", "Order", "Buyer", "Status", "Payment", "#Total", "Reasons"];

export function Attention() {
  const list = useLoad(() => call("GET", "attention/"), []);
  return html`<div class="row"><button type="button" class="plain" disabled=${list.isLoading} onClick=${list.reload}>Reload</button></div>
    <${Loaded} of=${list}>${({ orders }) => html`
      <${Table} caption="Orders that need attention" head=${HEAD} isEmpty=${orders.length === 0}
          empty="No order needs attention.">
        ${orders.map((order) => html`<tr key=${order.id}>
          <td><${Time} at=${order.placed_at} /></td>
          <td><a href=${`#/orders/${order.id}`}>${order.id}</a></td>
          <td><a href=${`#/users/${order.buyer_id}`}>${order.buyer_id}</a></td>
          <td><${Badge} word=${order.status} /></td>
          <td><${Badge} word=${order.payment_status} /></td>
          <td class="number">${money(order.total, order.currency)}</td>
          <td class="values"><ul class="reasons">${(order.reasons ?? []).map((reason) => html`<li>${reason}</li>`)}</ul></td>
        </tr>`)}
      <//>`}<//>`;
}
