// What the views share: loading, messages, questions, tables and the words of the shop.
import { html, useEffect, useRef, useState } from "/admin/html.js";

// Messages are read out: what succeeded politely, what failed at once. The panel's frame shows them.
let shown = () => {};
export const onMessage = (listener) => { shown = listener; };
export const tell = (text) => shown({ text, isProblem: false });
export const complain = (error) => shown({ text: error.message, isProblem: true });

// {data, error, isLoading, reload, setData} of an asynchronous question that is asked anew when `on` changes.
export function useLoad(ask, on) {
  const [state, setState] = useState({ data: null, error: null, isLoading: true });
  const latest = useRef(0);
  const reload = () => {
    const number = ++latest.current;
    setState((before) => ({ ...before, isLoading: true }));
    return ask().then(
      (data) => number === latest.current && setState({ data, error: null, isLoading: false }),
      (error) => number === latest.current && setState({ data: null, error, isLoading: false }),
    );
  };
  useEffect(() => { reload(); }, on);
  return { ...state, reload, setData: (data) => setState({ data, error: null, isLoading: false }) };
}

// Runs a change, tells its outcome, and keeps its button from being pressed twice: [isBusy, run].
export function useAction() {
  const [isBusy, setBusy] = useState(false);
  const run = async (change, success) => {
    setBusy(true);
    try {
      const outcome = await change();
      tell(typeof success === "function" ? success(outcome) : success);
      return outcome;
    } catch (error) {
      complain(error);
      return undefined;
    } finally {
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
export function Table({ caption, head, children, isEmpty, empty = "Nothing here." }) {
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
export const money = (amount, currency) => `${amount} ${currency}`;

// Times come in UTC and are shown in the reader's own zone; the exact value stays in the markup.
export function Time({ at }) {
  return html`<time datetime=${at}>${new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })}</time>`;
}

export const today = () => new Date().toISOString().slice(0, 10);
export const daysFrom = (day, count) => {
  const moved = new Date(`${day}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + count);
  return moved.toISOString().slice(0, 10);
};

// A modal dialog with a form. `onDone` gets what `children` made of the form, null when it was left.
export function Dialog({ title, action, isDangerous, onSubmit, onClose, children }) {
  const dialog = useRef(null);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => { dialog.current.showModal(); }, []);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    await onSubmit();
    setBusy(false);
  };
  return html`<dialog ref=${dialog} onClose=${onClose} aria-labelledby="dialog-title">
    <form onSubmit=${submit}>
      <h2 id="dialog-title">${title}</h2>
      ${children}
      <div class="row end">
        <button type="button" class="plain" onClick=${() => dialog.current.close()}>Leave it</button>
        <button class=${isDangerous ? "danger" : ""} disabled=${isBusy}>${action}</button>
      </div>
    </form>
  </dialog>`;
}

// Asks before something that cannot be taken back: [ask, element]. `ask({title, text, action})` answers true or false.
export function useQuestion() {
  const [question, setQuestion] = useState(null);
  const ask = (said) => new Promise((resolve) => setQuestion({ ...said, resolve }));
  const end = (answer) => {
    question.resolve(answer);
    setQuestion(null);
  };
  const element = question && html`<${Dialog} title=${question.title} action=${question.action} isDangerous
      onSubmit=${async () => end(true)} onClose=${() => end(false)}><p>${question.text}</p><//>`;
  return [ask, element];
}
