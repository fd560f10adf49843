// Categories: added here, renamed and described in place.
import { html, useState } from "/admin/html.js";
import { call } from "/admin/api.js";
import { Field, Loaded, Table, useAction, useLoad } from "/admin/ui.js";

function CategoryRow({ category, onChange }) {
  const [isBusy, run] = useAction();
  const [name, setName] = useState(category.name);
  const [description, setDescription] = useState(category.description);
  const isSame = name === category.name && description === category.description;
  const save = async () => {
    const changes = { ...(name !== category.name && { name }), ...(description !== category.description && { description }) };
    const changed = await run(() => call("PATCH", `categories/${category.slug}/`, changes), `Saved ${name}.`);
    if (changed) onChange(changed);
  };
  return html`<tr>
    <td class="code">${category.slug}</td>
    <td><input aria-label=${`Name of ${category.slug}`} maxlength="100" value=${name} onInput=${(event) => setName(event.target.value)} /></td>
    <td><input aria-label=${`Description of ${category.slug}`} class="wide" maxlength="1000" value=${description}
      onInput=${(event) => setDescription(event.target.value)} /></td>
    <td><button type="button" disabled=${isBusy || isSame} aria-label=${`Save ${category.slug}`} onClick=${save}>Save</button></td>
  </tr>`;
}

export function Categories() {
  const list = useLoad(() => call("GET", "categories/"), []);
  const [isBusy, run] = useAction();
  const add = async (event) => {
    event.preventDefault();
    const form = event.target;
    const changes = Object.fromEntries(new FormData(form));
    if (await run(() => call("POST", "categories/", changes), (made) => `Added ${made.name}.`)) {
      form.reset();
      list.reload();
    }
  };
  return html`<${Loaded} of=${list}>${(categories) => html`
      <${Table} caption="Categories" head=${["Slug", "Name", "Description", "Change"]} isEmpty=${categories.length === 0}>
        ${categories.map((category) => html`<${CategoryRow} key=${category.slug} category=${category}
          onChange=${(changed) => list.setData(categories.map((one) => (one.slug === changed.slug ? changed : one)))} />`)}
      <//>`}<//>
    <h2>New category</h2>
    <form onSubmit=${add}>
      <${Field} id="name" label="Name"><input id="name" name="name" maxlength="100" required /><//>
      <${Field} id="description" label="Description"><input id="description" name="description" class="wide" maxlength="1000" /><//>
      <button disabled=${isBusy}>Add category</button>
    </form>`;
}
