// Refunds: the form, and the state of each refund.
import { html, useState } from "/admin/html.js";
import { isPositive, left as leftOf, money } from "/admin/money.js";
import { callOnce, forget, unanswered } from "/admin/once.js";
import { Badge, Dialog, Field, Table, Time, showMessage, useAction, useConfirm } from "/admin/ui.js";

// The state of a refund, as the end of a sentence.
const OUTCOMES = {
  requested: "is being processed by the provider",
  done: "is complete",
  attention: "was refused and needs attention",
};

const nameOf = (order) => `refund/${order.id}`;

export function RefundDialog({ order, left, onClose, onDone }) {
  // A request without a response may have been carried out: it is sent again unchanged, or not at all.
  const [sent, setSent] = useState(unanswered(nameOf(order)));
  const [amount, setAmount] = useState(sent?.amount ?? left);
  const [reason, setReason] = useState(sent?.reason ?? "");
  const [seller, setSeller] = useState(String(sent?.seller_id ?? ""));
  const submit = async () => {
    const body = { amount, reason, ...(seller && { seller_id: Number(seller) }) };
    try {
      const made = await callOnce(nameOf(order), "POST", `orders/${order.id}/refunds/`, body);
      showMessage(`Refund of ${money(made.amount, made.currency)} ${OUTCOMES[made.status] ?? made.status}.`);
      onDone();
    } finally {
      setSent(unanswered(nameOf(order)));
    }
  };
  const startOver = () => {
    forget(nameOf(order));
    setSent(null);
  };
  return html`<${Dialog} title=${`Refund order ${order.id}`} action=${`${sent ? "Send again: refund" : "Refund"} ${money(amount || "0", order.currency)}`}
      isDangerous onSubmit=${submit} onClose=${onClose}>
    ${sent && html`<p class="problem">This refund was sent but got no response. Sending it again unchanged does not refund twice.
      <button type="button" class="plain" onClick=${startOver}>It is not in the list of refunds: start a new one</button></p>`}
    <fieldset disabled=${sent !== null}>
      <${Field} id="amount" label=${`Amount in ${order.currency}`} hint=${`At most ${left}.`}>
        <input id="amount" inputmode="decimal" pattern="[0-9]+([.][0-9]+)?" required value=${amount}
          aria-describedby="amount-hint" onInput=${(event) => setAmount(event.target.value)} />
      <//>
      ${order.parts.length > 1 && html`<${Field} id="seller" label="Charged to">
        <select id="seller" value=${seller} onChange=${(event) => setSeller(event.target.value)}>
          <option value="">all sellers, in proportion</option>
          ${order.parts.map((part) => html`<option value=${part.seller_id} selected=${String(part.seller_id) === seller}>
            seller ${part.seller_id}${leftOf(part) === null ? "" : `, ${leftOf(part)} left`}</option>`)}
        </select>
      <//>`}
      <${Field} id="reason" label="Reason">
        <input id="reason" maxlength="200" required value=${reason} onInput=${(event) => setReason(event.target.value)} />
      <//>
    </fieldset>
  <//>`;
}

function RefundRow({ order, refund, onChange }) {
  const [isBusy, run] = useAction();
  const [confirm, question] = useConfirm();
  const amount = money(refund.amount, refund.currency);
  const retry = async (byHand) => {
    const prompt = byHand
      ? { title: `Was ${amount} refunded by hand?`, action: "It was refunded",
        text: `The buyer received ${amount} in another way. The provider will not be asked again, and no money will move.` }
      : { title: `Try refund ${refund.id} again?`, action: "Try again",
        text: `The provider is asked once more to refund ${amount}. A refund that it has already made is not repeated.` };
    if (!(await confirm(prompt))) return;
    const path = `orders/${order.id}/refunds/${refund.id}/retry/`;
    const name = `retry/${refund.id}/${byHand}`;
    if (await run(() => callOnce(name, "POST", path, { by_hand: byHand }), (made) => `Refund ${refund.id} is ${made.status ?? "recorded"}.`)) onChange();
  };
  const sharers = refund.shares ?? [];
  const sellers = sharers.length > 0
    ? sharers.map((share) => `seller ${share.seller_id}: ${share.amount}`).join(", ")
    : (refund.sellers ?? []).map((seller) => `seller ${seller}`).join(", ");
  return html`<tr>
    <td><${Time} at=${refund.created_at} /></td>
    <td class="code">${refund.id}</td>
    <td><${Badge} word=${refund.status} /></td>
    <td class="values">${refund.reason}${sellers && ` (${sellers})`}
      ${refund.problem && html`<p class="problem">${refund.problem}</p>`}</td>
    <td class="number">${amount}</td>
    <td>${refund.status === "attention" && html`
      <button type="button" class="plain" disabled=${isBusy} aria-label=${`Try refund ${refund.id} again`}
        onClick=${() => retry(false)}>Try again …</button>
      <button type="button" class="plain" disabled=${isBusy} aria-label=${`Refund ${refund.id} was made by hand`}
        onClick=${() => retry(true)}>Refunded by hand …</button>`}${question}</td>
  </tr>`;
}

export function Refunds({ order, refunds, onChange }) {
  return html`<${Table} caption="Refunds" head=${["Requested", "Refund", "Status", "Reason", "#Amount", "Actions"]}
      isEmpty=${refunds.length === 0} empty="No refunds.">
    ${refunds.map((refund) => html`<${RefundRow} key=${refund.id} order=${order} refund=${refund} onChange=${onChange} />`)}
  <//>`;
}

export function RefundButton({ order, left, onChange }) {
  const [isOpen, setOpen] = useState(false);
  if (!isPositive(left) && unanswered(nameOf(order)) === null) return null;
  return html`<button type="button" class="danger" onClick=${() => setOpen(true)}>Refund …</button>
    ${isOpen && html`<${RefundDialog} order=${order} left=${left} onClose=${() => setOpen(false)}
      onDone=${() => { setOpen(false); onChange(); }} />`}`;
}
