/* The page Tune: an editor beside what its text would do. The server tries the text; only `save` writes a file. */
(function () {
  "use strict";
  var WAIT = 200, open = null;

  function el(name) { return document.getElementById(name); }
  function say(text) { if (el("tune-said")) { el("tune-said").textContent = text; } }
  function answered(answer) {
    return answer.json().then(function (told) {
      if (answer.ok) { return told; }
      throw new Error((told.said || ["the server refused"]).join("; "));
    });
  }
  function post(where, sent, token) {
    var headers = { "Content-Type": "application/json" };
    if (token) { headers["X-Relations-Token"] = token; }
    return fetch(where, { method: "POST", headers: headers, body: JSON.stringify(sent) }).then(answered);
  }
  function fileNow(name) {
    return fetch("/tune/file?name=" + encodeURIComponent(name), { cache: "no-store" }).then(answered);
  }

  /* The script of the editor comes only when the page is opened. */
  var script = null;
  function editorScript(address) {
    script = script || new Promise(function (done, failed) {
      var tag = document.createElement("script");
      tag.src = address;
      tag.onload = done;
      tag.onerror = function () { script = null; failed(new Error("the editor could not be loaded")); };
      document.head.appendChild(tag);
    });
    return script;
  }

  /* What is not saved is kept for this window, so that neither another page nor a reload loses it. */
  function keep(file, text) {
    try {
      if (text === null) { window.sessionStorage.removeItem("tune " + file); } else { window.sessionStorage.setItem("tune " + file, JSON.stringify(text)); }
    } catch (full) { /* then it is not kept */ }
  }
  function kept(file) {
    try { return JSON.parse(window.sessionStorage.getItem("tune " + file)); } catch (odd) { return null; }
  }

  function isDirty() { return open && open.editor.text() !== open.base; }
  function marked() {
    if (el("tune-save")) { el("tune-save").disabled = !isDirty(); }
    if (el("tune-revert")) { el("tune-revert").disabled = !isDirty(); }
  }

  function screenNow() {
    var room = el("tune-outcome");
    var dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
    return { theme: dark ? "dark" : "light", width: Math.max(300, Math.floor((room ? room.clientWidth : 600) / 20) * 20) };
  }

  /* One question at a time: while one is asked, later changes wait, and only the last of them is asked. */
  function attempt() {
    var mine = open;
    if (!mine || mine.asking) { if (mine) { mine.again = true; } return; }
    mine.asking = true;
    mine.again = false;
    el("tune-outcome").classList.add("waiting");
    var asked = { file: mine.file, text: mine.editor.text(), line: mine.editor.line(), view: mine.view, screen: screenNow() };
    if (el("tune-against")) { asked.against = el("tune-against").value; }
    post("/tune/try", asked).then(function (told) {
      if (mine !== open) { return; }
      window.dash_clientside.relations.grow(told.nodes, "tune-outcome");
      if (asked.text === mine.editor.text()) { mine.editor.show(told.problems); }
      mine.errors = told.errors;
      el("tune-outcome").dataset.tried = String(Number(el("tune-outcome").dataset.tried || 0) + 1);
    }).catch(function (odd) { if (mine === open) { say("not tried: " + odd.message); } }).finally(function () {
      mine.asking = false;
      if (mine !== open || !el("tune-outcome")) { return; }
      el("tune-outcome").classList.remove("waiting");
      if (mine.again) { attempt(); }
    });
  }
  var timer = null;
  function soon() {
    window.clearTimeout(timer);
    timer = window.setTimeout(attempt, WAIT);
  }

  function take(told) {
    open.base = told.text;
    open.digest = told.digest;
  }

  function save(over) {
    if (!open || !open.token) { say("this server does not save: copy the text, or start it with --edit"); return; }
    var mine = open, text = mine.editor.text();
    say("saving…");
    post("/tune/save", { file: mine.file, text: text, digest: over || mine.digest }, mine.token).then(function (told) {
      if (mine !== open) { return; }
      if (told.theirs !== undefined) { conflict(told); return; }
      take(told);
      keep(mine.file, isDirty() ? { text: mine.editor.text(), digest: mine.digest } : null);
      el("tune-conflict").replaceChildren();
      say("saved at " + new Date().toLocaleTimeString() + (mine.errors ? "; with problems, so that pages keep the last good numbers" : ""));
      marked();
      soon();
    }).catch(function (odd) { say("not saved: " + odd.message); });
  }

  /* Somebody else has saved the file: both versions are shown, and nothing is written until a person has chosen. */
  function conflict(told) {
    var lines = told.lines.length ? told.lines : [["span", { class: "line" }, "Both are the same now."]];
    say("not saved: the file has changed on the disk");
    window.dash_clientside.relations.grow([
      ["h3", "The file has changed since you opened it"],
      ["p", "Nothing is lost: your text is in the editor, the other is on the disk. Lines with − are only on the disk, those with + only in yours."],
      ["pre", { tabindex: "0", "aria-label": "Differences" }].concat(lines),
      ["details", ["summary", "The whole text on the disk"], ["pre", { id: "tune-theirs", tabindex: "0" }, told.theirs]],
      ["p", { class: "buttons" }, ["button", { id: "tune-over" }, "save mine over it"], ["button", { id: "tune-take" }, "take the one on the disk"],
        ["button", { id: "tune-copy-mine" }, "copy mine first"]],
    ], "tune-conflict");
    el("tune-over").onclick = function () { save(told.digest); };
    el("tune-take").onclick = function () {
      take({ text: told.theirs, digest: told.digest });
      open.editor.replace(told.theirs);
      el("tune-conflict").replaceChildren();
      say("the text on the disk is in the editor; Ctrl+Z brings yours back");
    };
    el("tune-copy-mine").onclick = copy;
  }

  function copy() {
    if (!open) { return; }
    navigator.clipboard.writeText(open.editor.text()).then(
      function () { say("copied"); }, function () { say("not copied: select the text instead"); });
  }

  function start(given) {
    var place = el("editor");
    if (!given || !place || place.firstChild) { return; }
    var mine = { file: given.file, view: given.view, token: given.token, base: "", digest: "", asking: false };
    if (open) { open.editor.close(); open = null; }
    Promise.all([editorScript(given.editor), fileNow(given.file), fetch("/tune/schema").then(answered)]).then(function (got) {
      if (place !== el("editor") || place.firstChild) { return; }
      var before = kept(given.file);
      var label = "Text of " + given.file;
      mine.editor = window.relationsEditor.mount(place, { text: got[1].text, schema: got[2], label: label, told: {
        changed: function () { keep(mine.file, isDirty() ? { text: mine.editor.text(), digest: mine.digest } : null); marked(); soon(); },
        saved: function () { save(); },
        moved: function (line) { if (open === mine && mine.line !== line) { mine.line = line; soon(); } },
      } });
      open = mine;
      take(got[1]);
      mine.editor.go(given.line, false);
      if (before && before.text !== got[1].text) {
        mine.editor.replace(before.text);
        mine.digest = before.digest;
        mine.editor.go(given.line, false);
        say("your unsaved text is back in the editor");
      }
      marked();
      attempt();
    }).catch(function (odd) { say("the editor does not start: " + odd.message); });
  }

  /* The project has changed: what is not edited here follows; what is, stays, and its person is told. */
  function fresh() {
    var mine = open;
    if (!mine || !el("editor")) { return; }
    fileNow(mine.file).then(function (told) {
      if (mine !== open) { return; }
      if (told.digest !== mine.digest && !isDirty()) {
        take(told);
        mine.editor.replace(told.text);
        say("the file has changed on the disk; this is its text now");
      } else if (told.digest !== mine.digest && mine.told !== told.digest) {
        mine.told = told.digest;
        say("the file has changed on the disk; yours is kept, and both are shown when you save");
      }
      soon();
    }).catch(function (odd) { say(odd.message); });
  }

  document.addEventListener("change", function (event) {
    if (event.target.id === "tune-against") { soon(); }
  });
  document.addEventListener("click", function (event) {
    var target = event.target;
    if (target.id === "tune-save") { save(); }
    if (target.id === "tune-copy") { copy(); }
    if (target.id === "tune-revert" && open) {
      open.editor.replace(open.base);
      say("the text is as the file was opened; Ctrl+Z brings yours back");
    }
    var problem = target.closest && !target.closest("a") && target.closest("#tune-outcome [data-line]");
    if (problem && open && problem.dataset.file === open.file) { open.editor.go(Number(problem.dataset.line), true); }
  });
  window.addEventListener("resize", function () { if (open && el("editor")) { soon(); } });
  window.addEventListener("beforeunload", function (event) {
    if (isDirty() && el("editor")) { event.preventDefault(); }
  });

  Object.assign(window.dash_clientside.relations, {
    tune: function (given) { window.setTimeout(start, 0, given); return window.dash_clientside.no_update; },
    tuneFresh: function (version) { if (version) { fresh(); } return window.dash_clientside.no_update; },
  });
})();
