// Warns before a silent session ends, and lets it go on at the press of a button. Without it everything typed goes through signing in.
"use strict";
(() => {
  const place = document.getElementById("session");
  const idle = Number(place?.dataset.idle ?? 0) * 1000;
  if (!idle) return;
  const early = Math.min(5 * 60_000, idle / 3);
  let warning = 0;
  let end = 0;

  const say = (text, stay) => {
    place.replaceChildren();
    if (!text) return;
    const line = document.createElement("p");
    line.textContent = text;
    place.append(line);
    if (!stay) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Stay signed in";
    button.addEventListener("click", prolong);
    place.append(button);
  };

  const ended = () => {
    clearTimeout(warning);
    clearTimeout(end);
    say("The session has ended. Everything typed is still here: recording asks for your token first and then goes on.", false);
  };

  const begin = () => {
    clearTimeout(warning);
    clearTimeout(end);
    say("", false);
    const minutes = Math.max(1, Math.round(early / 60_000));
    const text = `Without a sign of you the session ends in ${minutes === 1 ? "a minute" : `${minutes} minutes`}. Nothing typed will be lost.`;
    warning = setTimeout(() => say(text, true), idle - early);
    end = setTimeout(ended, idle);
  };

  async function prolong() {
    try {
      const response = await fetch("/session", { method: "POST" });
      if (response.status === 401) ended();
      else if (response.ok) begin();
    } catch {
      say("The service can't be reached at the moment. Everything typed is still here.", true);
    }
  }

  document.addEventListener("covercheck:alive", begin);
  document.addEventListener("covercheck:ended", ended);
  begin();
})();
