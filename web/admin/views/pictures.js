// The pictures of a product: sent, ordered, made the main one, removed. A file is checked after it was sent, and shown then.
import { html, useEffect, useRef, useState } from "/admin/html.js";
import { call } from "/admin/api.js";
import { Badge, Field, Loaded, Table, showError, useAction, useConfirm, useLoad } from "/admin/ui.js";

const TYPES = "image/jpeg,image/png,image/webp,image/gif";
// What the gateway takes in one request.
const MAX_BYTES = 4_300_000;
// A check takes some seconds; after a minute it is no longer looked for.
const LOOK_EVERY_MS = 3000;
const MAX_LOOKS = 20;

const place = (image) => image.order + 1;
const smallest = (image) => image.sizes.reduce((one, other) => (other.width < one.width ? other : one));

function PictureRow({ image, count, isMain, isBusy, onArrange, onRemove }) {
  const label = `picture ${place(image)}`;
  return html`<tr>
    <td>${image.status === "ready"
      ? html`<img class="thumb" src=${smallest(image).image_url} alt=${`Picture ${place(image)} of the product`} loading="lazy" />`
      : html`<span class="quiet">Not shown</span>`}</td>
    <td class="number">${place(image)}</td>
    <td><${Badge} word=${image.status} />${image.reason && html`<p class="hint">${image.reason}</p>`}</td>
    <td>${image.width ? `${image.width} × ${image.height}` : ""}</td>
    <td>${isMain ? html`<${Badge} word="main" />` : html`<button type="button" class="plain" disabled=${isBusy || image.status === "refused"}
        aria-label=${`Make ${label} the main one`} onClick=${() => onArrange({ image_type: "main" }, image)}>Make main</button>`}</td>
    <td><div class="row tight">
      <button type="button" class="plain" disabled=${isBusy || image.order === 0}
        aria-label=${`Move ${label} up`} onClick=${() => onArrange({ order: image.order - 1 }, image)}>Up</button>
      <button type="button" class="plain" disabled=${isBusy || place(image) === count}
        aria-label=${`Move ${label} down`} onClick=${() => onArrange({ order: image.order + 1 }, image)}>Down</button>
      <button type="button" class="plain" disabled=${isBusy} aria-label=${`Remove ${label}`}
        onClick=${() => onRemove(image)}>Remove</button>
    </div></td>
  </tr>`;
}

function SendPicture({ path, onSent }) {
  const [isBusy, run] = useAction();
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [problem, setProblem] = useState("");
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    const body = new FormData(form);
    const file = body.get("image");
    setProblem("");
    if (file.size > MAX_BYTES) return setProblem(`The file has ${(file.size / 1e6).toFixed(1)} MB; here it may have 4.3 MB.`);
    const send = () => call("POST", path, body, key).catch((error) => { setProblem(error.message); throw error; });
    const sent = await run(send, `Sent ${file.name}. It is shown once it has been checked.`);
    if (!sent) return undefined;
    form.reset();
    setKey(crypto.randomUUID());
    return onSent();
  };
  // Another file is another request.
  return html`<form onSubmit=${submit} onChange=${() => setKey(crypto.randomUUID())}>
    <${Field} id="image" label="New picture" hint="JPEG, PNG, WebP or GIF, up to 4.3 MB.">
      <input id="image" name="image" type="file" accept=${TYPES} required aria-describedby="image-hint" />
    <//>
    <label class="check"><input type="checkbox" name="image_type" value="main" /> Main picture</label>
    <p class="problem" role="alert">${problem}</p>
    <button disabled=${isBusy}>${isBusy ? "Sending …" : "Send picture"}</button>
  </form>`;
}

export function Pictures({ productId }) {
  const path = `products/${productId}/images/`;
  const images = useLoad(() => call("GET", path), [productId]);
  const [isBusy, run] = useAction();
  const [confirm, question] = useConfirm();
  const heading = useRef(null);
  const looks = useRef(0);
  const found = images.data ?? [];
  const waits = found.some((image) => image.status === "quarantined");
  useEffect(() => {
    if (!waits || looks.current >= MAX_LOOKS) return undefined;
    const timer = setTimeout(() => { looks.current += 1; images.reload(); }, LOOK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [images.data]);
  const reload = () => { looks.current = 0; return images.reload(); };
  // What is said of a change is true of the list that is shown by then.
  const change = async (method, image, body) => { const answer = await call(method, `${path}${image.id}/`, body); await reload(); return answer; };
  const arrange = (wanted, image) => {
    const said = wanted.order === undefined ? `Picture ${place(image)} is to be the main one.` : `Picture ${place(image)} is now number ${wanted.order + 1}.`;
    return run(() => change("PATCH", image, wanted), said);
  };
  const remove = async (image) => {
    const asked = { title: `Remove picture ${place(image)}?`, text: "Its files are removed as well. This cannot be undone.", action: "Remove picture" };
    if (!(await confirm(asked))) return;
    if (!(await run(() => change("DELETE", image), `Picture ${place(image)} is removed.`))) return;
    // The button that was pressed is gone.
    heading.current?.focus();
  };
  return html`<section aria-labelledby="pictures">
    <h2 id="pictures" tabindex="-1" ref=${heading}>Pictures</h2>
    <${Loaded} of=${images}>${(list) => html`
      <${Table} caption="Pictures in their order" head=${["Picture", "#Place", "Status", "Size", "Main", "Change"]}
          isEmpty=${list.length === 0} empty="No pictures yet.">
        ${list.map((image) => html`<${PictureRow} key=${image.id} image=${image} count=${list.length} isMain=${image.is_primary}
          isBusy=${isBusy} onArrange=${arrange} onRemove=${remove} />`)}
      <//>`}<//>
    <button type="button" class="plain" onClick=${() => reload().catch(showError)}>Look again</button>
    ${question}
    <${SendPicture} path=${path} onSent=${reload} />
  </section>`;
}
