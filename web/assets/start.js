// The commands use the address of this page. Logins exist only on a local stack, where there is a demo shop.
for (const element of document.querySelectorAll("[data-origin]")) {
  element.textContent = element.textContent
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
