"""Spoiled requests: addresses, headers and callbacks that no page sends, by seed; and what no answer may be."""

import json
import random
from urllib.parse import quote

PIECES = (
    *("duels", "audiences@by_year", "slights", "..", "%2e%2e", "etc/passwd", "%00", "\x7f", "é", "￿", "'", '"', "<script>"),
    "a" * 3000,
    *("NaN", "1e999", "-1", "0", "9" * 400, "1893", "1893-13", "0001", "9999", "daily", "annual", "cumulative"),
    *("rolling_sum:window=9999999999", "rolling_mean:window=-1", "rebase:period=1893", "level,topic", "topic,topic", "on", "null"),
    *("[]", "{}", "%", "&", "=", "?", "#", ";", "@", ":"),
)
KEYS = (
    *("from", "to", "frequency", "transform", "variant", "breakdown", "with", "annotations", "as_of", "point", "view", "format"),
    *("preset", "factor", "width", "theme", "table", "name", "file", "period", "q", "colour", "", "part", "span", "rows", "recipe"),
)
PLACES = (
    *("/", "/indicator/", "/indicator/duels", "/indicator/audiences", "/pillar/court", "/chronology", "/calendar"),
    *("/brief", "/table/envoys", "/changed"),
    *("/changes.atom", "/changed/block", "/method", "/check", "/tune", "/tune/duels", "/tune/file", "/tune/schema", "/drawn", "/picture"),
    *("/rows.csv", "/rows.xlsx", "/version", "/vendor/", "/editor/", "/assets/", "/_dash-component-suites/dash/", "/_dash-layout"),
    *("/_dash-dependencies", "/_reload-hash", "/duels", "/nowhere", "/health"),
    *("/embed/duels", "/embed/", "/picture/", "/picture/nothing.png", "/pairs", "/pairs.csv", "/moved", "/composite", "/recipe"),
)
POSTED = ("/saved", "/verified", "/looked-up", "/tune/try", "/tune/save", "/_dash-update-component", "/version", "/")
NAMES = ("Accept-Encoding", "Content-Type", "Range", "If-None-Match", "If-Modified-Since", "Cookie", "X-Forwarded-Host", "Accept")
VALUES = (None, True, 5, -1, 1e308, "", "x", [], [[]], {}, {"points": 5}, {"points": [5]}, {"points": [{"customdata": {"a": 1}}]})
SECRETS = ("root:x:", "swordfish", "Traceback")


def spoiled(seed, callbacks):
    """Method, address and the other parts of a request."""
    chance = random.Random(seed)
    headers = {chance.choice(NAMES): quote(chance.choice(PIECES)) for _ in range(chance.randrange(3))}
    kind = chance.randrange(4)
    if kind == 0:
        return "POST", "/_dash-update-component", {"json": _called(chance, callbacks), "headers": headers}
    if kind == 1:
        body = chance.choice([json.dumps(_form(chance)), "{", "", "[" * 5000, "\x00\xff", json.dumps(chance.choice(VALUES))])
        return "POST", f"{chance.choice(POSTED)}{_search(chance)}", {"data": body, "content_type": "application/json", "headers": headers}
    path = chance.choice(PLACES) + "/".join(chance.choice(PIECES) for _ in range(chance.choice((0, 0, 1, 2))))
    return "GET", f"{quote(path, safe='/%')}{_search(chance)}", {"headers": headers}


def _search(chance):
    pairs = [f"{quote(chance.choice(KEYS))}={quote(chance.choice(PIECES), safe='%&=')}" for _ in range(chance.randrange(5))]
    return f"?{'&'.join(pairs)}" if pairs else ""


def _form(chance):
    names = ("view", "code", "text", "file", "line", "against", "screen", "drawn", "digest")
    return {name: chance.choice([*PIECES[:20], *VALUES]) for name in names if chance.random() < 0.6}


def _called(chance, callbacks):
    """The body of a callback that exists, often with one wrong part; its values are sometimes those of a page."""
    output, known = chance.choice(list(callbacks.items()))
    sent = {"output": output, "changedPropIds": [f"{one['id']}.{one['property']}" for one in known["inputs"] if chance.random() < 0.5]}
    named = [dict(zip(("id", "property"), one.rsplit(".", 1), strict=True)) for one in output.strip(".").split("...")]
    sent["outputs"] = named if output.startswith("..") else named[0]
    for part in ("inputs", "state"):
        sent[part] = [{"id": one["id"], "property": one["property"], "value": _value(chance, one)} for one in known[part]]
    if chance.random() < 0.3:
        sent[chance.choice(list(sent))] = chance.choice(VALUES)
    return sent


def _value(chance, place):
    if chance.random() < 0.2:
        return chance.choice(VALUES)
    if place["property"] in ("pathname", "search"):
        return chance.choice(PLACES) if place["property"] == "pathname" else _search(chance)
    if place["id"] == "asked":
        held = {key: chance.choice(PIECES) for key in KEYS[:8] if chance.random() < 0.5}
        return {"by": chance.choice((*KEYS[:8], "last-5", "last-x", "all-years")), "held": held}
    if place["property"] == "clickData":
        return {"points": [{"customdata": chance.choice(PIECES)}]}
    return chance.choice((None, 1, 2))


def faults_of(client, seeds, callbacks, log):
    """What is wrong with the answers to spoiled requests: one that the server was not ready for, or tells what it must not."""
    for seed in seeds:
        method, address, parts = spoiled(seed, callbacks)
        with client.open(address, method=method, **parts) as answer:
            text = answer.get_data().decode("utf-8", "replace")
        if answer.status_code >= 500 or any(secret in text for secret in SECRETS):
            yield f"{seed}: {method} {address[:200]}: {answer.status_code} {text[:80]} {log()[-300:]}"
