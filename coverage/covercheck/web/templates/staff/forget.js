// Forgets what this tab keeps of a call: that of one form after it was recorded, everything after signing out, then in the other tabs too.
"use strict";
(() => {
  const { check, once, out } = document.currentScript.dataset;
  const prefix = "covercheck.call.";
  if (check) {
    const kept = JSON.parse(sessionStorage.getItem(prefix + check) ?? "{}");
    if (kept.once === once) sessionStorage.removeItem(prefix + check);
  }
  if (!out) return;
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(prefix)) sessionStorage.removeItem(name);
  localStorage.setItem("covercheck.signed_out", String(Date.now()));
})();
