// One product, or a new one, as a form.
import { html, useState } from "/admin/html.js";
import { call } from "/admin/api.js";
import { Field, Loaded, useAction, useLoad } from "/admin/ui.js";
import { Pictures } from "/admin/views/pictures.js";

const NEW = { name: "", price: "", stock: 0, category: { slug: "" }, description: "", is_active: true, is_featured: false };

function ProductForm({ product, categories, onSaved }) {
  const isNew = product.id === undefined;
  const [isBusy, run] = useAction();
  const [key] = useState(() => crypto.randomUUID());
  // Shown beside the button as well, which may be far below the message at the top.
  const [problem, setProblem] = useState("");
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const body = {
      name: form.get("name"),
      price: form.get("price"),
      category: form.get("category"),
      description: form.get("description"),
      is_active: form.has("is_active"),
      is_featured: form.has("is_featured"),
    };
    // The stock is sent only when it was changed here, with the value that was shown: orders may have changed it since.
    if (isNew || Number(form.get("stock")) !== product.stock) body.stock = Number(form.get("stock"));
    if (!isNew && body.stock !== undefined) body.stock_seen = product.stock;
    if (isNew && form.get("seller_id")) body.seller_id = Number(form.get("seller_id"));
    setProblem("");
    const send = () => (isNew ? call("POST", "products/", body, key) : call("PATCH", `products/${product.id}/`, body));
    const saved = await run(() => send().catch((error) => { setProblem(error.message); throw error; }), `Saved ${body.name}.`);
    if (saved) onSaved(saved);
  };
  return html`<form onSubmit=${submit}>
    <${Field} id="name" label="Name"><input id="name" name="name" class="wide" maxlength="200" required defaultValue=${product.name} /><//>
    <${Field} id="price" label=${`Price${product.currency ? ` in ${product.currency}` : ""}`}>
      <input id="price" name="price" inputmode="decimal" pattern="[0-9]+([.][0-9]+)?" required defaultValue=${product.price} />
    <//>
    <${Field} id="stock" label="Stock" hint=${isNew ? "" : `${product.stock} when this page was loaded. The product list can add or subtract items instead.`}>
      <input id="stock" name="stock" type="number" min="0" max="10000000" step="1" required defaultValue=${product.stock}
        aria-describedby="stock-hint" />
    <//>
    <${Field} id="category" label="Category">
      <select id="category" name="category" required>
        <option value="">Choose one</option>
        ${categories.map((category) => html`<option value=${category.slug} selected=${category.slug === product.category.slug}>${category.name}</option>`)}
      </select>
    <//>
    ${isNew && html`<${Field} id="seller_id" label="Seller's account" hint="The account number; leave empty for your own.">
      <input id="seller_id" name="seller_id" inputmode="numeric" pattern="[0-9]+" aria-describedby="seller_id-hint" />
    <//>`}
    <${Field} id="description" label="Description">
      <textarea id="description" name="description" rows="5" maxlength="10000" defaultValue=${product.description}></textarea>
    <//>
    <label class="check"><input type="checkbox" name="is_active" defaultChecked=${product.is_active} /> Shown in the shop</label>
    <label class="check"><input type="checkbox" name="is_featured" defaultChecked=${product.is_featured} /> Featured</label>
    <p class="problem" role="alert">${problem}</p>
    <button disabled=${isBusy}>${isNew ? "Add product" : "Save"}</button>
  </form>`;
}

export function Product({ id }) {
  const isNew = id === "new";
  const product = useLoad(() => (isNew ? Promise.resolve(NEW) : call("GET", `products/${id}/`)), [id]);
  const categories = useLoad(() => call("GET", "categories/"), []);
  const saved = (made) => {
    if (isNew) location.hash = `#/products/${made.id}`;
    else product.setData(made);
  };
  return html`<p><a href="#/products">All products</a></p>
    <${Loaded} of=${product}>${(found) => html`
      <h2>${isNew ? "New product" : found.name}</h2>
      ${!isNew && html`<p class="quiet">Product ${found.id}, slug ${found.slug}, <a href=${`#/users/${found.seller_id}`}>seller ${found.seller_id}</a></p>`}
      <${Loaded} of=${categories}>${(list) => html`
        <${ProductForm} key=${`${found.updated_at}/${found.stock}`} product=${found} categories=${list} onSaved=${saved} />`}<//>
      ${!isNew && html`<${Pictures} key=${found.id} productId=${found.id} />`}
    `}<//>`;
}
