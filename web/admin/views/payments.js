// The money of one order: attempts, refunds, webhooks, ledger; and what staff can do about it.
import { html } from "/admin/html.js";
import { call } from "/admin/api.js";
import { difference } from "/admin/money.js";
import { Badge, Table, Time, money, useAction, useConfirm } from "/admin/ui.js";
import { RefundButton, Refunds } from "/admin/views/refund.js";

function Attempts({ order, attempts, onChange }) {
  const [isBusy, run] = useAction();
  const check = (attempt) => run(
    () => call("POST", `orders/${order.id}/payments/${attempt.reference}/check/`, {}),
    (found) => `The provider reports: ${found.status}.`,
  ).then((found) => found && onChange());
  const canCheck = (attempt) => !["succeeded", "surplus"].includes(attempt.status) && !["bank", "offline"].includes(attempt.provider);
  return html`<${Table} caption="Attempts" head=${["Started", "Reference", "Provider", "Status", "#Amount", "#Captured", "Check"]}
      isEmpty=${attempts.length === 0} empty="No payment attempts yet.">
    ${attempts.map((attempt) => html`<tr key=${attempt.reference}>
      <td><${Time} at=${attempt.created_at} /></td>
      <td class="code">${attempt.reference}</td>
      <td>${attempt.provider}, ${attempt.method.replace("_", " ")}</td>
      <td><${Badge} word=${attempt.status} /></td>
      <td class="number">${money(attempt.amount, attempt.currency)}</td>
      <td class="number">${attempt.captured}</td>
      <td>${canCheck(attempt) && html`<button type="button" class="plain" disabled=${isBusy} onClick=${() => check(attempt)}
        aria-label=${`Check ${attempt.reference} with ${attempt.provider}`}>Check status</button>`}</td>
    </tr>`)}
  <//>`;
}

function Ledger({ journal }) {
  return html`<${Table} caption="Ledger" head=${["Time", "Kind", "Account", "#Amount"]} isEmpty=${journal.length === 0}
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
  const [isBusy, run] = useAction();
  const [confirm, question] = useConfirm();
  const left = difference(payments.captured, payments.refund_promised);
  const confirmPayment = async () => {
    const text = `You have received ${money(order.total, order.currency)} by bank transfer or in cash. It is recorded as paid, and `
      + "the sellers may ship. This cannot be undone; a mistake can only be corrected by a refund.";
    if (!(await confirm({ title: `Confirm the payment of order ${order.id}?`, text, action: "Payment received" }))) return;
    if (await run(() => call("POST", `orders/${order.id}/confirm/`, {}), "The payment is confirmed.")) onChange();
  };
  return html`<div class="row">
      <${RefundButton} order=${order} left=${left} onChange=${onChange} />
      ${order.payment_status === "pending" && order.status !== "cancelled" &&
        html`<button type="button" disabled=${isBusy} onClick=${confirmPayment}>Confirm payment …</button>`}
    </div>
    ${question}
    <${Attempts} order=${order} attempts=${payments.attempts} onChange=${onChange} />
    <${Refunds} order=${order} refunds=${payments.refunds} onChange=${onChange} />
    ${payments.disputes?.length > 0 && html`<${Table} caption="Disputes"
        head=${["Opened", "Provider", "Payment", "Amount", "Reason", "State"]}>
      ${payments.disputes.map((dispute) => html`<tr key=${dispute.id}>
        <td><${Time} at=${dispute.opened_at} /></td>
        <td>${dispute.provider}</td>
        <td class="code">${dispute.reference}</td>
        <td class="number">${money(dispute.amount, dispute.currency)}</td>
        <td>${dispute.reason}</td>
        <td>${dispute.status}</td>
      </tr>`)}
    <//>`}
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
