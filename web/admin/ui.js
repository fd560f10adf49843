// What the views share: loading, messages, confirmations, tables and formats.
import { html, useEffect, useRef, useState } from "/admin/html.js";

// Screen readers read messages out: successes politely, errors at once. The panel's frame shows them.
let shown = () => {};
export const onMessage = (listener) => { shown = listener; };
export const showMessage = (text) => shown({ text, isProblem: false });
export const showError = (error) => shown({ text: error.message, isProblem: true });

// {data, error, isLoading, reload, setData} of an asynchronous call, which is repeated when `on` changes.
export function useLoad(load, on) {
  const [state, setState] = useState({ data: null, error: null, isLoading: true });
  const latest = useRef(0);
  const reload = () => {
    const number = ++latest.current;
    setState((before) => ({ ...before, isLoading: true }));
    return load().then(
      (data) => number === latest.current && setState({ data, error: null, isLoading: false }),
      (error) => number === latest.current && setState({ data: null, error, isLoading: false }),
    );
  };
  useEffect(() => { reload(); }, on);
  return { ...state, reload, setData: (data) => setState({ data, error: null, isLoading: false }) };
}

// Runs a change, shows its outcome, and disables its button meanwhile: [isBusy, run].
export function useAction() {
  const [isBusy, setBusy] = useState(false);
  const isRunning = useRef(false);
  const run = async (change, success) => {
    if (isRunning.current) return undefined;
    isRunning.current = true;
    setBusy(true);
    try {
      const outcome = await change();
      showMessage(typeof success === "function" ? success(outcome) : success);
      return outcome;
    } catch (error) {
      showError(error);
      return undefined;
    } finally {
      isRunning.current = false;
      setBusy(false);
    }
  };
  return [isBusy, run];
}

export function Loaded({ of, children }) {
  if (of.error) return html`<p class="problem" role="alert">${of.error.message}</p>`;
  if (of.data === null) return html`<p class="quiet">Loading …</p>`;
  return children(of.data);
}

// A table that can be scrolled sideways by keyboard when it is wider than the screen.
export function Table({ caption, head, children, isEmpty, empty = "None." }) {
  if (isEmpty) return html`<p class="quiet">${empty}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption>${caption}</caption>
      <thead><tr>${head.map((name) => html`<th scope="col" class=${name.startsWith("#") ? "number" : ""}>${name.replace("#", "")}</th>`)}</tr></thead>
      <tbody>${children}</tbody>
    </table>
  </div>`;
}

export function Field({ label, hint, id, children }) {
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${children}
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
  </div>`;
}

export const Badge = ({ word }) => html`<span class=${`badge ${word}`}>${words(word)}</span>`;
export const words = (word) => word.replaceAll("_", " ");
export { money } from "/admin/money.js";

// Times come in UTC and are shown in the reader's time zone; the exact value stays in the markup.
export function Time({ at }) {
  return html`<time datetime=${at}>${new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })}</time>`;
}

export const today = () => new Date().toISOString().slice(0, 10);
export const daysFrom = (day, count) => {
  const moved = new Date(`${day}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + count);
  return moved.toISOString().slice(0, 10);
};

// A modal dialog with a form. While `onSubmit` runs, it is disabled and cannot be closed; an error of `onSubmit` is shown
// inside of it, and the form keeps its values.
export function Dialog({ title, action, isDangerous, onSubmit, onClose, children }) {
  const dialog = useRef(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  // The state of a component changes later than the next press may come.
  const isRunning = useRef(false);
  useEffect(() => { dialog.current.showModal(); }, []);
  const submit = async (event) => {
    event.preventDefault();
    if (isRunning.current) return;
    // Read before the fields are disabled: a form has no others.
    const form = new FormData(event.target);
    isRunning.current = true;
    setBusy(true);
    setProblem("");
    try {
      await onSubmit(form);
    } catch (error) {
      setProblem(error.message);
    } finally {
      isRunning.current = false;
      setBusy(false);
    }
  };
  // A browser closes a dialog at the second Escape, even if the page prevented the first.
  const closed = () => (isRunning.current ? dialog.current.showModal() : onClose());
  return html`<dialog ref=${dialog} onClose=${closed} onCancel=${(event) => isRunning.current && event.preventDefault()}
      aria-labelledby="dialog-title">
    <form onSubmit=${submit} aria-busy=${isBusy}>
      <h2 id="dialog-title">${title}</h2>
      <fieldset disabled=${isBusy}>${children}</fieldset>
      <p class="problem" role="alert">${problem}</p>
      <div class="row end">
        <button type="button" class="plain" disabled=${isBusy} onClick=${() => dialog.current.close()}>Cancel</button>
        <button class=${isDangerous ? "danger" : ""} disabled=${isBusy}>${isBusy ? "Sending …" : action}</button>
      </div>
    </form>
  </dialog>`;
}

// Asks before something that cannot be undone: [confirm, element]. `confirm({title, text, action})` resolves to true or
// false.
export function useConfirm() {
  const [question, setQuestion] = useState(null);
  const confirm = (asked) => new Promise((resolve) => setQuestion({ ...asked, resolve }));
  const end = (answer) => {
    question.resolve(answer);
    setQuestion(null);
  };
  const element = question && html`<${Dialog} title=${question.title} action=${question.action} isDangerous
      onSubmit=${async () => end(true)} onClose=${() => end(false)}><p>${question.text}</p><//>`;
  return [confirm, element];
}
