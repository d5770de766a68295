// Answers where Vector would: syslog as datagrams (5514), health (8686) and metrics (9598). Lines go on to
// http://logs:3100 with the name of their container, as JSON once a second. It does not read Vector's configuration.
import { createSocket } from "node:dgram";
import { createServer } from "node:http";

const note = "This is a stand-in for Vector.";
// RFC 5424: <priority>1 time host name process id structured-data message
const form = /^<\d+>1 (\S+) \S+ (\S+) \S+ \S+ (?:-|\[.*?\]) ?([^]*)$/;
const waiting = new Map();
let taken = 0;
let refused = 0;

const socket = createSocket("udp4", (datagram) => {
  const found = form.exec(datagram.toString());
  if (!found) return void (refused += 1);
  const [, time, container, message] = found;
  taken += 1;
  const values = waiting.get(container) ?? [];
  values.push([`${BigInt(Date.parse(time) || Date.now()) * 1_000_000n}`, message.trimEnd()]);
  waiting.set(container, values);
}).bind(5514);

const timer = setInterval(async () => {
  if (waiting.size === 0) return;
  const streams = [...waiting].map(([container, values]) => ({ stream: { container }, values }));
  waiting.clear();
  const headers = { "content-type": "application/json" };
  await fetch("http://logs:3100/loki/api/v1/push", {
    method: "POST",
    headers,
    body: JSON.stringify({ streams }),
  }).catch(() => (refused += streams.length));
}, 1000);

const page = (port, body) =>
  createServer((_, response) => response.end(typeof body === "function" ? body() : body)).listen(port);
const health = page(8686, JSON.stringify({ ok: true, note }));
const metrics = page(
  9598,
  () =>
    `# TYPE stand_in_lines_total counter\nstand_in_lines_total ${taken}\n# TYPE stand_in_refused_total counter\nstand_in_refused_total ${refused}\n`,
);

// As process 1 it gets no default handling of signals.
process.on("SIGTERM", () => {
  clearInterval(timer);
  socket.close();
  for (const server of [health, metrics]) server.close().closeAllConnections();
});
