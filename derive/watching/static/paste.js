"use strict";
// Checks what stands in the box, a moment after the last key.
const frame = document.getElementById("report");
const state = document.getElementById("state");
const error = document.getElementById("error");
const text = document.getElementById("text");
const suffix = document.getElementById("suffix");
const words = document.body.dataset;
let timer = 0;
let number = 0;

async function check() {
  const mine = ++number;
  error.textContent = "";
  if (!text.value.trim()) {
    state.textContent = words.nothing;
    frame.srcdoc = "";
    return;
  }
  state.textContent = words.checking;
  let answer;
  try {
    const reply = await fetch("check", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text: text.value, suffix: suffix.value }),
    });
    if (mine !== number || reply.status === 409) return;
    answer = reply.ok ? await reply.json() : { error: (await reply.text()).trim() };
  } catch {
    answer = { error: words.ended };
  }
  if (mine !== number) return;
  if (answer.error) {
    state.textContent = words.unchecked;
    error.textContent = answer.error;
    return;
  }
  state.textContent = answer.coverage;
  const top = frame.contentWindow ? frame.contentWindow.scrollY : 0;
  frame.addEventListener("load", () => frame.contentWindow.scrollTo(0, top), { once: true });
  frame.srcdoc = answer.html;
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(check, 300);
}

text.addEventListener("input", soon);
suffix.addEventListener("change", soon);
if (text.value) soon();
