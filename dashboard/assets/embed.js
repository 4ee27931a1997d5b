/* The chart of a page for a frame: as wide and high as the frame, and drawn anew when that or the numbers change. */
(function () {
  "use strict";
  var EVERY = 10000, LEAST = 240, place = document.getElementById("framed"), drawn = "";
  var dark = window.matchMedia("(prefers-color-scheme: dark)"), waiting = null;

  function draw() {
    var width = document.documentElement.clientWidth;
    var others = document.body.scrollHeight - place.offsetHeight, height = Math.max(window.innerHeight - others, LEAST);
    var asked = "&width=" + width + "&height=" + Math.floor(height) + "&theme=" + (dark.matches ? "dark" : "light");
    if (asked === drawn) { return; }
    drawn = asked;
    fetch(place.dataset.drawn + asked).then(function (answer) {
      return answer.json().then(function (chart) {
        if (!answer.ok) { throw new Error(chart.said.join("; ")); }
        return window.Plotly.react(place, chart.figure.data, chart.figure.layout, chart.config);
      });
    }).catch(function (odd) { place.textContent = "This chart cannot be drawn: " + odd.message; });
  }
  function later() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(draw, 200);
  }
  function look() {
    (document.hidden ? Promise.resolve() : fetch(place.dataset.version, { cache: "no-store" }).then(function (answer) { return answer.json(); })
      .then(function (state) { if (state.shown !== place.dataset.shown) { window.location.reload(); } }))
      .catch(function () { /* the server does not answer: ask again */ })
      .finally(function () { window.setTimeout(look, EVERY); });
  }
  window.addEventListener("resize", later);
  dark.addEventListener("change", later);
  draw();
  window.setTimeout(look, EVERY);
})();
