// Does what Vector would by the shipper's configuration: syslog in, lines out to Loki as JSON once a second, the
// edge's requests counted on the way, health and metrics. Of the configuration it reads addresses and names only; a
// test holds it to the same as Vector itself (test/observability/shipper.test.ts).
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const config = readFileSync(process.argv.at(-1), "utf8");
const written = (key) =>
  [...config.matchAll(new RegExp(`^[ -]*${key}: "?(.+?)"?$`, "gm"))].map(([, value]) => value);
const [healthPort, linesPort, metricsPort] = written("address").map((one) => Number(one.split(":").at(-1)));
const [store] = written("endpoint");
const [environment] = written("environment");
const prefix = written("container").at(-1).split("{{")[0];
const [requestsTotal, inProgress, criticalTotal] = written("name");

// RFC 5424: <priority>1 time host name process id structured-data message
const form = /^<\d+>1 (\S+) \S+ (\S+) \S+ \S+ (?:-|\[.*?\]) ?([^]*)$/;
const waiting = new Map();
const requests = new Map();
let busy;
const critical = new Map();
let received = 0;
let sent = 0;

function count(text) {
  let line;
  try {
    line = JSON.parse(text) ?? {};
  } catch {
    return;
  }
  if (!Number.isInteger(line.status)) return;
  const by = /\d$/.test(line.upstreamHeaderSeconds ?? "") ? "service" : "edge";
  const labels = `answered_by="${by}",status_code="${line.status}"`;
  requests.set(labels, (requests.get(labels) ?? 0) + 1);
  busy = line.inProgress;
}

/** As the configuration has it: by level, or as PostgreSQL and nginx write it. */
const plain = /^\S+ \S+ (\S+ \[\d+\] user=\S* db=\S* app=\S* PANIC: |\[(alert|emerg)\] )/;
function isCritical(text) {
  try {
    return ["critical", "fatal"].includes(JSON.parse(text)?.level);
  } catch {
    return plain.test(text);
  }
}

const socket = createSocket("udp4", (datagram) => {
  const found = form.exec(datagram.toString());
  if (!found) return;
  const [, time, container, rest] = found;
  if (!container.startsWith(prefix)) return;
  const message = rest.trimEnd();
  received += 1;
  if (container === `${prefix}edge`) count(message);
  const name = container.slice(prefix.length);
  if (isCritical(message)) critical.set(name, (critical.get(name) ?? 0) + 1);
  const values = waiting.get(container) ?? [];
  values.push([`${BigInt(Date.parse(time) || Date.now()) * 1_000_000n}`, message]);
  waiting.set(container, values);
}).bind(linesPort);

const timer = setInterval(async () => {
  if (waiting.size === 0) return;
  const streams = [...waiting].map(([container, values]) => ({ stream: { environment, container }, values }));
  waiting.clear();
  const headers = { "content-type": "application/json" };
  const lines = streams.reduce((sum, { values }) => sum + values.length, 0);
  await fetch(`${store}/loki/api/v1/push`, {
    method: "POST",
    headers,
    body: JSON.stringify({ streams }),
  }).then(
    () => (sent += lines),
    () => undefined,
  );
}, 1000);

const metric = (name, type, values) =>
  [`# TYPE ${name} ${type}`, ...values.map(([labels, value]) => `${name}${labels} ${value}`), ""].join("\n");
const exported = () =>
  [
    metric(
      requestsTotal,
      "counter",
      [...requests].map(([labels, value]) => [`{${labels}}`, value]),
    ),
    metric(inProgress, "gauge", busy === undefined ? [] : [["", busy]]),
    metric(
      criticalTotal,
      "counter",
      [...critical].map(([container, value]) => [`{container="${container}"}`, value]),
    ),
    metric("vector_component_sent_events_total", "counter", [
      ['{component_id="named"}', received],
      ['{component_id="store"}', sent],
    ]),
  ].join("");

const page = (port, body) => createServer((_, response) => response.end(body())).listen(port);
const health = page(healthPort, () => JSON.stringify({ ok: true, note: "This is a stand-in for Vector." }));
const metrics = page(metricsPort, exported);

// As process 1 it gets no default handling of signals.
process.on("SIGTERM", () => {
  clearInterval(timer);
  socket.close();
  for (const server of [health, metrics]) server.close().closeAllConnections();
});
