// The call sheet while somebody is on the phone.
"use strict";
(() => {
  const form = document.getElementById("call");
  if (!form) return;

  // A date nobody filled in is a blank line on paper, not a pattern of letters.
  addEventListener("beforeprint", () => {
    for (const input of form.querySelectorAll("input[type=date], input[type=time]")) input.classList.toggle("blank", !input.value);
  });
})();
