// Products by text and category, or the hidden ones; stock and visibility are changed in the list.
import { html, useState } from "/admin/html.js";
import { call, withQuery } from "/admin/api.js";
import { callOnce } from "/admin/once.js";
import { Explanation } from "/admin/views/explanation.js";
import { Badge, Field, Loaded, Table, showError, money, useAction, useLoad } from "/admin/ui.js";

const HEAD = ["Product", "Category", "Seller", "#Price", "Stock", "Visibility"];
const NO_FILTER = { search: "", category: "", isHidden: false, page: 1 };

function ProductRow({ product, onChange }) {
  const [isBusy, run] = useAction();
  const [change, setChange] = useState("");
  const path = `products/${product.id}/`;
  // The change and not the result: orders may sell items while this page is open.
  const save = async (event) => {
    event.preventDefault();
    const changed = await run(
      () => callOnce(`stock/${product.id}`, "PATCH", path, { stock_change: Number(change) }),
      (found) => `Stock of ${product.name} is ${found.stock}.`,
    );
    if (changed) {
      setChange("");
      onChange(changed);
    }
  };
  const toggle = async () => {
    const changed = await run(() => call("PATCH", path, { is_active: !product.is_active }),
      `${product.name} is now ${product.is_active ? "hidden" : "shown"}.`);
    if (changed) onChange(changed);
  };
  return html`<tr>
    <td><a href=${`#/products/${product.id}`}>${product.name}</a></td>
    <td>${product.category.name}</td>
    <td><a href=${`#/users/${product.seller_id}`}>${product.seller_id}</a></td>
    <td class="number">${money(product.price, product.currency)}</td>
    <td><form class="row tight" onSubmit=${save}>
      <span class="number">${product.stock}</span>
      <input type="number" class="short" min="-10000000" max="10000000" step="1" required placeholder="±"
        aria-label=${`Stock change of ${product.name}`} value=${change} onInput=${(event) => setChange(event.target.value)} />
      <button disabled=${isBusy || !Number(change)} aria-label=${`Change the stock of ${product.name}`}>Change</button>
    </form></td>
    <td>
      <${Badge} word=${product.is_active ? "shown" : "hidden"} />${" "}
      <button type="button" class="plain" disabled=${isBusy} onClick=${toggle}
        aria-label=${`${product.is_active ? "Hide" : "Show"} ${product.name}`}>${product.is_active ? "Hide" : "Show"}</button>
    </td>
  </tr>`;
}

export function Products() {
  const [filter, setFilter] = useState(NO_FILTER);
  const categories = useLoad(() => call("GET", "categories/"), []);
  const page = useLoad(() => call("GET", filter.isHidden
    ? "products/hidden/"
    : withQuery("products/", { search: filter.search, category: filter.category, page: filter.page })), [filter]);
  const search = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    setFilter({ search: form.get("search").trim(), category: form.get("category"), isHidden: form.has("hidden"), page: 1 });
  };
  const changed = (product) => page.setData(
    { ...page.data, products: page.data.products.map((one) => (one.id === product.id ? product : one)) });
  const more = () => call("GET", withQuery("products/hidden/", { before: page.data.next }))
    .then((found) => page.setData({ ...found, products: [...page.data.products, ...found.products] }), showError);
  const last = page.data?.count === undefined ? 1 : Math.max(1, Math.ceil(page.data.count / page.data.page_size));
  return html`<form class="row" onSubmit=${search} role="search">
      <${Field} id="search" label="Search"><input id="search" name="search" type="search" maxlength="200" /><//>
      <${Field} id="category" label="Category">
        <select id="category" name="category">
          <option value="">all</option>
          ${(categories.data ?? []).map((category) => html`<option value=${category.slug}>${category.name}</option>`)}
        </select>
      <//>
      <label class="check"><input type="checkbox" name="hidden" /> Only hidden products, latest first</label>
      <button>Find</button>
      <a class="button" href="#/products/new">New product</a>
    </form>
    <${Loaded} of=${page}>${({ products, count, next }) => html`
      <${Table} caption=${filter.isHidden ? "Hidden products" : `${count} products`} head=${HEAD} isEmpty=${products.length === 0}
          empty="No products found.">
        ${products.map((product) => html`<${ProductRow} key=${product.id} product=${product} onChange=${changed} />`)}
      <//>
      ${next && html`<p><button type="button" class="plain" onClick=${more}>Show older products</button></p>`}
      ${last > 1 && html`<nav class="row" aria-label="Pages">
        <button type="button" class="plain" disabled=${filter.page <= 1} onClick=${() => setFilter({ ...filter, page: filter.page - 1 })}>Previous</button>
        <span>Page ${filter.page} of ${last}</span>
        <button type="button" class="plain" disabled=${filter.page >= last} onClick=${() => setFilter({ ...filter, page: filter.page + 1 })}>Next</button>
      </nav>`}
      ${filter.search && !filter.isHidden && html`<${Explanation} key=${filter.search}
        query=${{ search: filter.search, category: filter.category, page: filter.page }} />`}
    `}<//>`;
}
