// The call sheet while somebody is on the phone: keeps what is typed in this tab alone, and shows what the answers mean as they come in.
"use strict";
(() => {
  const form = document.getElementById("call");
  if (!form) return;
  const byId = (id) => document.getElementById(id);
  const key = `covercheck.call.${form.dataset.check}`;
  const signedOut = "covercheck.signed_out";
  const own = new Set(["once", "seen", "shown", "lease"]); // the server's fields, never put back
  let keeps = true;
  let isSent = false;

  // --- what is typed stays in this tab ---

  const typed = () => [...new FormData(form)].filter(([name, value]) => !own.has(name) && value !== "");
  const begun = JSON.stringify(typed());

  const keep = () => {
    if (!keeps) return;
    const fields = typed();
    if (JSON.stringify(fields) === begun && form.dataset.fresh) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify({ by: form.dataset.by, once: form.elements.once.value, at: Date.now(), fields }));
  };

  const kept = () => {
    try {
      const found = JSON.parse(sessionStorage.getItem(key) ?? "null");
      const out = Number(localStorage.getItem(signedOut) ?? 0);
      if (found && found.by === form.dataset.by && found.at > out) return found.fields;
    } catch {
      // unreadable: as if nothing had been kept
    }
    sessionStorage.removeItem(key);
    return null;
  };

  const putBack = (fields) => {
    form.reset();
    for (const [name, value] of fields) {
      const field = form.elements[name];
      if (!field || own.has(name)) continue;
      if (field instanceof RadioNodeList) field.value = value;
      else if (field.type === "checkbox") field.checked = true;
      else if (field.type === "radio") field.checked = field.value === value;
      else field.value = value;
    }
  };

  addEventListener("storage", (event) => {
    if (event.key !== signedOut) return;
    keeps = false;
    sessionStorage.removeItem(key);
  });

  // --- what the answers mean so far ---

  const questions = () => [...form.querySelectorAll("li.question")];
  const isAnswered = (question) => question.querySelector("input[type=radio]:checked") !== null;
  let running = null;
  let besideNow = null;
  let waiting = 0;

  const show = (told) => {
    byId("live").innerHTML = told.panel;
    if (besideNow !== told.beside) {
      besideNow = told.beside;
      byId("beside").innerHTML = told.beside;
      localTimes();
    }
    for (const question of questions()) {
      const name = question.dataset.question;
      const needless = told.needless.includes(name);
      question.classList.toggle("needless", needless);
      const text = needless ? "No longer needed: its answer can change nothing now." : (told.notes[name] ?? []).join(" ");
      const place = byId(`meanwhile.${name}`);
      if (place.textContent !== text) place.textContent = text;
    }
    const place = byId("announce");
    if (place.textContent !== told.announcement) place.textContent = told.announcement;
  };

  const localTimes = () => {
    for (const time of form.querySelectorAll("#beside time"))
      time.textContent = new Date(time.dateTime).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  };

  const trouble = (text) => {
    const place = byId("trouble");
    if (place.textContent !== text) place.textContent = text;
  };

  const workOut = async () => {
    clearTimeout(waiting);
    running?.abort();
    const mine = (running = new AbortController());
    try {
      const response = await fetch(`${form.getAttribute("action")}/live`, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams(new FormData(form)),
        signal: mine.signal,
      });
      if (response.status === 401) {
        document.dispatchEvent(new Event("covercheck:ended"));
        return;
      }
      if (!response.ok) throw new Error(String(response.status));
      show(await response.json());
      trouble("");
      document.dispatchEvent(new Event("covercheck:alive"));
    } catch (error) {
      if (error.name !== "AbortError") trouble("What it means so far can't be worked out at the moment. Everything typed is kept.");
    }
  };

  const soon = (after) => {
    clearTimeout(waiting);
    waiting = setTimeout(workOut, after);
  };

  form.addEventListener("input", (event) => {
    keep();
    soon(event.target.matches("input[type=radio], input[type=checkbox], select") ? 100 : 900);
  });
  form.addEventListener("submit", () => {
    keep();
    isSent = true;
    clearTimeout(waiting);
    running?.abort();
  });
  byId("work-out").addEventListener("click", (event) => {
    event.preventDefault();
    keep();
    workOut();
  });

  // --- from one open question to the next ---

  const goOn = byId("next-open");
  goOn.hidden = false;
  goOn.addEventListener("click", () => {
    const all = questions();
    const last = all.findLastIndex(isAnswered);
    const open = (question) => !isAnswered(question) && !question.classList.contains("needless");
    const next = all.slice(last + 1).find(open) ?? all.find(open);
    if (next) next.querySelector("input[type=radio]").focus();
    else form.elements.read_back.focus();
  });

  // --- whoever leaves does not call any more ---

  addEventListener("pagehide", () => {
    if (!isSent) navigator.sendBeacon(`${form.getAttribute("action")}/leave`, new URLSearchParams({ lease: form.elements.lease.value }));
  });

  // --- at the beginning ---

  localTimes();
  form.autocomplete = "off"; // what was sent is not put back by going back; what was not sent is kept here
  addEventListener("pageshow", (event) => {
    if (event.persisted && isSent) location.reload();
  });

  if (form.dataset.fresh) {
    const fields = kept();
    if (fields) {
      putBack(fields);
      byId("announce").textContent = "What was typed here before is back.";
      const empty = byId("begin-empty");
      empty.hidden = false;
      empty.addEventListener("click", () => {
        sessionStorage.removeItem(key);
        form.reset();
        empty.hidden = true;
        goOn.focus();
        workOut();
      });
      soon(0);
    }
  } else {
    keep();
    soon(0);
  }

  // A date nobody filled in is a blank line on paper, not a pattern of letters.
  addEventListener("beforeprint", () => {
    for (const input of form.querySelectorAll("input[type=date], input[type=time]")) input.classList.toggle("blank", !input.value);
  });
})();
