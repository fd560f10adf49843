// What sellers are owed, payouts by where they stand, and what staff can do about them.
import { html, useState } from "/admin/html.js";
import { call, withQuery } from "/admin/api.js";
import { callOnce } from "/admin/once.js";
import { Badge, Dialog, Field, Loaded, Table, Time, money, showMessage, useAction, useConfirm, useLoad } from "/admin/ui.js";

const STATES = ["created", "sent", "paid", "failed", "returned"];
const RUN_FOR_ALL = {
  title: "Pay all sellers now?",
  text: "Everybody who has enough available and has said where it goes is paid, as in the daily run.",
  action: "Pay all",
};

function Balances({ onPaid }) {
  const list = useLoad(() => call("GET", "payouts/balances/"), []);
  const [isBusy, run] = useAction();
  const [confirm, question] = useConfirm();
  const pay = async (balance) => {
    const amount = money(balance.available, balance.currency);
    const asked = { title: `Pay ${amount} to seller ${balance.seller_id}?`, text: "It cannot be called back.", action: "Pay" };
    if (!(await confirm(asked))) return;
    const path = `payouts/sellers/${balance.seller_id}/run/`;
    const send = () => callOnce(`payout/${balance.seller_id}/${balance.currency}`, "POST", path, { currency: balance.currency });
    if (await run(send, (made) => `${money(made.amount, made.currency)} are on their way.`)) {
      list.reload();
      onPaid();
    }
  };
  const payAll = async () => {
    if (await confirm(RUN_FOR_ALL)) run(() => call("POST", "payouts/run/", {}), (found) => found.detail);
  };
  return html`<div class="row">
      <button type="button" disabled=${isBusy} onClick=${payAll}>Pay all now …</button>
      <button type="button" class="plain" disabled=${list.isLoading} onClick=${list.reload}>Reload balances</button>
    </div>
    ${question}
    <${Loaded} of=${list}>${({ balances }) => html`
      <${Table} caption="Balances of sellers" head=${["Seller", "#Pending", "#Available", "#On its way", "#Paid", "Pay"]}
          isEmpty=${balances.length === 0} empty="No seller has earned anything yet.">
        ${balances.map((one) => html`<tr key=${`${one.seller_id}${one.currency}`}>
          <td><a href=${`#/users/${one.seller_id}`}>${one.seller_id}</a></td>
          <td class="number">${money(one.pending, one.currency)}</td>
          <td class="number">${money(one.available, one.currency)}</td>
          <td class="number">${money(one.in_transit, one.currency)}</td>
          <td class="number">${money(one.paid, one.currency)}</td>
          <td>${Number(one.available) > 0 && html`<button type="button" class="plain" disabled=${isBusy}
            aria-label=${`Pay seller ${one.seller_id} in ${one.currency}`} onClick=${() => pay(one)}>Pay …</button>`}</td>
        </tr>`)}
      <//>`}<//>`;
}

function GiveUp({ payout, onDone, onClose }) {
  const [reason, setReason] = useState("");
  const submit = async () => {
    const failed = await call("POST", `payouts/${payout.reference}/fail/`, { reason });
    showMessage(`${money(failed.amount, failed.currency)} are available to the seller again.`);
    onDone();
  };
  return html`<${Dialog} title=${`Give up ${payout.reference}?`} action="Give up" isDangerous onSubmit=${submit} onClose=${onClose}>
    <p>Its provider is asked first, and must know nothing of it.</p>
    <${Field} id="reason" label="Reason">
      <input id="reason" required maxlength="150" value=${reason} onInput=${(event) => setReason(event.target.value)} />
    <//>
  <//>`;
}

function Row({ payout, onChange }) {
  const [isBusy, run] = useAction();
  const [isGivingUp, setGivingUp] = useState(false);
  const check = () => run(() => call("POST", `payouts/${payout.reference}/check/`, {}), (found) => `The payout is ${found.status}.`)
    .then((found) => found && onChange());
  const isOpen = ["created", "sent"].includes(payout.status);
  return html`<tr>
    <td><${Time} at=${payout.created_at} /></td>
    <td class="code">${payout.reference}</td>
    <td><a href=${`#/users/${payout.seller_id}`}>${payout.seller_id}</a></td>
    <td>${payout.recipient.provider}, ${payout.recipient.account}, ${payout.recipient.name}</td>
    <td><${Badge} word=${payout.status} /></td>
    <td class="number">${money(payout.amount, payout.currency)}</td>
    <td>${payout.problem}</td>
    <td>
      ${(isOpen || payout.status === "paid") && html`<button type="button" class="plain" disabled=${isBusy} onClick=${check}
        aria-label=${`Check ${payout.reference}`}>Check</button> `}
      ${isOpen && html`<button type="button" class="plain" disabled=${isBusy} onClick=${() => setGivingUp(true)}
        aria-label=${`Give up ${payout.reference}`}>Give up …</button>`}
      ${isGivingUp && html`<${GiveUp} payout=${payout} onClose=${() => setGivingUp(false)}
        onDone=${() => { setGivingUp(false); onChange(); }} />`}
    </td>
  </tr>`;
}

const HEAD = ["Begun", "Reference", "Seller", "To", "Status", "#Amount", "Problem", "Actions"];

export function Payouts() {
  const [state, setState] = useState("created");
  const list = useLoad(() => call("GET", withQuery("payouts/", { state })), [state]);
  return html`<${Balances} onPaid=${list.reload} />
    <${Field} id="state" label="Payouts that are">
      <select id="state" value=${state} onChange=${(event) => setState(event.target.value)}>
        ${STATES.map((one) => html`<option value=${one}>${one}</option>`)}
      </select>
    <//>
    <${Loaded} of=${list}>${({ payouts }) => html`
      <${Table} caption=${`Payouts that are ${state}`} head=${HEAD} isEmpty=${payouts.length === 0} empty="No payout is.">
        ${payouts.map((payout) => html`<${Row} key=${payout.reference} payout=${payout} onChange=${list.reload} />`)}
      <//>`}<//>`;
}
