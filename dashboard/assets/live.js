/* What the browser adds: it reports its size and theme, and checks regularly whether the numbers have changed. pictures.js and tune.js use
   its functions; Dash loads them after it, in the order of the names. */
(function () {
  "use strict";
  var reported = null, EVERY = 150, LOW = 620, dark = window.matchMedia("(prefers-color-scheme: dark)");

  /* Addresses are written from "/"; a server may stand under a prefix, which is added here. */
  var PREFIX = JSON.parse(document.getElementById("_dash-config").textContent).requests_pathname_prefix.replace(/\/$/, "");
  var ADDRESSES = ["href", "data-address", "data-figure", "data-nodes"];
  function placed(address) { return address.charAt(0) === "/" ? PREFIX + address : address; }

  /* What the server replies. A refusal, and an answer that is not its own (a proxy's page), become an error in words. */
  function replied(answer) {
    return answer.text().then(function (text) {
      var reply;
      try { reply = JSON.parse(text); } catch (odd) { throw new Error("the server answered with status " + answer.status); }
      if (answer.ok) { return reply; }
      throw new Error((reply.said || ["the server refused the request"]).join("; "));
    });
  }
  function sent(address, options) {
    return fetch(address, options).then(function (answer) { return answer.ok ? answer : replied(answer); }, function (odd) {
      throw odd.name === "AbortError" ? odd : new Error("the server does not answer; is it running?");
    });
  }
  function asked(address, options) { return sent(address, options).then(replied); }
  function plotted(place, chart) { return window.Plotly.newPlot(place, chart.figure.data, chart.figure.layout, chart.config); }

  /* An event on an element of a kind, or on what is inside it, wherever and whenever it is on the page. */
  function on(kind, selector, act) {
    document.addEventListener(kind, function (event) {
      var element = event.target.closest && event.target.closest(selector);
      if (element) { act(element, event); }
    });
  }

  function measured() {
    var page = document.querySelector("main"), room = window.innerWidth;
    if (page && page.clientWidth) {
      var style = window.getComputedStyle(page);
      room = page.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 2;
    }
    return { theme: dark.matches ? "dark" : "light", width: Math.floor(Math.min(room, 1200) / 20) * 20, low: window.innerHeight < LOW };
  }

  function same(a, b) {
    return a && b && a.theme === b.theme && a.width === b.width && a.low === b.low;
  }

  /* Long content comes as [element, {attributes} if it has any, child, …]; a text becomes a text node, never read as HTML.
     A chart comes as ["graph", {figure, config}]: it gets its element here, and is drawn when that has its place; one of the class
     "sheet" is drawn when the page is printed. */
  function made(part) {
    if (typeof part === "string") { return document.createTextNode(part); }
    if (part[0] === "graph") {
      var place = document.createElement("div");
      place.className = part[1].className || "graph";
      place.drawn = part[1];
      return place;
    }
    var element = document.createElement(part[0]), named = part[1] && part[1].constructor === Object ? part[1] : {};
    Object.keys(named).forEach(function (name) {
      element.setAttribute(name, ADDRESSES.indexOf(name) < 0 ? named[name] : placed(named[name]));
    });
    if (/^https?:/.test(named.href || "")) {
      element.rel = "noopener noreferrer";
      element.target = "_blank";
    }
    element.append.apply(element, part.slice(named === part[1] ? 2 : 1).map(made));
    return element;
  }

  /* On small screens rows are cards: each cell of a long table knows its heading. */
  function label(table) {
    var headings = Array.from(table.querySelectorAll("thead th"), function (heading) { return heading.textContent; });
    table.querySelectorAll("tbody tr").forEach(function (row) {
      Array.from(row.cells).forEach(function (cell, i) { cell.dataset.label = headings[i] || ""; });
    });
  }

  function draw(host) {
    host.querySelectorAll(".graph").forEach(function (place) { plotted(place, place.drawn); });
  }

  /* A part that takes longer to work out comes when the rest is there. */
  function filled(place) {
    asked(place.dataset.nodes).then(function (nodes) {
      place.replaceChildren.apply(place, nodes.map(made));
      place.classList.remove("later");
      place.querySelectorAll(".scroll table").forEach(label);
      draw(place);
    }).catch(function (odd) { place.append("This part cannot be shown: " + odd.message); });
  }

  /* A chart that is scrolled to is asked for and drawn. */
  var nearby = new IntersectionObserver(function (seen) {
    seen.filter(function (one) { return one.isIntersecting; }).forEach(function (one) {
      var place = one.target;
      nearby.unobserve(place);
      if (place.dataset.nodes) { filled(place); return; }
      asked(place.dataset.figure + "&" + new URLSearchParams({ width: measured().width, theme: measured().theme }))
        .then(function (chart) { return plotted(place, chart); })
        .then(function () { place.classList.remove("later"); })
        .catch(function (odd) { place.textContent = "This chart cannot be drawn: " + odd.message; });
    });
  }, { rootMargin: "300px 0px" });

  var NARROW = 560;  // pixels, as in the style sheet

  /* What becomes of content that has its place: what begins open is opened, tables are labelled, parts that come later are watched. */
  function settled(host, first) {
    host.querySelectorAll("details[data-open]").forEach(function (details) {
      if (details.dataset.open !== "wide" || (first && window.innerWidth > NARROW)) { details.open = true; }
    });
    host.querySelectorAll(".scroll table, .standing table").forEach(label);
    host.querySelectorAll(".later").forEach(function (place) { nearby.observe(place); });
    host.querySelectorAll(".strip").forEach(function (strip) { strip.scrollLeft = strip.scrollWidth; });  // the latest years first
    reveal();
  }

  /* The first answer of the server may have the page as HTML, for people to read before Dash is ready. Its charts are drawn at once. Dash's
     elements are hidden by the style sheet until they take its place: then all that is on the page moves there as it is, with what is open
     and what has the focus. It is drawn again only if something has changed on the way. */
  var early = document.getElementById("first"), seenOn = measured();
  function begun() {
    var figures = JSON.parse(early.querySelector("script").textContent)[seenOn.theme];
    early.querySelectorAll(".graph").forEach(function (place, i) { place.drawn = figures[i]; });
    draw(early);
    settled(early, true);
  }
  function stops(root) { return Array.from(root.querySelectorAll("a, summary, [tabindex]")); }
  function takePlace(host) {
    var entry = document.getElementById("react-entry-point"), content = early.querySelector("main .plain"), focus = document.activeElement;
    var at = stops(early).indexOf(focus), opened = Array.from(early.querySelectorAll("[role=status] details"), function (one) { return one.open; });
    var said = early.querySelector("[role=status]").dataset, banner = document.getElementById("banner");
    var holds = Boolean(content) && said.shown === banner.dataset.shown && same(seenOn, measured());
    if (host && content) { host.append.apply(host, content.childNodes); }
    early.remove();
    early = null;
    banner.querySelectorAll("details").forEach(function (one, i) { one.open = Boolean(opened[i]); });
    var next = stops(entry)[at];
    if (next && (next === focus || next.tagName === "MAIN" || next.textContent === focus.textContent)) { next.focus({ preventScroll: true }); }
    return holds;
  }

  /* Put the content into its place. What was open stays open; the first time, the part that the address names is shown. */
  function grow(nodes, place, tries) {
    var host = document.getElementById(place);
    if (!host) {
      if (tries) { window.requestAnimationFrame(function () { grow(nodes, place, tries - 1); }); }
      return;
    }
    if (early && takePlace(host)) { return; }
    var first = !host.hasChildNodes();
    var open = Array.from(host.querySelectorAll("details[open][id]"), function (details) { return details.id; });
    var focus = host.contains(document.activeElement) && document.activeElement, held = focus && focus.id;
    var line = focus && focus.tagName === "SUMMARY" && focus.parentNode.id;
    host.querySelectorAll(".js-plotly-plot").forEach(function (place) { window.Plotly.purge(place); });
    host.replaceChildren.apply(host, nodes.map(made));
    if (first) { window.setTimeout(draw, 0, host); } else { draw(host); }  // the text does not wait for the charts
    if (held && document.getElementById(held)) { document.getElementById(held).focus(); }
    if (line && document.querySelector("#" + CSS.escape(line) + " > summary")) {
      document.querySelector("#" + CSS.escape(line) + " > summary").focus();
    }
    open.forEach(function (id) {
      var details = document.getElementById(id);
      if (details) { details.open = true; }
    });
    settled(host, first);
    if (first && window.location.hash) { window.location.replace(window.location.hash); }
  }

  /* The part that an address names may be closed: open it. */
  function reveal() {
    var name = window.location.hash.slice(1), part;
    try { part = document.getElementById(decodeURIComponent(name)); } catch (odd) { return; }
    var details = part && part.closest(".plain details");
    if (details && !details.open) {
      details.open = true;
      part.scrollIntoView();
    }
  }
  window.addEventListener("hashchange", reveal);

  /* A link in such content to another page changes the page as Dash's own links do. */
  on("click", ".plain a[href^='/']:not([data-file])", function (link, event) {
    if (early || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) { return; }
    event.preventDefault();
    window.dash_clientside.set_props("url", { pathname: link.pathname, search: link.search, hash: link.hash });
    window.scrollTo(0, 0);
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    relations: {
      placed: placed,
      asked: asked,
      sent: sent,
      on: on,
      copied: copied,
      screen: function (path, before) {
        var now = measured();
        reported = now;
        return same(now, before) ? window.dash_clientside.no_update : now;
      },
      grow: function (nodes, place) {
        grow(nodes || [], place, 20);
        return (nodes || []).length;
      },
    },
  });

  var waiting = null;
  function tell() {
    var now = measured();
    if (!document.getElementById("page")) { later(); return; }  // Dash has no layout yet, and throws if a property is set
    if (document.getElementById("editor")) { return; }  // that page handles its own size; built again, it would lose its place
    if (!same(now, reported) && window.dash_clientside.set_props) {
      reported = now;
      window.dash_clientside.set_props("screen", { data: now });
    }
  }
  function later() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(tell, 200);
  }
  window.addEventListener("resize", later);
  dark.addEventListener("change", later);

  /* On paper: the picture for memos in the place of the chart, which is drawn for the screen; charts that have no such picture are
     made as wide as the paper. */
  var SHEET = 700;
  function prepare() {
    document.querySelectorAll("details[data-open]").forEach(function (details) { details.open = true; });
    document.querySelectorAll(".sheet").forEach(function (place) {
      if (place.drawn && !place.hasChildNodes()) { plotted(place, place.drawn); }
    });
    document.querySelectorAll(".js-plotly-plot, .graph").forEach(function (graph) {
      var width = graph._fullLayout && graph._fullLayout.width;
      if (width && !graph.closest(".sheet")) { graph.style.setProperty("--on-paper", Math.min(1, SHEET / width)); }
    });
  }
  window.addEventListener("beforeprint", prepare);
  window.matchMedia("print").addEventListener("change", function (media) { if (media.matches) { prepare(); } });

  /* What a person opened stays open when the page is drawn anew, and on the next page of its kind. */
  var opened = new Set();
  function keep(details) {
    details.dataset.kept = "yes";
    details.open = opened.has(details.dataset.keep);
    details.addEventListener("toggle", function () { opened[details.open ? "add" : "delete"](details.dataset.keep); });
  }

  /* The current page names its stores: one for new numbers, one for an address that came back. */
  function pass(what, data) {
    var page = document.querySelector("[data-" + what + "]");
    if (page) { window.dash_clientside.set_props(page.dataset[what], { data: data }); }
  }
  window.addEventListener("popstate", function () {
    window.setTimeout(function () { pass("address", window.location.search); }, 0);
  });

  /* Controls are native: their values go to the page's store, with the name of the one that was used. */
  var asks = 0;
  function tellControls(form, by) {
    var held = {};
    new FormData(form).forEach(function (value, name) { held[name] = value; });
    asks += 1;
    window.dash_clientside.set_props("asked", { data: { by: by, held: held, count: asks } });
  }
  on("change", "form.controls", function (form, event) { if (event.target.name) { tellControls(form, event.target.name); } });
  on("click", "form.controls [data-asks]", function (button) { tellControls(button.form, button.dataset.asks); });
  document.addEventListener("submit", function (event) { event.preventDefault(); });

  /* Filters are native too: what they hold is the address, and the server answers with the rows. */
  on("change", "form.filters", function (form) {
    var filters = new URLSearchParams();
    new FormData(form).forEach(function (value, name) { if (value.trim()) { filters.append(name, value.trim()); } });
    window.dash_clientside.set_props("url", { search: String(filters) ? "?" + filters : "" });
  });

  /* A composite: two periods that are compared, and a recipe of one's own. Both are kept in the address. */
  function readdressed(key, value) {
    var others = new URLSearchParams(window.location.search);
    others.delete(key);
    var rest = String(others), own = value ? key + "=" + encodeURIComponent(value).replace(/%3A/g, ":").replace(/%2C/g, ",").replace(/%40/g, "@") : "";
    return rest || own ? "?" + [rest, own].filter(Boolean).join("&") : "";
  }
  var compared = 0;
  function compare(form) {
    if (form.elements.start.selectedIndex <= form.elements.end.selectedIndex) {  // the newest come first
      document.getElementById("moved").textContent = "Choose an earlier and a later period.";
      return;
    }
    var place = document.getElementById("moved"), span = form.elements.start.value + "to" + form.elements.end.value, own = ++compared;
    asked(placed("/moved?") + new URLSearchParams({ view: place.dataset.view, span: span }))
      .then(function (nodes) {
        if (own !== compared) { return; }
        place.replaceChildren.apply(place, nodes.map(made));
        place.querySelectorAll(".later").forEach(function (rows) { nearby.observe(rows); });
        window.dash_clientside.set_props("url", { search: readdressed("moved", span) });
      })
      .catch(function (odd) { if (own === compared) { place.textContent = odd.message; } });
  }
  /* A slider has steps, and the browser moves a value between two of them to one: it counts only when a person has moved it. */
  function heldBy(one) { return one.type === "range" && !one.dataset.touched ? one.getAttribute("value") : one.value; }
  function chosenRecipe(form) {
    return Array.from(form.elements).filter(function (one) { return one.name && heldBy(one) !== one.dataset.published; })
      .map(function (one) { return one.name + ":" + heldBy(one); }).join(",");
  }
  var asking = false, next = null, released = 0;
  function overlaid(form, still) {
    var place = document.querySelector("#chart .js-plotly-plot"), own = released;
    if (!place || !place.data) { return Promise.resolve(); }
    return asked(placed("/recipe?") + new URLSearchParams({
      view: form.dataset.view, recipe: chosenRecipe(form), theme: dark.matches ? "dark" : "light", still: still ? "yes" : "",
    })).then(function (drawn) {
      if (own !== released || !document.contains(form)) { return null; }  // the answer to a newer question follows
      document.getElementById("own-said").textContent = drawn.said;
      var kept = place.data.filter(function (one) { return !/^preview/.test(one.name || ""); });
      return window.Plotly.react(place, kept.concat(drawn.traces), place.layout, place._context);
    }).catch(function (odd) {
      var said = document.getElementById("own-said");
      if (said) { said.textContent = odd.message; }
    });
  }
  function preview(form) {
    if (asking) { next = form; return; }  // one question at a time: the newest waits for the answer to the one before
    var own = released;
    asking = true;
    window.setTimeout(function () {  // a key moves a slider and lets go of it at once: then all are drawn and nothing before
      (own === released ? overlaid(form, false) : Promise.resolve()).finally(function () {
        var waits = next;
        asking = false;
        next = null;
        if (waits && document.contains(waits)) { preview(waits); }
      });
    }, 0);
  }
  /* The chart and the sentence answer first, from all draws; the rest of the page follows, with its address. */
  function settle(form) {
    var own = ++released, search = readdressed("recipe", chosenRecipe(form));
    next = null;
    overlaid(form, true).finally(function () {
      if (own !== released || !document.contains(form)) { return; }
      window.dash_clientside.set_props("url", { search: search });
      window.dash_clientside.set_props("address", { data: search });
    });
  }
  on("input", "form.recipe", function (form, event) {
    if (event.target.type !== "range") { return; }
    event.target.dataset.touched = "yes";
    event.target.nextElementSibling.textContent = Number(event.target.value) ? event.target.value : "left out";
    preview(form);
  });
  on("change", "form.span", compare);
  on("change", "form.recipe", settle);

  /* Points of the chart by keyboard: arrows go from mark to mark, Home and End to the ends, Enter shows the rows. */
  var at = -1;
  function marksOf(graph) {
    var found = [];
    (graph._fullData || []).forEach(function (trace, curve) {
      (trace.customdata || []).forEach(function (label, point) {
        if (label != null) { found.push({ curve: curve, point: point, label: label, x: trace.x[point], text: [].concat(trace.hovertext)[point] }); }
      });
    });
    return found.sort(function (a, b) { return a.x < b.x ? -1 : a.x > b.x ? 1 : a.curve - b.curve; });
  }
  document.addEventListener("keydown", function (event) {
    var box = document.activeElement, graph = box && box.id === "plot" && box.querySelector(".js-plotly-plot");
    var steps = { ArrowRight: 1, ArrowLeft: -1, Home: -1e9, End: 1e9, Enter: 0 };
    if (!graph || !(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey) { return; }
    var marks = marksOf(graph);
    if (!marks.length) { return; }
    event.preventDefault();
    if (at < 0 || at >= marks.length) { at = event.key === "ArrowRight" ? -1 : marks.length; }
    at = Math.min(Math.max(at + steps[event.key], 0), marks.length - 1);
    var mark = marks[at];
    window.Plotly.Fx.hover(graph, [{ curveNumber: mark.curve, pointNumber: mark.point }]);
    document.getElementById("pointed").textContent = mark.text || mark.label;
    if (event.key === "Enter") {
      window.dash_clientside.set_props("chart", { clickData: { points: [{ customdata: mark.label, by: Date.now() }] } });
    }
  });

  /* The title of a page is its heading and the project's title, which an edit may change. */
  new MutationObserver(function () {
    if (early && document.querySelector("#page > *") && !document.querySelector("#page .plain:empty")) { takePlace(null); }
    var heading = document.querySelector("main h1"), text = heading && heading.textContent;
    var brand = document.querySelector(".brand"), named = brand ? brand.textContent : document.title;
    var title = !text || text === named ? named : text + " – " + named;
    if (document.title !== title) { document.title = title; }
    document.querySelectorAll("[data-keep]:not([data-kept])").forEach(keep);
  }).observe(document.documentElement, { childList: true, subtree: true });

  /* A button with data-copy puts the text of the element that it names on the clipboard, and confirms it. */
  function copied(text) {
    if (navigator.clipboard && window.isSecureContext) { return navigator.clipboard.writeText(text); }
    var box = document.createElement("textarea"), focus = document.activeElement;  // plain http at another name than localhost
    box.value = text;
    box.style.position = "fixed";
    document.body.appendChild(box);
    box.select();
    var done = document.execCommand("copy");
    box.remove();
    focus.focus({ preventScroll: true });
    return done ? Promise.resolve() : Promise.reject();
  }
  on("click", "[data-copy]", function (button) {
    var source = document.getElementById(button.dataset.copy);
    if (!source) { return; }
    copied(source.dataset.address ? window.location.origin + source.dataset.address : source.textContent).then(
      function () { button.dataset.said = "copied"; },
      function () { button.dataset.said = "not copied: select the text instead"; }
    ).then(function () { window.setTimeout(function () { delete button.dataset.said; }, 2500); });
  });

  /* Each process of a server counts its own versions, and so does one that is started again. Of one that has not been heard before, what it
     shows is compared with what the page shows; after that, its versions. */
  var seen = {}, shown = null;
  /* As long as Dash has not taken the place of the first answer, nothing can redraw it: if that lasts, it is asked for again. */
  var behind = 0, LONG = 20;
  function follow(state) {
    behind = state.shown === early.querySelector("[role=status]").dataset.shown ? 0 : behind + 1;
    if (behind === LONG) { window.location.reload(); }
  }
  function ask() {
    if (document.hidden) { window.setTimeout(ask, EVERY); return; }
    asked(placed("/version"), { cache: "no-store" })
      .then(function (state) {
        if (early) { follow(state); return; }
        var banner = document.getElementById("banner").dataset;
        if (shown === null) {
          shown = banner.shown;
          seen[banner.run] = Number(banner.version);
        }
        if (state.run in seen ? state.version !== seen[state.run] : state.shown !== shown) {
          window.dash_clientside.set_props("version", { data: state.version });
          pass("fresh", state.version);
          shown = state.shown;
        }
        seen[state.run] = state.version;
      })
      .catch(function () { /* the server does not answer: ask again */ })
      .finally(function () { window.setTimeout(ask, EVERY); });
  }
  if (early) { begun(); }
  window.setTimeout(ask, 500);
})();
