// The orders of a day, latest first; a search by number; the table of a buyer's orders.
import { html, useState } from "/admin/html.js";
import { call, withQuery } from "/admin/api.js";
import { Badge, Field, Loaded, Table, Time, showError, daysFrom, money, today, useLoad } from "/admin/ui.js";

const HEAD = ["Placed", "Order", "Buyer", "Channel", "Status", "Payment", "#Items", "#Total"];

export function OrderRows({ caption, orders, empty }) {
  return html`<${Table} caption=${caption} head=${HEAD} isEmpty=${orders.length === 0} empty=${empty}>
    ${orders.map((order) => html`<tr key=${order.id}>
      <td><${Time} at=${order.placed_at} /></td>
      <td><a href=${`#/orders/${order.id}`}>${order.id}</a></td>
      <td><a href=${`#/users/${order.buyer_id}`}>${order.buyer_id}</a></td>
      <td>${order.channel}</td>
      <td><${Badge} word=${order.status} /></td>
      <td><${Badge} word=${order.payment_status} /></td>
      <td class="number">${order.pieces}</td>
      <td class="number">${money(order.total, order.currency)}</td>
    </tr>`)}
  <//>`;
}

export function Orders() {
  const [day, setDay] = useState(today());
  const page = useLoad(() => call("GET", withQuery("orders/", { day, page_size: 50 })), [day]);
  const find = (event) => {
    event.preventDefault();
    location.hash = `#/orders/${new FormData(event.target).get("number").trim()}`;
  };
  const more = () => call("GET", withQuery("orders/", { day, page_size: 50, after: page.data.next }))
    .then((found) => page.setData({ ...found, orders: [...page.data.orders, ...found.orders] }), showError);
  return html`<div class="row">
      <${Field} id="day" label="Day (UTC)">
        <div class="row tight">
          <button type="button" class="plain" aria-label="Day before" onClick=${() => setDay(daysFrom(day, -1))}>‹</button>
          <input id="day" type="date" required value=${day} max=${today()}
            onChange=${(event) => event.target.value && setDay(event.target.value)} />
          <button type="button" class="plain" aria-label="Day after" disabled=${day >= today()} onClick=${() => setDay(daysFrom(day, 1))}>›</button>
        </div>
      <//>
      <form onSubmit=${find} role="search">
        <${Field} id="number" label="Order number">
          <div class="row tight">
            <input id="number" name="number" inputmode="numeric" pattern=" *[0-9]+ *" title="Digits only" required />
            <button>Show</button>
          </div>
        <//>
      </form>
      <button type="button" class="plain" onClick=${page.reload}>Reload</button>
    </div>
    <${Loaded} of=${page}>${({ orders, next }) => html`
      <${OrderRows} caption=${`Orders of ${day}, latest first`} orders=${orders} empty="No orders on this day." />
      ${next && html`<p><button type="button" class="plain" onClick=${more}>Show earlier orders</button></p>`}
    `}<//>`;
}
