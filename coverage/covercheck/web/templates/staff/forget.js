// Forgets what this tab keeps of a call: of one check after it was recorded, of all after signing out, then in the other tabs too.
"use strict";
(() => {
  const { check, out } = document.currentScript.dataset;
  const kept = "covercheck.call.";
  if (check) sessionStorage.removeItem(kept + check);
  if (!out) return;
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(kept)) sessionStorage.removeItem(name);
  localStorage.setItem("covercheck.signed_out", String(Date.now()));
})();
