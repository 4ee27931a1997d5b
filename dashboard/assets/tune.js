/* The page Tune: an editor next to the effect of its text. The server tries the text; only `save` writes a file. */
(function () {
  "use strict";
  var WAIT = 200, open = null, dark = window.matchMedia("(prefers-color-scheme: dark)");
  var relations = window.dash_clientside.relations, placed = relations.placed;  // of live.js

  function el(name) { return document.getElementById(name); }
  function say(text) { if (el("tune-said")) { el("tune-said").textContent = text; } }
  function there(reply) {
    if (reply.gone) { throw new Error(reply.said.join("; ")); }
    return reply;
  }
  function post(where, sent, token) {
    var headers = { "Content-Type": "application/json" };
    if (token) { headers["X-Relations-Token"] = token; }
    return relations.asked(placed(where), { method: "POST", headers: headers, body: JSON.stringify(sent) });
  }
  function fileNow(name) {
    return relations.asked(placed("/tune/file?name=") + encodeURIComponent(name), { cache: "no-store" }).then(there);
  }
  function schemaNow() {  // without it there is an editor without completion
    return relations.asked(placed("/tune/schema")).catch(function () { return {}; });
  }

  /* The script of the editor comes only when the page is opened. */
  var script = null;
  function editorScript(address) {
    script = script || new Promise(function (done, failed) {
      var tag = document.createElement("script");
      tag.src = placed(address);
      tag.onload = done;
      tag.onerror = function () { script = null; failed(new Error("the editor could not be loaded")); };
      document.head.appendChild(tag);
    });
    return script;
  }

  /* What is not saved is kept in this browser, by project and file: another page, a reload or a closed window loses nothing. */
  var store = window.localStorage;
  function shelf(mine, file) { return "tune " + mine.project + " " + file; }
  function keep() {
    var mine = open;
    try {
      if (isDirty()) {
        store.setItem(shelf(mine, mine.file), JSON.stringify({ text: mine.editor.text(), digest: mine.digest }));
      } else {
        store.removeItem(shelf(mine, mine.file));
      }
    } catch (full) { say("this browser cannot keep unsaved text"); }
    document.querySelectorAll("#tune-files a").forEach(function (link) {
      var file = mine.files.filter(function (name) { return name.slice(name.lastIndexOf("/") + 1) === link.dataset.name; })[0];
      link.textContent = link.dataset.name + (file && kept(mine, file) ? " (not saved)" : "");
    });
  }
  function kept(mine, file) {
    try { return JSON.parse(store.getItem(shelf(mine, file))); } catch (odd) { return null; }
  }
  /* Texts whose files are gone: they are offered because nothing else leads to them. */
  function orphans(mine) {
    var found = [], begin = shelf(mine, "");
    for (var i = 0; i < store.length; i++) {
      var name = store.key(i);
      if (name.indexOf(begin) === 0 && mine.files.indexOf(name.slice(begin.length)) < 0) { found.push(name.slice(begin.length)); }
    }
    return found;
  }
  function offer(mine) {
    var found = orphans(mine);
    if (!found.length) { return; }
    relations.grow([["h3", "Unsaved text of files that are gone"]].concat(found.map(function (file) {
      return ["details", ["summary", file], ["pre", { tabindex: "0" }, (kept(mine, file) || { text: "" }).text],
        ["button", { "data-forget": file }, "discard it"]];
    })), "tune-conflict");
  }

  function isDirty() { return !!open && open.editor.text() !== open.base; }
  function marked() {
    if (el("tune-save")) { el("tune-save").disabled = !isDirty(); }
    if (el("tune-revert")) { el("tune-revert").disabled = !isDirty(); }
  }

  function screenNow() {
    var room = el("tune-outcome");
    return { theme: dark.matches ? "dark" : "light", width: Math.max(300, Math.floor((room ? room.clientWidth : 600) / 20) * 20) };
  }

  /* One request at a time: while one is under way, later changes wait, and only the last of them is sent. */
  function attempt() {
    var mine = open;
    if (!mine || !el("tune-outcome")) { return; }
    if (mine.asking) { mine.again = true; return; }
    mine.asking = true;
    mine.again = false;
    el("tune-outcome").classList.add("waiting");
    var asked = { file: mine.file, text: mine.editor.text(), line: mine.editor.line(), view: mine.view, screen: screenNow() };
    if (el("tune-against")) { asked.against = el("tune-against").value; }
    post("/tune/try", asked).then(there).then(function (reply) {
      if (mine !== open || !el("tune-outcome")) { return; }
      relations.grow(reply.nodes, "tune-outcome");
      el("tune-outcome").querySelectorAll("[data-line]").forEach(function (item) {
        if (item.dataset.file === mine.file) { item.tabIndex = 0; }
      });
      if (asked.text === mine.editor.text()) { mine.editor.show(reply.problems); }
      mine.errors = reply.errors;
      if (mine.failed && el("tune-said").textContent === mine.failed) { say(""); }  // another message stays
      mine.failed = "";
      el("tune-outcome").dataset.tried = String(Number(el("tune-outcome").dataset.tried || 0) + 1);
    }).catch(function (odd) {
      if (mine !== open) { return; }
      mine.failed = "no preview: " + odd.message;
      say(mine.failed);
      if (asked.against === "commit") {  // there may be none: go back to the current pages
        el("tune-against").value = "shown";
        mine.again = true;
        mine.failed = "";
      }
    }).finally(function () {
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

  function take(reply) {
    open.base = reply.text;
    open.digest = open.baseDigest = reply.digest;
  }

  /* One save at a time: what is to be saved while one is under way is saved after it. */
  function save(over) {
    var mine = open;
    if (!mine || !mine.token) { say("this server cannot save: copy the text, or start the server with --edit"); return; }
    if (mine.saving) { mine.saveAgain = true; return; }
    if (!isDirty() && over === undefined) { if (!el("tune-said").textContent) { say("nothing to save"); } return; }
    mine.saving = true;
    mine.saveAgain = false;
    say("saving…");
    post("/tune/save", { file: mine.file, text: mine.editor.text(), digest: over === undefined ? mine.digest : over }, mine.token).then(function (reply) {
      if (mine !== open) { return; }
      if (reply.gone) { say("not saved: the file is gone"); gone(); return; }
      if (reply.theirs !== undefined) { mine.saveAgain = false; conflict(reply); return; }
      take(reply);
      keep();
      el("tune-conflict").replaceChildren();
      say("saved at " + new Date().toLocaleTimeString() + (reply.errors ? "; it has problems, so pages keep the last good numbers" : ""));
      marked();
      soon();
    }).catch(function (odd) {
      say("not saved: " + odd.message);
    }).finally(function () {
      mine.saving = false;
      if (mine === open && mine.saveAgain && isDirty()) { save(); }
    });
  }

  /* Somebody else has saved the file: both versions are shown, and nothing is written until one is chosen. */
  function conflict(reply) {
    var lines = reply.lines.length ? reply.lines : [["span", { class: "line" }, "Both texts are now the same."]];
    say("not saved: the file has changed on the disk");
    relations.grow([
      ["h3", "The file has changed since you opened it"],
      ["p", "Nothing is lost. Your text is in the editor, the other version is on the disk. Lines marked − are only on the disk; lines marked + are only in your text."],
      ["pre", { tabindex: "0", "aria-label": "Differences" }].concat(lines),
      ["details", ["summary", "Full text on the disk"], ["pre", { id: "tune-theirs", tabindex: "0" }, reply.theirs]],
      ["p", { class: "buttons" }, ["button", { id: "tune-over" }, "overwrite it with mine"], ["button", { id: "tune-take" }, "use the version on the disk"],
        ["button", { id: "tune-copy-mine" }, "copy mine first"]],
    ], "tune-conflict");
    el("tune-over").onclick = function () { save(reply.digest); };
    el("tune-take").onclick = function () {
      take({ text: reply.theirs, digest: reply.digest });
      open.editor.replace(reply.theirs);
      el("tune-conflict").replaceChildren();
      say("the version on the disk is in the editor; Ctrl+Z brings yours back");
    };
    el("tune-copy-mine").onclick = copy;
  }

  function gone() {
    relations.grow([
      ["h3", "The file is gone from the disk"],
      ["p", "Nothing is lost: your text is in the editor."],
      ["p", { class: "buttons" }, ["button", { id: "tune-again" }, "write the file again"]],
    ], "tune-conflict");
    el("tune-again").onclick = function () { save(""); };
  }

  function copy() {
    if (!open) { return; }
    relations.copied(open.editor.text()).then(
      function () { say("copied"); }, function () { say("not copied: select the text instead"); });
  }

  /* A reload returns to the same line. */
  function remember(mine) {
    window.sessionStorage.setItem("tune line", JSON.stringify({ at: window.location.pathname, line: mine.line }));
  }
  function lineBefore() {
    try {
      var last = JSON.parse(window.sessionStorage.getItem("tune line"));
      return last && last.at === window.location.pathname ? last.line : 0;
    } catch (odd) { return 0; }
  }

  function start(given) {
    var place = el("editor");
    if (!given || !place || place.firstChild) { return; }
    var mine = { file: given.file, view: given.view, token: given.token, project: given.project, files: given.files, base: "", digest: "" };
    if (open) { open.editor.close(); open = null; }
    var before = kept(mine, given.file);
    var file = fileNow(given.file).catch(function (odd) {
      if (!before) { throw odd; }
      return { text: "", digest: "", gone: true };
    });
    Promise.all([editorScript(given.editor), file, schemaNow()]).then(function (got) {
      if (place !== el("editor") || place.firstChild) { return; }
      var back = before && before.text !== got[1].text;
      mine.editor = window.relationsEditor.mount(place, { text: back ? before.text : got[1].text, schema: got[2], label: "Text of " + given.file, told: {
        changed: function () { if (open === mine) { keep(); marked(); soon(); } },
        saved: function () { save(); },
        moved: function (line) { if (open === mine && mine.line !== line) { mine.line = line; remember(mine); soon(); } },
      } });
      open = mine;
      take(got[1]);
      // The unsaved text was based on the file as it was then: if somebody has saved it since, saving must report that.
      if (back) {
        mine.digest = got[1].gone ? "" : before.digest;
        say("your unsaved text is back in the editor" + (mine.digest === got[1].digest ? "" : "; the file has changed on the disk since"));
      }
      mine.editor.go(lineBefore() || given.line, false);
      offer(mine);
      if (got[1].gone) { gone(); }
      if (el("tune-against")) { el("tune-against").value = window.sessionStorage.getItem("tune-against") || "shown"; }
      keep();
      marked();
      attempt();
    }).catch(function (odd) { say("the editor could not start: " + odd.message); });
  }

  /* The project has changed: an unedited text follows; an edited one stays, with a notice. */
  function fresh() {
    var mine = open, then = mine && mine.digest;
    if (!mine || !el("editor") || mine.saving) { return; }
    function isOld() { return mine !== open || mine.saving || mine.digest !== then; }  // of an answer: the file was saved meanwhile
    schemaNow().then(function (schema) { if (mine === open && schema.properties) { mine.editor.learn(schema); } });
    fileNow(mine.file).then(function (reply) {
      if (isOld()) { return; }
      if (reply.digest !== mine.digest && !isDirty()) {
        take(reply);
        mine.editor.replace(reply.text);
        say("the file has changed on the disk; this is its text now");
      } else if (reply.digest !== mine.digest && mine.noticed !== reply.digest) {
        mine.noticed = reply.digest;
        say("the file has changed on the disk; your text is kept, and saving shows both");
      }
      soon();
    }).catch(function (odd) { if (!isOld()) { say("the file cannot be read now: " + odd.message); } });
  }

  document.addEventListener("change", function (event) {
    if (event.target.id === "tune-against") {
      window.sessionStorage.setItem("tune-against", event.target.value);
      soon();
    }
  });
  document.addEventListener("click", function (event) {
    var target = event.target;
    if (target.id === "tune-save") { save(); }
    if (target.id === "tune-copy") { copy(); }
    if (target.id === "tune-revert" && open) {
      open.editor.replace(open.base);
      open.digest = open.baseDigest;
      open.editor.view.focus();
      say("all changes are undone; Ctrl+Z brings them back");
    }
    if (target.dataset && target.dataset.forget && open) {
      store.removeItem(shelf(open, target.dataset.forget));
      el("tune-conflict").replaceChildren();
      offer(open);
    }
    var problem = target.closest && !target.closest("a") && target.closest("#tune-outcome [data-line]");
    if (problem && open && problem.dataset.file === open.file) { open.editor.go(Number(problem.dataset.line), true); }
  });
  window.addEventListener("resize", function () { if (el("editor")) { soon(); } });
  dark.addEventListener("change", function () { if (el("editor")) { soon(); } });
  document.addEventListener("keydown", function (event) {
    if (!open || !el("editor")) { return; }
    if ((event.ctrlKey || event.metaKey) && event.key === "s" && !event.defaultPrevented) {
      event.preventDefault();
      save();
    }
    var problem = event.key === "Enter" && event.target.closest && event.target.dataset.line && event.target.closest("#tune-outcome [tabindex]");
    if (problem) { open.editor.go(Number(problem.dataset.line), true); }
  });

  Object.assign(relations, {
    tune: function (given) { window.setTimeout(start, 0, given); return window.dash_clientside.no_update; },
    tuneFresh: function (version) { if (version) { fresh(); } return window.dash_clientside.no_update; },
  });
})();
