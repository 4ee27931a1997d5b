/* Looks for words in the rows that are on the page; an address that ends with #find=words looks for them at once. */
(function () {
  "use strict";
  var rows = Array.from(document.querySelectorAll(".listed tbody tr")), count = document.getElementById("found"), all = count && count.textContent;
  if (!rows.length || !count) { return; }
  var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
  var label = document.createElement("label"), box = document.createElement("input");
  label.className = "find";
  box.type = "search";
  box.autocomplete = "off";
  label.append("Search in these rows", box);
  count.closest(".counted").before(label);

  function find() {
    var words = box.value.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
    rows.forEach(function (row, i) {
      row.hidden = !words.every(function (word) { return texts[i].includes(word); });
      shown += row.hidden ? 0 : 1;
    });
    count.textContent = words.length ? shown.toLocaleString("en") + " with these words, of " + all : all;
  }
  box.addEventListener("input", find);

  function asked() {
    var found = /^#find=(.*)$/.exec(window.location.hash);
    if (!found) { return; }
    try { box.value = decodeURIComponent(found[1]); } catch (odd) { return; }
    find();
  }
  window.addEventListener("hashchange", asked);
  asked();
}());
