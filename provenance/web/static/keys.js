// Single keys for those who decide by the hundred; every page works without this file.
"use strict";
(() => {
  const OFF = "provenance.keys.off";
  const box = document.getElementById("keys-on");
  const help = document.getElementById("keys");
  const kept = () => {
    try {
      return window.localStorage.getItem(OFF) === "1";
    } catch {
      return false; // storage may be forbidden; then the keys stay on
    }
  };
  const keep = (off) => {
    try {
      window.localStorage.setItem(OFF, off ? "1" : "0");
    } catch {
      // As above: the choice then holds for this page alone.
    }
  };
  let off = kept();
  if (help) help.hidden = false;
  if (box) {
    box.checked = !off;
    box.addEventListener("change", () => {
      off = !box.checked;
      keep(off);
    });
  }

  const isTyping = (element) =>
    element.matches("input:not([type=checkbox]), textarea, select") || element.isContentEditable;

  const step = (forward) => {
    const links = [...document.querySelectorAll("[data-row] a[href]")];
    const here = links.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
    const next = links[forward ? here + 1 : Math.max(here - 1, 0)];
    if (!next) return false;
    next.focus();
    next.scrollIntoView({ block: "center" });
    return true;
  };

  const press = (element) => {
    const needs = element.dataset.needs && document.getElementById(element.dataset.needs);
    if (needs && !needs.value.trim()) {
      needs.focus();
      return;
    }
    if (element.matches("summary")) {
      element.parentElement.open = !element.parentElement.open;
      element.focus();
      return;
    }
    element.click();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
    if ((off && event.key !== "?") || isTyping(event.target)) return;
    const key = event.key.toLowerCase();
    const element = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (element) {
      event.preventDefault();
      press(element);
    } else if ((key === "j" || key === "k") && step(key === "j")) {
      event.preventDefault();
    }
  });

  const problem = document.querySelector(".problem");
  if (problem) {
    problem.tabIndex = -1;
    problem.focus();
  }
})();
