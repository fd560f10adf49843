// What was sold, and the revenue: as charts, and the same figures as tables.
import { html, useEffect, useRef, useState } from "/admin/html.js";
import { call, withQuery } from "/admin/api.js";
import { Field, Loaded, Table, money, useLoad } from "/admin/ui.js";

const SPANS = [7, 30, 92];

// A line chart; the library is fetched when the first one is drawn. Colours come from the style sheet.
function Chart({ label, days, series }) {
  const place = useRef(null);
  useEffect(() => {
    let chart = null;
    let isGone = false;
    const watcher = new ResizeObserver(([entry]) => chart?.setSize({ width: entry.contentRect.width, height: 240 }));
    import("/assets/uplot/uPlot.esm.js").then(({ default: UPlot }) => {
      if (isGone) return;
      const style = getComputedStyle(place.current);
      const axis = { stroke: style.getPropertyValue("--text"), grid: { stroke: style.getPropertyValue("--line") } };
      chart = new UPlot(
        {
          width: place.current.clientWidth,
          height: 240,
          tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), "UTC"),
          axes: [axis, { ...axis, size: 70 }],
          series: [
            { label: "Day", value: "{YYYY}-{MM}-{DD}" },
            ...series.map(({ name, colour }) => ({
              label: name, stroke: style.getPropertyValue(colour), width: 2, points: { show: days.length <= 31 },
            })),
          ],
        },
        [days.map((day) => Date.parse(`${day}T00:00:00Z`) / 1000), ...series.map(({ values }) => values)],
        place.current,
      );
      watcher.observe(place.current);
    });
    return () => {
      isGone = true;
      watcher.disconnect();
      chart?.destroy();
    };
  }, [days, series]);
  return html`<figure><figcaption>${label}</figcaption><div class="chart" ref=${place} role="img" aria-label=${label}></div></figure>`;
}

function Sheet({ sheet }) {
  const { currency, days, sellers } = sheet;
  const dates = days.map((row) => row.day);
  const sum = (name) => days.reduce((total, row) => total + row[name], 0);
  const numbers = (name) => days.map((row) => Number(row[name]));
  return html`<section aria-label=${`Sales in ${currency}`}>
    <h2>${currency}: ${sum("orders")} orders, ${sum("pieces")} items</h2>
    <${Chart} label=${`Revenue and refunds by day in ${currency}, ${dates[0]} to ${dates.at(-1)}`} days=${dates} series=${[
      { name: "Revenue", colour: "--accent", values: numbers("revenue") },
      { name: "Refunds", colour: "--danger", values: numbers("refunds") },
    ]} />
    <${Chart} label=${`Orders and items by day, ${dates[0]} to ${dates.at(-1)}`} days=${dates} series=${[
      { name: "Orders", colour: "--accent", values: numbers("orders") },
      { name: "Items", colour: "--quiet", values: numbers("pieces") },
    ]} />
    <details>
      <summary>Daily figures as a table</summary>
      <${Table} caption=${`By day (UTC), in ${currency}`} head=${["Day", "#Orders", "#Items", "#Revenue", "#Refunds"]}>
        ${[...days].reverse().map((row) => html`<tr key=${row.day}>
          <td>${row.day}</td><td class="number">${row.orders}</td><td class="number">${row.pieces}</td>
          <td class="number">${row.revenue}</td><td class="number">${row.refunds}</td>
        </tr>`)}
      <//>
    </details>
    <${Table} caption=${`By seller, in ${currency}`} head=${["Seller", "#Orders", "#Items", "#Revenue", "#Refunds"]}
        isEmpty=${sellers.length === 0} empty="No sales in this period.">
      ${sellers.map((row) => html`<tr key=${row.seller_id}>
        <td><a href=${`#/users/${row.seller_id}`}>${row.seller_id}</a></td>
        <td class="number">${row.orders}</td><td class="number">${row.pieces}</td>
        <td class="number">${money(row.revenue, currency)}</td><td class="number">${money(row.refunds, currency)}</td>
      </tr>`)}
    <//>
  </section>`;
}

export function Sales() {
  const [days, setDays] = useState(30);
  const sales = useLoad(() => call("GET", withQuery("sales/", { days })), [days]);
  return html`<${Field} id="span" label="Period">
      <select id="span" value=${days} onChange=${(event) => setDays(Number(event.target.value))}>
        ${SPANS.map((span) => html`<option value=${span} selected=${span === days}>last ${span} days</option>`)}
      </select>
    <//>
    <p class="quiet">Orders count on the day they were placed, cancelled ones excluded; money counts on the day it moved.</p>
    <${Loaded} of=${sales}>${({ currencies }) => currencies.map((sheet) => html`<${Sheet} key=${sheet.currency} sheet=${sheet} />`)}<//>`;
}
