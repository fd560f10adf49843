// The commands name the address that this page came from. Logins are there only where a demo shop is: on a local stack.
for (const place of document.querySelectorAll("[data-origin]")) {
  place.textContent = place.textContent
    .replaceAll("http://localhost:8000", location.origin)
    .replaceAll("ws://localhost:8000", location.origin.replace(/^http/, "ws"));
}

const answer = await fetch("/demo.json").catch(() => null);
if (answer?.ok) {
  const { buyer, sellers, admin } = await answer.json();
  const people = [["Buyer", buyer], ...sellers.map((seller) => ["Seller", seller]), ["Staff", admin]];
  const rows = document.querySelector("#logins tbody");
  for (const [role, { email, password }] of people) {
    const row = rows.insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = role;
    row.append(head);
    for (const value of [email, password]) {
      const code = document.createElement("code");
      code.textContent = value;
      row.insertCell().append(code);
    }
  }
  document.querySelector("#logins").hidden = false;
}
