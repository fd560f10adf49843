// One's own account: two-factor authentication set up, switched off, its backup codes made again; and the second step of
// a login.
import { html, useState } from "/admin/html.js";
import { call, secondFactor } from "/admin/api.js";
import { Dialog, Field, Loaded, showMessage, useLoad } from "/admin/ui.js";

const CODE = { inputmode: "numeric", autocomplete: "one-time-code", pattern: "[0-9 ]{6,7}", required: true };

// A form of one step: while it is sent its button is disabled, and what the server refuses is shown in it.
function Step({ action, onSubmit, children }) {
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await onSubmit(new FormData(event.target));
    } catch (error) {
      setProblem(error.message);
      setBusy(false);
    }
  };
  return html`<form onSubmit=${submit}>
    ${children}
    <p class="problem" role="alert">${problem}</p>
    <button disabled=${isBusy}>${action}</button>
  </form>`;
}

function CodeField({ hint }) {
  return html`<${Field} id="code" label="Code of your app" hint=${hint}><input id="code" name="code" ...${CODE} autofocus /><//>`;
}

// The second step of a login: a code of the app, or a backup code.
export function SecondFactor({ onDone }) {
  const [isBackup, setBackup] = useState(false);
  const give = async (form) => {
    if (isBackup) await secondFactor("validate-backup-code", { backup_code: form.get("backup") });
    else await secondFactor("verify-2fa", { token: form.get("code") });
    await onDone();
  };
  return html`<${Step} key=${isBackup} action="Verify" onSubmit=${give}>
      ${isBackup
        ? html`<${Field} id="backup" label="Backup code" hint="Each works once.">
            <input id="backup" name="backup" autocomplete="off" required autofocus />
          <//>`
        : html`<${CodeField} hint="Six digits; each code works once." />`}
    <//>
    <p><button type="button" class="plain" onClick=${() => setBackup(!isBackup)}>
      ${isBackup ? "Use a code of your app" : "Use a backup code"}
    </button></p>`;
}

function BackupCodes({ codes, action, onDone }) {
  return html`<section aria-label="Backup codes">
    <h2>Backup codes</h2>
    <p>Each logs you in once without your app. They are shown now and never again: keep them where you find them.</p>
    <ul class="codes">${codes.map((code) => html`<li key=${code}><code>${code}</code></li>`)}</ul>
    <button type="button" onClick=${onDone}>${action}</button>
  </section>`;
}

// From nothing to a second factor: a secret for the app, its first code, the backup codes.
export function Enrolment({ onDone }) {
  const [secret, setSecret] = useState(null);
  const [codes, setCodes] = useState(null);
  if (codes) return html`<${BackupCodes} codes=${codes} action="I have kept them" onDone=${onDone} />`;
  if (!secret) {
    const begin = async () => setSecret(await secondFactor("enable-2fa"));
    return html`<${Step} key="begin" action="Set up two-factor authentication" onSubmit=${begin} />`;
  }
  const prove = async (form) => setCodes((await secondFactor("verify-2fa", { token: form.get("code") })).backup_codes);
  return html`<p>Scan this with your authenticator app, or type the secret into it.</p>
    <img class="qr" src=${secret.qr_code} alt="QR code of the secret below" />
    <p>Secret: <code id="secret">${secret.secret}</code></p>
    <${Step} key="prove" action="Switch on" onSubmit=${prove}><${CodeField} hint="What the app shows now." /><//>`;
}

function Switched({ status, onChange }) {
  const [asked, setAsked] = useState("");
  const [codes, setCodes] = useState(null);
  const done = () => {
    setCodes(null);
    setAsked("");
    onChange();
  };
  if (codes) return html`<${BackupCodes} codes=${codes} action="I have kept them" onDone=${done} />`;
  const disable = async (form) => {
    const code = form.get("code").trim();
    await call("POST", "auth/disable-2fa/", /^[0-9 ]+$/.test(code) ? { token: code } : { backup_code: code });
    showMessage("Two-factor authentication is off.");
    done();
  };
  const regenerate = async (form) => {
    setCodes((await call("POST", "auth/regenerate-backup-codes/", { token: form.get("code") })).backup_codes);
  };
  return html`<p>Two-factor authentication is on. ${status.backup_codes_left} backup codes are left.</p>
    <p class="row">
      <button type="button" onClick=${() => setAsked("regenerate")}>New backup codes …</button>
      <button type="button" class="danger" onClick=${() => setAsked("disable")}>Switch off …</button>
    </p>
    ${asked === "regenerate" && html`<${Dialog} title="New backup codes?" action="Make new codes"
      onSubmit=${regenerate} onClose=${() => setAsked("")}>
      <p>Those of before are worth nothing then, and all your other sessions end.</p><${CodeField} />
    <//>`}
    ${asked === "disable" && html`<${Dialog} title="Switch two-factor authentication off?" action="Switch off" isDangerous
      onSubmit=${disable} onClose=${() => setAsked("")}>
      <p>Your password alone logs you in then, and all your other sessions end.</p>
      <${Field} id="code" label="Code of your app, or a backup code"><input id="code" name="code" autocomplete="one-time-code" required /><//>
    <//>`}`;
}

export function Account() {
  const status = useLoad(() => call("GET", "auth/2fa-status/"), []);
  return html`<h2>Two-factor authentication</h2>
    <${Loaded} of=${status}>${(found) => (found.enabled
      ? html`<${Switched} key=${found.backup_codes_left} status=${found} onChange=${status.reload} />`
      : html`<p>Your password alone logs you in.</p><${Enrolment} onDone=${status.reload} />`)}<//>`;
}
