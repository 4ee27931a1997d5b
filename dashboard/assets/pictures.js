/* Pictures of charts: saved, copied, checked as a file, and looked up from a screenshot. */
(function () {
  "use strict";
  var relations = window.dash_clientside.relations, placed = relations.placed;  // of live.js

  /* Save a picture: the server sends the figure, the browser draws it, the server adds the record to the file. */
  function base64(text) {
    var bytes = new TextEncoder().encode(text), found = "";
    for (var i = 0; i < bytes.length; i += 8192) { found += String.fromCharCode.apply(null, bytes.subarray(i, i + 8192)); }
    return window.btoa(found);
  }
  function drawnAs(figure, kind, factor) {
    var div = document.createElement("div");
    div.style.cssText = "position:absolute;left:-99999px;top:0";
    document.body.appendChild(div);
    return window.Plotly.newPlot(div, figure.figure.data, figure.figure.layout, { staticPlot: true }).then(function () {
      return window.Plotly.toImage(div, { format: kind, width: figure.width, height: figure.height, scale: factor });
    }).then(function (url) {
      var data = url.slice(url.indexOf(",") + 1);
      return kind === "png" ? data : base64(decodeURIComponent(data));
    }).finally(function () {
      window.Plotly.purge(div);
      div.remove();
    });
  }
  function pictured(query) {
    return relations.asked(placed("/picture?") + query).then(function (figure) {
      var drawn = {};
      return figure.draws.reduce(function (before, kind) {
        return before.then(function () { return drawnAs(figure, kind, kind === "png" ? figure.factor : 1); }).then(function (data) { drawn[kind] = data; });
      }, Promise.resolve()).then(function () { return drawn; });
    }).then(function (drawn) {
      return relations.sent(placed("/saved?") + query, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ drawn: drawn }),
      });
    });
  }
  function viewOf(button) {
    return "view=" + encodeURIComponent(button.dataset.view) + "&preset=" + document.getElementById("save-preset").value;
  }
  function save(button) {
    var form = document.getElementById("save-format").value.split(" "), status = document.getElementById("saved"), name = "picture";
    status.textContent = "drawing…";
    pictured(viewOf(button) + "&format=" + form[0] + "&factor=" + form[1]).then(function (answer) {
      name = (/filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition")) || [])[1] || name;
      return answer.blob();
    }).then(function (blob) {
      var link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = name;
      link.click();
      window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
      status.textContent = "saved as " + name;
    }).catch(function (odd) { status.textContent = "not saved: " + odd.message; });
  }
  relations.on("click", "#save", save);

  /* Copy a picture: the file that is saved as PNG, at once as a promise, because a browser allows this only right after the click. */
  var NO_PICTURES = "this browser cannot copy pictures here; save the picture instead";
  function copyPicture(button) {
    var status = document.getElementById("saved");
    if (!window.isSecureContext || !navigator.clipboard || !navigator.clipboard.write || !window.ClipboardItem) {
      status.textContent = "not copied: " + NO_PICTURES;
      return;
    }
    status.textContent = "drawing…";
    var failed = null, blob = pictured(viewOf(button) + "&format=png&factor=print").then(function (answer) { return answer.blob(); });
    blob.catch(function (odd) { failed = odd; });
    navigator.clipboard.write([new window.ClipboardItem({ "image/png": blob })]).then(
      function () { status.textContent = "picture copied: paste it into a document"; },
      function (odd) {
        var why = failed ? failed.message : odd.name === "NotAllowedError" ? "the browser did not allow it; allow the clipboard, or save the picture instead" : NO_PICTURES;
        status.textContent = "not copied: " + why;
      });
  }
  relations.on("click", "#copy-picture", copyPicture);

  /* Check a file: it goes to this server and nowhere else; what comes back is shown as text. */
  function showVerdict(name, reply) {
    var first = document.createElement("p"), list = document.createElement("ul");
    first.textContent = name + ": " + reply.said[0];
    first.className = reply.same ? "same" : "changed";
    list.append.apply(list, reply.said.slice(1).map(function (text) {
      var item = document.createElement("li");
      item.textContent = text;
      return item;
    }));
    document.getElementById("verdict").replaceChildren(first, list);
  }
  function check(file) {
    var place = document.getElementById("verdict");
    place.textContent = "reading " + file.name + "…";
    relations.asked(placed("/verified"), { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file })
      .then(function (reply) { showVerdict(file.name, reply); })
      .catch(function (odd) { place.textContent = "not checked: " + odd.message; });
  }

  /* Look up a screenshot: the server sends a line for each step, and stops when nobody listens any more. */
  var search = null;
  function lookUp() {
    var view = document.getElementById("look-up-view").value, code = document.getElementById("look-up-code").value;
    var place = document.getElementById("verdict"), cancel = document.createElement("button");
    var own = new AbortController(), decoder = new TextDecoder(), rest = "", said = false, bar = document.createElement("progress"), words = document.createElement("span");
    function line(text) {
      var step = JSON.parse(text);
      if (step.said) { said = true; showVerdict(code || view, step); return; }
      bar.max = step.of;
      bar.value = step.done;
      words.textContent = " " + step.done + " of " + step.of + " " + step.what;
    }
    function read(reader) {
      return reader.read().then(function (part) {
        var lines = (rest + decoder.decode(part.value, { stream: !part.done })).split("\n");
        rest = lines.pop();
        if (search === own) { lines.forEach(line); }
        if (part.done && !said) { throw new Error("the server stopped answering"); }
        return part.done ? null : read(reader);
      });
    }
    if (search) { search.abort(); }
    search = own;
    bar.setAttribute("aria-label", "Progress");
    words.setAttribute("aria-hidden", "true");  // a screen reader would speak each step
    cancel.textContent = "Cancel";
    cancel.id = "look-up-cancel";
    place.replaceChildren(bar, words, " ", cancel);
    relations.sent(placed("/looked-up"), {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ view: view, code: code }), signal: own.signal,
    })
      .then(function (answer) { return read(answer.body.getReader()); })
      .catch(function (odd) { if (search === own) { place.textContent = odd.name === "AbortError" ? "cancelled" : "not looked up: " + odd.message; } })
      .finally(function () { if (search === own) { search = null; } });
  }
  relations.on("click", "#look-up", lookUp);
  relations.on("click", "#look-up-cancel", function () { if (search) { search.abort(); } });
  relations.on("keydown", "#look-up-form input", function (input, event) { if (event.key === "Enter") { lookUp(); } });
  relations.on("change", "#check-file", function (input) { if (input.files.length) { check(input.files[0]); } });
  ["dragover", "drop"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      if (!document.getElementById("drop")) { return; }
      event.preventDefault();
      if (kind === "drop" && event.dataTransfer.files.length) { check(event.dataTransfer.files[0]); }
    });
  });
})();
