// Whether the books of the last days balance.
import { html, useState } from "/admin/html.js";
import { call, withQuery } from "/admin/api.js";
import { Field, Loaded, Table, money, useLoad } from "/admin/ui.js";

const SPANS = [1, 7, 31];

export function Books() {
  const [days, setDays] = useState(7);
  const books = useLoad(() => call("GET", withQuery("books/", { days })), [days]);
  return html`<div class="row">
      <${Field} id="span" label="Period">
        <select id="span" value=${days} onChange=${(event) => setDays(Number(event.target.value))}>
          ${SPANS.map((span) => html`<option value=${span} selected=${span === days}>${span === 1 ? "today" : `last ${span} days`}</option>`)}
        </select>
      <//>
      <button type="button" class="plain" disabled=${books.isLoading} onClick=${books.reload}>Check again</button>
    </div>
    <div role="status" aria-busy=${books.isLoading}>
      <${Loaded} of=${books}>${({ problems, orders, entries, first, last }) => (problems.length === 0
        ? html`<p class="good">Everything adds up: ${orders} orders and ${entries} ledger entries from ${first} to ${last}.</p>`
        : html`<p class="problem">${problems.length} problems from ${first} to ${last}:</p><ul>${problems.map((text) => html`<li>${text}</li>`)}</ul>`)}<//>
    </div>
    ${books.data && html`<p class="quiet">Money received is positive; money owed to others is negative. All accounts of a currency add up to zero.</p>
      ${Object.entries(books.data.balances).map(([currency, accounts]) => html`
        <${Table} key=${currency} caption=${`Accounts in ${currency}`} head=${["Account", "#Balance"]}>
          ${Object.entries(accounts).map(([account, amount]) => html`<tr key=${account}>
            <td>${account}</td><td class="number">${money(amount, currency)}</td>
          </tr>`)}
        <//>`)}`}`;
}
