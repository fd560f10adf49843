// Why a search found what it found: how its words were understood, and what each product's score is made of.
import { html, useState } from "/admin/html.js";
import { call, withQuery } from "/admin/api.js";
import { Loaded, Table, useLoad } from "/admin/ui.js";

const HEAD = ["Product", "Found by", "#Score", "Made of"];
const STAGES = {
  exact: "all words as they are",
  wider: "synonyms, parts of words and misspellings",
  near: "some of the words, and what they mean",
};

function concept({ written, synonyms, mistakes }) {
  const also = synonyms.length ? `, also ${synonyms.join(", ")}` : "";
  return `“${written}”${also}${mistakes ? `, up to ${mistakes} wrong letters` : ""}`;
}

function Explained({ query }) {
  const explained = useLoad(() => call("GET", withQuery("search/explain/", query)), [query.search, query.category, query.page]);
  return html`<${Loaded} of=${explained}>${({ stage, words, concepts, hits }) => html`
    <p>Words that counted: ${words.join(", ") || "none"}. Found by: ${STAGES[stage]}.</p>
    ${concepts.length > 0 && html`<ul>${concepts.map((one) => html`<li>${concept(one)}</li>`)}</ul>`}
    <${Table} caption="Scores" head=${HEAD} isEmpty=${hits.length === 0} empty="No products found.">
      ${hits.map((hit) => html`<tr key=${hit.id}>
        <td><a href=${`#/products/${hit.id}`}>${hit.name}</a></td>
        <td>${STAGES[hit.stage]}</td>
        <td class="number">${hit.score.toFixed(2)}</td>
        <td>${Object.entries(hit.parts).filter(([, value]) => value).map(([name, value]) => `${name} ${value.toFixed(2)}`).join(", ")}</td>
      </tr>`)}
    <//>
  `}<//>`;
}

export function Explanation({ query }) {
  const [isOpen, setOpen] = useState(false);
  return html`<section>
    <button type="button" class="plain" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>Explain this search</button>
    ${isOpen && html`<${Explained} query=${query} />`}
  </section>`;
}
