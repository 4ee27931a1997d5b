// Loaded before the language server: whoever asks for the network ends it, so that the test fails.
const net = require("node:net");
const dns = require("node:dns");

function refuse(what) {
  return () => {
    process.stderr.write(`the language server asked for the network: ${what}\n`);
    process.exit(70);
  };
}

net.Socket.prototype.connect = refuse("connect");
dns.lookup = refuse("dns");
dns.promises.lookup = refuse("dns");
