// The money of one order: attempts, refunds, webhooks, ledger; and what staff can do about it.
import { html, useState } from "/admin/html.js";
import { call } from "/admin/api.js";
import { Badge, Dialog, Field, Table, Time, complain, money, tell, useAction, useQuestion } from "/admin/ui.js";

// Sums of decimal strings of one currency, exact: in the last decimal place as whole numbers.
const minor = (text) => BigInt(text.replace(".", ""));
const isPositive = (text) => minor(text) > 0n;
const difference = (one, other) => {
  const places = (one.split(".")[1] ?? "").length;
  const digits = (minor(one) - minor(other)).toString().padStart(places + 1, "0");
  return places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits;
};

function RefundDialog({ order, left, onClose, onDone }) {
  const [amount, setAmount] = useState(left);
  const [reason, setReason] = useState("");
  const [seller, setSeller] = useState("");
  // The same key for every press of the button: a repeated request gives nothing back twice.
  const [key] = useState(() => crypto.randomUUID());
  const submit = async () => {
    const said = { amount, reason, ...(seller && { seller_id: Number(seller) }) };
    try {
      const made = await call("POST", `orders/${order.id}/refunds/`, said, key);
      onDone();
      tell(`Refund of ${money(made.amount, made.currency)} is ${made.status}.`);
    } catch (error) {
      onClose();
      complain(error);
    }
  };
  return html`<${Dialog} title=${`Refund order ${order.id}`} action=${`Give back ${money(amount || "0", order.currency)}`}
      isDangerous onSubmit=${submit} onClose=${onClose}>
    <${Field} id="amount" label=${`Amount in ${order.currency}`} hint=${`At most ${left}, which is all that is left.`}>
      <input id="amount" inputmode="decimal" pattern="[0-9]+([.][0-9]+)?" required value=${amount}
        aria-describedby="amount-hint" onInput=${(event) => setAmount(event.target.value)} />
    <//>
    ${order.parts.length > 1 && html`<${Field} id="seller" label="Taken from">
      <select id="seller" value=${seller} onChange=${(event) => setSeller(event.target.value)}>
        <option value="">all sellers, by their share</option>
        ${order.parts.map((part) => html`<option value=${part.seller_id}>seller ${part.seller_id} first</option>`)}
      </select>
    <//>`}
    <${Field} id="reason" label="Reason">
      <input id="reason" maxlength="200" required value=${reason} onInput=${(event) => setReason(event.target.value)} />
    <//>
  <//>`;
}

function Attempts({ order, attempts, onChange }) {
  const [isBusy, run] = useAction();
  const check = (attempt) => run(
    () => call("POST", `orders/${order.id}/payments/${attempt.reference}/check/`, {}),
    (found) => `The provider says: ${found.status}.`,
  ).then((found) => found && onChange());
  const canAsk = (attempt) => !["succeeded", "surplus"].includes(attempt.status) && !["bank", "offline"].includes(attempt.provider);
  return html`<${Table} caption="Attempts" head=${["Started", "Reference", "Provider", "Status", "#Amount", "#Captured", "Ask"]}
      isEmpty=${attempts.length === 0} empty="Nobody has tried to pay yet.">
    ${attempts.map((attempt) => html`<tr key=${attempt.reference}>
      <td><${Time} at=${attempt.created_at} /></td>
      <td class="code">${attempt.reference}</td>
      <td>${attempt.provider}, ${attempt.method.replace("_", " ")}</td>
      <td><${Badge} word=${attempt.status} /></td>
      <td class="number">${money(attempt.amount, attempt.currency)}</td>
      <td class="number">${attempt.captured}</td>
      <td>${canAsk(attempt) && html`<button type="button" class="plain" disabled=${isBusy} onClick=${() => check(attempt)}
        aria-label=${`Ask ${attempt.provider} about ${attempt.reference}`}>Ask provider</button>`}</td>
    </tr>`)}
  <//>`;
}

function Ledger({ journal }) {
  return html`<${Table} caption="Ledger" head=${["Entered", "Kind", "Account", "#Amount"]} isEmpty=${journal.length === 0}
      empty="No money has moved.">
    ${journal.flatMap((entry) => Object.entries(entry.postings).map(([account, amount], index) => html`<tr key=${`${entry.key}${account}`}
        class=${index === 0 ? "" : "more"}>
      <td>${index === 0 && html`<${Time} at=${entry.at} />`}</td>
      <td>${index === 0 && entry.kind}</td>
      <td>${account}</td>
      <td class="number">${money(amount, entry.currency)}</td>
    </tr>`))}
  <//>`;
}

export function Payments({ order, payments, onChange }) {
  const [isRefunding, setRefunding] = useState(false);
  const [isBusy, run] = useAction();
  const [ask, question] = useQuestion();
  const left = difference(payments.captured, payments.refund_promised);
  const confirm = async () => {
    const text = `You have seen ${money(order.total, order.currency)} arrive, by bank transfer or in cash.`;
    if (!(await ask({ title: `Confirm the payment of order ${order.id}?`, text, action: "It has arrived" }))) return;
    if (await run(() => call("POST", `orders/${order.id}/confirm/`, {}), "The payment is confirmed.")) onChange();
  };
  return html`<div class="row">
      ${isPositive(left) && html`<button type="button" class="danger" onClick=${() => setRefunding(true)}>Refund …</button>`}
      ${order.payment_status === "pending" && order.status !== "cancelled" &&
        html`<button type="button" disabled=${isBusy} onClick=${confirm}>Confirm payment …</button>`}
    </div>
    ${question}
    ${isRefunding && html`<${RefundDialog} order=${order} left=${left} onClose=${() => setRefunding(false)}
      onDone=${() => { setRefunding(false); onChange(); }} />`}
    <${Attempts} order=${order} attempts=${payments.attempts} onChange=${onChange} />
    <${Table} caption="Refunds" head=${["Asked", "Refund", "Status", "Reason", "#Amount"]} isEmpty=${payments.refunds.length === 0}
        empty="Nothing was given back.">
      ${payments.refunds.map((refund) => html`<tr key=${refund.id}>
        <td><${Time} at=${refund.created_at} /></td>
        <td class="code">${refund.id}</td>
        <td><${Badge} word=${refund.status} /></td>
        <td>${refund.reason}${refund.sellers.length > 0 && ` (seller ${refund.sellers.join(", ")})`}</td>
        <td class="number">${money(refund.amount, refund.currency)}</td>
      </tr>`)}
    <//>
    <${Table} caption="Webhooks" head=${["Received", "Provider", "Kind", "Reference"]} isEmpty=${payments.notices.length === 0}
        empty="No webhook was received.">
      ${payments.notices.map((notice) => html`<tr>
        <td><${Time} at=${notice.received_at} /></td>
        <td>${notice.provider}</td>
        <td>${notice.kind}</td>
        <td class="code">${notice.reference}</td>
      </tr>`)}
    <//>
    <${Ledger} journal=${payments.journal} />`;
}
