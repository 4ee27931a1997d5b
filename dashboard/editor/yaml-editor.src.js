/* The editor of the page Tune: CodeMirror with YAML, completion and hover from the project's JSON Schema, problems at their
   lines. Built into yaml-editor.js by `make yaml-editor`; README.md beside it names the packages and their versions. */
import {basicSetup} from "codemirror";
import {autocompletion, insertCompletionText, startCompletion} from "@codemirror/autocomplete";
import {yaml} from "@codemirror/lang-yaml";
import {HighlightStyle, indentService, syntaxHighlighting} from "@codemirror/language";
import {forEachDiagnostic, lintGutter, setDiagnostics} from "@codemirror/lint";
import {EditorState} from "@codemirror/state";
import {EditorView, hoverTooltip, keymap} from "@codemirror/view";
import {tags} from "@lezer/highlight";

/* ---- where a place is: the keys that lead to it, read from indentation and brackets, so that half-written text will do ---- */

/* What a line begins with: dashes and a key, each with its column; `rest` is where the value begins. */
function heads(text) {
  const found = [];
  let at = text.search(/\S|$/);
  while (/^- /.test(text.slice(at)) || text.slice(at) === "-") {
    found.push({column: at, key: 0});
    at += 1 + text.slice(at + 1).search(/\S|$/);
  }
  const key = /^("[^"]*"|'[^']*'|[^\s#"'{}\[\],:&*!|>%@`][^#"'{}\[\],:]*?)\s*:(?=\s|$)/.exec(text.slice(at));
  if (key) { found.push({column: at, key: plain(key[1])}); }
  return {found, rest: key ? at + key[0].length : at};
}
function plain(text) { return text.trim().replace(/^(["'])(.*)\1$/, "$2"); }
function isBlank(text) { return /^\s*(#.*)?$/.test(text); }

/* Keys (or 0 for an item of a list) above a column, outermost first, each with its line and column. */
function above(doc, number, limit) {
  const path = [];
  for (let n = number; n > 0 && limit > 0; n--) {
    const text = doc.line(n).text;
    if (isBlank(text)) { continue; }
    for (const head of heads(text).found.reverse()) {
      if (head.column < limit) {
        path.unshift({...head, line: n});
        limit = head.key === 0 ? head.column + 0.5 : head.column;  // a list may begin at the column of its key
      }
    }
  }
  return path;
}

/* Brackets that are open at the end of a text, each with the key it is at; and what is being written. */
function flow(text) {
  const open = [];
  let word = "", quote = "";
  for (const c of text) {
    const top = open[open.length - 1];
    if (quote) { quote = c === quote ? "" : quote; word += c; continue; }
    if ((c === '"' || c === "'") && !word.trim()) { quote = c; word = c; continue; }
    if (c === "{" || c === "[") { open.push(c === "{" ? {map: true, key: null, seen: {}} : {map: false}); word = ""; }
    else if (c === "}" || c === "]") { open.pop(); word = ""; }
    else if (c === "," && top) { if (top.map) { if (top.key !== null) { top.seen[top.key] = plain(word); } top.key = null; } word = ""; }
    else if (c === ":" && top && top.map && top.key === null) { top.key = plain(word); top.seen[top.key] = ""; word = ""; }
    else { word += c; }
  }
  return {open, word: word.trimStart()};
}

/* Keys that stand beside a head in the same mapping, with their plain values. */
function beside(doc, head) {
  const found = {};
  const look = step => {
    for (let n = head.line + step; n > 0 && n <= doc.lines; n += step) {
      const text = doc.line(n).text;
      if (isBlank(text)) { continue; }
      const {found: here, rest} = heads(text), last = here[here.length - 1];
      if (text.search(/\S/) < head.column && !(last && last.column === head.column)) { break; }
      if (last && last.column === head.column && last.key !== 0) { found[last.key] = plain(text.slice(rest).replace(/\s#.*$/, "")); }
      if (here.length > 1 && here[0].column < head.column) { break; }
    }
  };
  const own = heads(doc.line(head.line).text);
  if (head.key !== 0) { found[head.key] = plain(doc.line(head.line).text.slice(own.rest)); }
  look(-1); look(1);
  return found;
}

/* The place of a position: `path` of {key, has} from the outside in, where `has` are the keys beside it; `asks` for a key or a
   value; `word` is what is written of it so far. */
export function placeAt(doc, position) {
  const line = doc.lineAt(position), text = line.text.slice(0, position - line.from);
  const {found, rest} = heads(line.text);
  const valued = found.length && found[found.length - 1].key !== 0 && text.length >= rest;
  const own = found.filter(head => head.column < text.length && (head.key === 0 || valued));
  const first = own.length ? own[0].column + (own[0].key === 0 ? 0.5 : 0) : text.search(/\S|$/);
  const heading = [...above(doc, line.number - 1, first), ...own.map(head => ({...head, line: line.number}))];
  const path = heading.map(head => ({key: head.key, has: head.key === 0 ? {} : beside(doc, head)}));
  const from = valued ? rest : own.length ? own[own.length - 1].column + 2 : first;
  const {open, word} = flow(text.slice(from));
  open.forEach(one => path.push(one.map ? {key: one.key, has: one.seen} : {key: 0, has: {}}));
  const last = open[open.length - 1];
  if (last && last.map && last.key === null) { path.pop(); return {path, asks: "key", has: last.seen, word}; }
  if (last || valued) { return {path, asks: "value", has: {}, word}; }
  const level = {line: line.number, column: Math.floor(from), key: null};
  return {path, asks: "key", has: beside(doc, {...level, key: 0}), word, item: own.length > 0};
}

/* ---- what the schema says there ---- */

function kindOf(next) { return next === undefined ? null : next === 0 ? "array" : "object"; }

/* Whether a condition of the schema holds: true, false, or null where the text does not tell. */
function holds(condition, kind, has) {
  if (condition.type) { return kind ? [].concat(condition.type).includes(kind) : null; }
  for (const name of condition.required || []) { if (!has || !(name in has)) { return has ? false : null; } }
  for (const [name, rule] of Object.entries(condition.properties || {})) {
    if (!has || !(name in has)) { return null; }
    if ("const" in rule && String(rule.const) !== has[name]) { return false; }
    if (rule.enum && !rule.enum.map(String).includes(has[name])) { return false; }
  }
  return true;
}

/* All simple schemas that a schema is made of at a place. `silent` ones describe values of keys that others suggest. */
function parts(schema, root, kind, has, silent = false, depth = 0) {
  if (!schema || typeof schema !== "object" || depth > 30) { return []; }
  const more = inner => parts(inner, root, kind, has, silent || !!schema.doNotSuggest, depth + 1);
  let found = [{...schema, silent: silent || !!schema.doNotSuggest}];
  if (schema.$ref) { found = found.concat(more(schema.$ref.slice(2).split("/").reduce((at, name) => at && at[name], root))); }
  for (const name of ["allOf", "anyOf", "oneOf"]) { (schema[name] || []).forEach(inner => { found = found.concat(more(inner)); }); }
  if (schema.if) {
    const verdict = holds(schema.if, kind, has);
    if (verdict !== false) { found = found.concat(more(schema.then)); }
    if (verdict !== true) { found = found.concat(more(schema.else)); }
  }
  return found;
}

/* The simple schemas at the end of a path; `has` are the keys of the mapping there. */
export function schemasAt(root, path, asks, has) {
  let found = parts(root, root, path.length ? kindOf(path[0].key) : asks === "key" ? "object" : null, path.length ? path[0].has : has);
  path.forEach((step, i) => {
    const next = path[i + 1], kind = next ? kindOf(next.key) : asks === "key" ? "object" : null, keys = next ? next.has : asks === "key" ? has : null;
    found = found.flatMap(schema => {
      const inner = step.key === 0 ? schema.items : (schema.properties || {})[step.key] ||
        (typeof schema.additionalProperties === "object" ? schema.additionalProperties : null);
      return [].concat(inner || []).flatMap(one => parts(one, root, kind, keys, false));
    });
  });
  return found;
}

function described(schema, root) {
  return parts(schema, root, null, null).map(part => part.description).find(Boolean) || "";
}

function keysOf(schemas, root, has, word) {
  const found = new Map();
  schemas.filter(schema => schema.type === undefined || [].concat(schema.type).includes("object")).forEach(schema => {
    Object.entries(schema.properties || {}).forEach(([name, inner]) => {
      if (inner && inner.doNotSuggest || name in has && name !== word || found.has(name)) { return; }
      found.set(name, {label: name, type: "property", info: described(inner, root) || undefined, apply: asKey(name)});
    });
  });
  return [...found.values()];
}

/* A key comes with its colon, and its values are offered at once. */
function asKey(name) {
  return (view, completion, from, to) => {
    view.dispatch(insertCompletionText(view.state, name + ": ", from, to));
    startCompletion(view);
  };
}

function valuesOf(schemas) {
  const found = new Map();
  schemas.forEach(schema => {
    const told = schema.enumDescriptions || schema.markdownEnumDescriptions || [];
    [...(schema.enum || []), ...("const" in schema ? [schema.const] : [])].forEach((value, i) => {
      if (!found.has(String(value))) { found.set(String(value), {label: String(value), type: "enum", info: told[i] || undefined}); }
    });
    if (schema.type === "boolean") { ["true", "false"].forEach(value => found.set(value, {label: value, type: "keyword"})); }
    (schema.defaultSnippets || []).forEach(snippet => {
      const body = snippet.bodyText || (typeof snippet.body === "string" ? snippet.body : "");
      if (body && !found.has(body)) { found.set(body, {label: body, type: "function", info: snippet.markdownDescription || undefined, boost: -1}); }
    });
  });
  return [...found.values()];
}

function completing(schemaNow) {
  return context => {
    const schema = schemaNow();
    const {path, asks, has, word, item} = placeAt(context.state.doc, context.pos);
    if (!word && !context.explicit && !/([:,-]\s|[\[{])$/.test(context.state.sliceDoc(Math.max(0, context.pos - 2), context.pos))) { return null; }
    const keys = asks === "key" ? keysOf(schemasAt(schema, path, "key", has), schema, has, word) : [];
    const options = asks === "value" || item ? [...valuesOf(schemasAt(schema, path, "value", has)), ...keys] : keys;
    return options.length ? {from: context.pos - word.length, options, validFor: /^[\w @'-]*$/} : null;
  };
}

/* What the schema says of the key under the pointer, or of the value. */
function told(schema, doc, position) {
  const line = doc.lineAt(position), word = /[\w@-]*$/.exec(line.text.slice(0, position - line.from))[0];
  const rest = /^[\w@-]*/.exec(line.text.slice(position - line.from))[0];
  if (!word && !rest) { return null; }
  const from = position - word.length, to = position + rest.length, after = doc.sliceString(to, Math.min(to + 1, line.to));
  const {path, asks, has} = placeAt(doc, after === ":" ? from : to);
  const name = doc.sliceString(from, to);
  if (after === ":") {
    const text = schemasAt(schema, path, "key", has).map(one => (one.properties || {})[name]).filter(Boolean).map(one => described(one, schema)).find(Boolean);
    return text ? {from, to, text} : null;
  }
  const known = valuesOf(schemasAt(schema, path, asks, has)).find(one => one.label === name);
  return known && known.info ? {from, to, text: known.info} : null;
}

function hovering(schemaNow) {
  return hoverTooltip((view, position) => {
    let faulty = false;  // a problem is shown alone
    forEachDiagnostic(view.state, (problem, from, to) => { faulty = faulty || (from <= position && position <= to); });
    const found = !faulty && told(schemaNow(), view.state.doc, position);
    return found && {pos: found.from, end: found.to, above: true, create: () => {
      const dom = document.createElement("div");
      dom.className = "explanation";  // not "hover": charts bring a style of that name
      dom.textContent = found.text;
      return {dom};
    }};
  });
}

/* ---- the editor ---- */

/* A new line begins where the one before it does; deeper below a key without a value. */
const indented = indentService.of((context, position) => {
  const before = context.lineAt(position, -1).text, own = before.search(/\S|$/);
  return /:\s*([>|][+-]?)?\s*$/.test(before) ? own + 2 : own;
});

const colours = HighlightStyle.define([
  {tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--link)"},
  {tag: [tags.string, tags.content], color: "var(--ink)"},
  {tag: tags.comment, color: "var(--muted)", fontStyle: "italic"},
  {tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace, tags.keyword], color: "var(--note)"},
]);
const look = EditorView.theme({
  "&": {backgroundColor: "var(--paper)", color: "var(--ink)", height: "100%"},
  ".cm-content": {caretColor: "var(--ink)", fontFamily: "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace", fontSize: ".82rem"},
  ".cm-cursor, .cm-dropCursor": {borderLeftColor: "var(--ink)"},
  ".cm-gutters": {fontSize: ".82rem", backgroundColor: "var(--ground)", color: "var(--muted)", borderRight: "1px solid var(--line)"},
  ".cm-activeLine, .cm-activeLineGutter": {backgroundColor: "color-mix(in srgb, var(--link) 8%, transparent)"},
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, .cm-content ::selection": {backgroundColor: "color-mix(in srgb, var(--link) 25%, transparent) !important"},
  ".cm-tooltip": {backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--line)", maxWidth: "30rem"},
  ".cm-tooltip .explanation, .cm-completionInfo": {padding: ".3rem .5rem", fontSize: ".85rem", whiteSpace: "pre-wrap"},
  ".cm-panels": {backgroundColor: "var(--ground)", color: "var(--ink)"},
});

/* Put an editor into an element. `told` has changed(), saved() and moved(line); what comes back reads and changes the text. */
export function mount(element, {text, schema, label, told: heard}) {
  const schemaNow = () => schema;
  const watch = EditorView.updateListener.of(update => {
    if (update.docChanged) { heard.changed(); }
    if (update.docChanged || update.selectionSet) { heard.moved(update.state.doc.lineAt(update.state.selection.main.head).number); }
  });
  const view = new EditorView({
    parent: element,
    state: EditorState.create({doc: text, extensions: [
      keymap.of([{key: "Mod-s", preventDefault: true, run: () => { heard.saved(); return true; }}]),
      basicSetup, yaml(), syntaxHighlighting(colours), look, lintGutter(), EditorView.lineWrapping,
      EditorState.tabSize.of(2), EditorView.contentAttributes.of({"aria-label": label}), watch,
      autocompletion({override: [completing(schemaNow)]}), hovering(schemaNow), indented,
    ]}),
  });
  view.scrollDOM.tabIndex = 0;  // what scrolls can be reached by keyboard
  view.scrollDOM.setAttribute("role", "group");
  view.scrollDOM.setAttribute("aria-label", `${label}, to scroll`);
  return {
    view,
    text: () => view.state.doc.toString(),
    line: () => view.state.doc.lineAt(view.state.selection.main.head).number,
    replace: text => {  // only what differs, so that the place where one is stays
      const now = view.state.doc.toString(), most = Math.min(now.length, text.length);
      let from = 0, back = 0;
      while (from < most && now[from] === text[from]) { from++; }
      while (back < most - from && now[now.length - 1 - back] === text[text.length - 1 - back]) { back++; }
      view.dispatch({changes: {from, to: now.length - back, insert: text.slice(from, text.length - back)}});
    },
    go: (number, focus) => {
      const line = view.state.doc.line(Math.min(Math.max(number, 1), view.state.doc.lines));
      view.dispatch({selection: {anchor: line.from}, effects: EditorView.scrollIntoView(line.from, {y: "center"})});
      if (focus) { view.focus(); }
    },
    show: problems => {
      const marks = problems.map(problem => {
        const line = view.state.doc.line(Math.min(Math.max(problem.line, 1), view.state.doc.lines));
        return {from: line.from + line.text.search(/\S|$/), to: line.to, severity: problem.level, message: problem.message + "\n" + problem.hint};
      });
      view.dispatch(setDiagnostics(view.state, marks.sort((a, b) => a.from - b.from)));
    },
    learn: newer => { schema = newer; },
    close: () => view.destroy(),
  };
}
