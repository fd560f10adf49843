// One order: its lines, each seller's part, its payments and its history.
import { html, useState } from "/admin/html.js";
import { call } from "/admin/api.js";
import { isPositive, left } from "/admin/money.js";
import { Badge, Loaded, Table, Time, money, useAction, useLoad, useConfirm, words } from "/admin/ui.js";
import { Payments } from "/admin/views/payments.js";

function Mover({ label, moves, isBusy, onMove }) {
  const [target, setTarget] = useState("");
  if (!moves.length) return html`<span class="quiet">final</span>`;
  const move = async (event) => {
    event.preventDefault();
    await onMove(target);
    setTarget("");
  };
  return html`<form class="row tight" onSubmit=${move}>
    <select aria-label=${label} required value=${target} onChange=${(event) => setTarget(event.target.value)}>
      <option value="">Move to …</option>
      ${moves.map((word) => html`<option value=${word}>${words(word)}</option>`)}
    </select>
    <button disabled=${isBusy}>Move</button>
  </form>`;
}

// What a change of status does that cannot be undone, above all with money; empty for harmless ones.
const warning = (order, part, target) => {
  if (target === "cancelled") {
    const own = left(part ?? order);
    const paid = own ?? left(order);
    const returned = isPositive(paid)
      ? `${own === null ? "At most " : ""}${money(paid, order.currency)} is refunded to the buyer.`
      : "Nothing was paid, so no money moves; a payment that still arrives is refunded.";
    return `This cannot be undone. The items go back to stock. ${returned}`;
  }
  if (target !== "confirmed" || isPositive(order.captured)) return "";
  return `${money(order.total, order.currency)} is recorded as paid offline. A mistake can only be corrected by a refund.`;
};

const SUMS = [["Subtotal", "items"], ["Tax", "tax"], ["Shipping", "shipping"], ["Total", "total"], ["Captured", "captured"], ["Refunded", "refunded"]];

function Parts({ order, onChange }) {
  const isSingle = order.parts.length === 1;
  const sums = SUMS.filter(([, name]) => order.parts.every((part) => part[name] !== undefined));
  const [isBusy, run] = useAction();
  const [confirm, question] = useConfirm();
  const move = async (target, part) => {
    const what = part ? `the part of seller ${part.seller_id}` : "the whole order";
    const text = warning(order, part, target);
    if (text && !(await confirm({ title: `Move ${what} to ${words(target)}?`, text, action: `Move to ${words(target)}` }))) return;
    const changes = part ? { status: target, seller_id: part.seller_id } : { status: target };
    const moved = await run(() => call("PATCH", `orders/${order.id}/`, changes), `Moved ${what} to ${words(target)}.`);
    if (moved) onChange();
  };
  const live = order.parts.filter((part) => part.status !== "cancelled");
  const common = live.length > 1 ? live[0].moves.filter((word) => live.every((part) => part.moves.includes(word))) : [];
  return html`<${Table} caption="Parts by seller" head=${["Seller", "Status", ...sums.map(([title]) => `#${title}`), "Change status"]}>
      ${order.parts.map((part) => html`<tr key=${part.seller_id}>
        <td><a href=${`#/users/${part.seller_id}`}>${part.seller_id}</a></td>
        <td><${Badge} word=${part.status} /></td>
        ${sums.map(([, name]) => html`<td class="number">${part[name]}</td>`)}
        <td><${Mover} label=${`New status of seller ${part.seller_id}'s part`} moves=${part.moves} isBusy=${isBusy}
          onMove=${(target) => move(target, isSingle ? null : part)} /></td>
      </tr>`)}
      ${common.length > 0 && html`<tr>
        <td colspan=${2 + sums.length}>All open parts</td>
        <td><${Mover} label="New status of the whole order" moves=${common} isBusy=${isBusy} onMove=${(target) => move(target, null)} /></td>
      </tr>`}
    <//>${question}`;
}

function Facts({ order }) {
  const address = Object.values(order.address).filter(Boolean).join(", ");
  return html`<dl class="facts">
    <div><dt>Status</dt><dd><${Badge} word=${order.status} /></dd></div>
    <div><dt>Payment</dt><dd><${Badge} word=${order.payment_status} /></dd></div>
    <div><dt>Total</dt><dd>${money(order.total, order.currency)}</dd></div>
    <div><dt>Shipping</dt><dd>${money(order.shipping, order.currency)}</dd></div>
    <div><dt>Tax</dt><dd>${money(order.tax, order.currency)}</dd></div>
    <div><dt>Captured</dt><dd>${money(order.captured, order.currency)}</dd></div>
    <div><dt>Refunded</dt><dd>${money(order.refunded, order.currency)}</dd></div>
    <div><dt>Placed</dt><dd><${Time} at=${order.placed_at} /></dd></div>
    <div><dt>Buyer</dt><dd><a href=${`#/users/${order.buyer_id}`}>${order.buyer_id}</a> via ${order.channel}</dd></div>
    <div><dt>Deliver to</dt><dd>${address}${order.phone && html`, ${order.phone}`}</dd></div>
    ${order.notes && html`<div><dt>Notes</dt><dd>${order.notes}</dd></div>`}
  </dl>`;
}

export function Order({ id }) {
  const order = useLoad(() => call("GET", `orders/${id}/`), [id]);
  const payments = useLoad(() => call("GET", `orders/${id}/payments/`), [id]);
  const reload = () => Promise.all([order.reload(), payments.reload()]);
  return html`<p><a href="#/orders">All orders</a></p>
    <${Loaded} of=${order}>${(found) => html`
      <h2>Order ${found.id}</h2>
      <${Facts} order=${found} />
      <${Table} caption="Lines" head=${["Product", "Seller", "#Price", "#Quantity", "#Total"]}>
        ${found.lines.map((line) => html`<tr key=${line.id}>
          <td><a href=${`#/products/${line.product_id}`}>${line.name}</a></td>
          <td>${line.seller_id}</td>
          <td class="number">${line.price}</td>
          <td class="number">${line.quantity}</td>
          <td class="number">${money(line.total, found.currency)}</td>
        </tr>`)}
      <//>
      <${Parts} order=${found} onChange=${reload} />
      <h2>Payments</h2>
      <${Loaded} of=${payments}>${(history) => html`<${Payments} order=${found} payments=${history} onChange=${reload} />`}<//>
      <h2>History</h2>
      <ol class="history">
        ${found.history.map((step) => html`<li><${Time} at=${step.at} /> <${Badge} word=${step.status} /> by ${step.by}</li>`)}
      </ol>
    `}<//>`;
}
