// Preact with htm: components are functions, markup is a tagged template, and every value in it is set as text or as a
// property, never parsed as HTML.
import { h, render } from "/assets/preact/preact.mjs";
import htm from "/assets/htm/htm.mjs";

export { useEffect, useRef, useState } from "/assets/preact/hooks.mjs";
export { render };
export const html = htm.bind(h);
