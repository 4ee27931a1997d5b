"""The real yaml-language-server in a process of its own, spoken to as an editor does: JSON-RPC over its standard streams."""

import itertools
import json
import os
import queue
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVER = ROOT / ".venv" / "editor" / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
PATIENCE = 30
SETTINGS = {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}, "kubernetesCRDStore": {"enable": False}}
MARKDOWN = ["markdown", "plaintext"]
CAPABILITIES = {
    "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}},
    "textDocument": {
        "publishDiagnostics": {},
        "hover": {"contentFormat": MARKDOWN},
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": MARKDOWN}},
    },
}


class Editor:
    """An editor with one language server. A file is opened with any text, as one that was changed and not yet saved."""

    def __init__(self, node):
        command = [node, "--require", str(Path(__file__).with_name("offline.cjs")), str(SERVER), "--stdio"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.numbers, self.answers, self.published = itertools.count(1), queue.Queue(), {}
        self.configured = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()
        self.ask("initialize", {"processId": os.getpid(), "rootUri": ROOT.as_uri(), "capabilities": CAPABILITIES})
        self._send({"method": "initialized", "params": {}})
        assert self.configured.wait(PATIENCE)

    def ask(self, method, params):
        """The server's answer to a request."""
        number = next(self.numbers)
        self._send({"id": number, "method": method, "params": params})
        answer = self._next(self.answers)
        assert answer["id"] == number
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, file, text=None):
        """Open a file of the project, with another text than it has if one is given; what is wrong with it by line and message."""
        self.uri = (ROOT / file).as_uri()
        self.published[self.uri] = queue.Queue()
        text = (ROOT / file).read_text(encoding="utf-8") if text is None else text
        version = next(self.numbers)
        document = {"uri": self.uri, "languageId": "yaml", "version": version, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        found = self._next(self.published[self.uri])
        return [(one["range"]["start"]["line"] + 1, one["message"]) for one in found]

    def close(self):
        """Close the file that was opened last; the server then takes back what it said of it."""
        self._send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": self.uri}}})
        assert self._next(self.published[self.uri]) == []

    def completions(self, line, column):
        """What is offered at a place of the open file, by label. Lines count from 1, columns from 0."""
        found = self.ask("textDocument/completion", self._at(line, column))
        return {item["label"]: item for item in found["items"]}

    def hover(self, line, column):
        """What is told of a place of the open file."""
        return self.ask("textDocument/hover", self._at(line, column))["contents"]["value"]

    def quit(self):
        """End the server; what it complained about."""
        self.ask("shutdown", None)
        self._send({"method": "exit"})
        return self.process.communicate(timeout=PATIENCE)[1].decode()

    def _at(self, line, column):
        return {"textDocument": {"uri": self.uri}, "position": {"line": line - 1, "character": column}}

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _next(self, messages):
        try:
            return messages.get(timeout=PATIENCE)
        except queue.Empty:
            self.process.kill()
            pytest.fail(f"the language server does not answer: {self.process.communicate()[1].decode()}")

    def _listen(self):
        while header := self.process.stdout.readline():
            size = int(header.removeprefix(b"Content-Length:"))
            while self.process.stdout.readline().strip():
                pass
            self._take(json.loads(self.process.stdout.read(size)))

    def _take(self, message):
        if "method" not in message:
            self.answers.put(message)
        elif "id" in message:
            wanted = message["params"].get("items", []) if message["method"] == "workspace/configuration" else None
            given = None if wanted is None else [SETTINGS if one["section"] == "yaml" else {} for one in wanted]
            self._send({"id": message["id"], "result": given})
            if given:
                self.configured.set()
        elif message["method"] == "textDocument/publishDiagnostics":
            self.published[message["params"]["uri"]].put(message["params"]["diagnostics"])


@pytest.fixture(scope="session")
def server():
    assert SERVER.is_file(), "the language server is not installed; run: make editor"
    node = os.environ.get("NODE") or shutil.which("node")
    assert node, "there is no Node.js; run: make editor"
    editor = Editor(node)
    yield editor
    assert editor.quit() == ""


@pytest.fixture
def editor(server):
    yield server
    server.close()
