/* What the browser adds: it says how wide and how dark it is, and asks now and then whether the numbers have changed. */
(function () {
  "use strict";
  var EVERY = 300, dark = window.matchMedia("(prefers-color-scheme: dark)");

  function measured() {
    var page = document.getElementById("page"), room = window.innerWidth;
    if (page && page.clientWidth) {
      var style = window.getComputedStyle(page);
      room = page.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 2;
    }
    return { theme: dark.matches ? "dark" : "light", width: Math.floor(Math.min(room, 1200) / 20) * 20 };
  }

  function same(a, b) {
    return a && b && a.theme === b.theme && a.width === b.width;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    relations: {
      screen: function (path, before) {
        var now = measured();
        return same(now, before) ? window.dash_clientside.no_update : now;
      },
    },
  });

  var told = null, waiting = null;
  function tell() {
    var now = measured();
    if (!same(now, told) && window.dash_clientside.set_props) {
      told = now;
      window.dash_clientside.set_props("screen", { data: now });
    }
  }
  function later() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(tell, 200);
  }
  window.addEventListener("resize", later);
  dark.addEventListener("change", later);

  /* The page that is shown names its own stores: one for new numbers, one for an address that came back. */
  function pass(what, data) {
    var page = document.querySelector("[data-" + what + "]");
    if (page) { window.dash_clientside.set_props(page.dataset[what], { data: data }); }
  }
  window.addEventListener("popstate", function () {
    window.setTimeout(function () { pass("address", window.location.search); }, 0);
  });

  var seen = null;
  function ask() {
    if (document.hidden) { window.setTimeout(ask, EVERY); return; }
    fetch("/version", { cache: "no-store" })
      .then(function (answer) { return answer.json(); })
      .then(function (state) {
        if (seen === null) { seen = Number(document.getElementById("banner").dataset.version); }
        if (state.version !== seen) {
          window.dash_clientside.set_props("version", { data: state.version });
          pass("fresh", state.version);
        }
        seen = state.version;
      })
      .catch(function () { /* the server is away: ask again */ })
      .finally(function () { window.setTimeout(ask, EVERY); });
  }
  window.setTimeout(ask, 500);
})();
