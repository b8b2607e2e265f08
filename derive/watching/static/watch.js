"use strict";
// Shows the report, and again whenever the watch says that it has changed, at the same place.
const frame = document.getElementById("report");
const state = document.getElementById("state");
const error = document.getElementById("error");
const words = document.body.dataset;
let start = "";

function shown() {
  // the page that is looked at, or the start if none is, or it is gone
  try {
    const name = decodeURIComponent(frame.contentWindow.location.pathname.split("/report/")[1] || "");
    return name;
  } catch {
    return "";
  }
}

function load(name) {
  const view = frame.contentWindow;
  const top = view && shown() === name ? view.scrollY : 0;
  frame.addEventListener("load", () => {
    try { frame.contentWindow.scrollTo(0, top); } catch { /* another page by now */ }
  }, { once: true });
  frame.src = `report/${encodeURIComponent(name)}?${Date.now()}`;
}

const events = new EventSource("events");
events.onmessage = (event) => {
  const news = JSON.parse(event.data);
  if (news.busy) {
    state.textContent = words.checking;
    return;
  }
  const failures = [news.error, ...(news.failures || [])].filter(Boolean);
  error.textContent = failures.join("\n");
  if (!news.start) {
    state.textContent = words.nothing;
    return;
  }
  state.textContent = words.checked.replace("{time}", new Date().toLocaleTimeString());
  const at = shown();
  const here = start === news.start && at && news.names.includes(at) ? at : news.start;
  if (here !== at || news.changed.includes(here) || here === "index.html") load(here);
  start = news.start;
};
events.onerror = () => { state.textContent = words.ended; };
