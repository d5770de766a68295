import { run } from "./environment";

/** Has the stand-ins for the AI providers fail; it ends by itself. */
export async function providersFail(faults: object): Promise<() => Promise<unknown>> {
  const user = "api"; // A service's user may write any key.
  const inRedis = (...command: string[]) => run("api-1", ["node", "-e", REDIS, user, ...command]);
  const { exitCode, output } = await inRedis("SET", "faults", JSON.stringify(faults));
  if (exitCode !== 0) throw new Error(output);
  return () => inRedis("DEL", "faults");
}

/** A command to Redis from inside a service, which has the address with the password as a file. */
const REDIS = `
const { readFileSync } = require("node:fs");
const url = new URL(readFileSync("/run/secrets/REDIS_URL", "utf8").trim());
const [, ...command] = process.argv.slice(1);
const encode = (words) => "*" + words.length + "\\r\\n" + words.map((w) => "$" + Buffer.byteLength(w) + "\\r\\n" + w + "\\r\\n").join("");
const socket = require("node:net").connect(Number(url.port), url.hostname);
let text = "";
socket.on("data", (part) => {
  text += part;
  if (text.split("\\r\\n").length < 3) return;
  console.log(text);
  process.exit(text.includes("-") ? 1 : 0);
});
socket.write(encode(["AUTH", url.username, url.password]) + encode(command));
`;

/**
 * Has the process of a container hold memory, by the debugger Node opens at a signal. Nothing is left of it: the
 * memory is let go again, and the port is closed with the process.
 */
const HOLD = `
const { readdirSync, readFileSync } = require("node:fs");
const { connect } = require("node:net");
const expression = process.argv[1];
const pid = readdirSync("/proc").find((one) => /^\\d+$/.test(one) && Number(one) !== process.pid &&
  readFileSync("/proc/" + one + "/cmdline", "utf8").includes("app.cjs"));
process.kill(Number(pid), "SIGUSR1");
const opened = async () => {
  for (;;)
    try {
      return await (await fetch("http://127.0.0.1:9229/json")).json();
    } catch {
      await new Promise((again) => setTimeout(again, 100));
    }
};
(async () => {
  const [{ webSocketDebuggerUrl }] = await opened();
  const path = new URL(webSocketDebuggerUrl).pathname;
  const socket = connect(9229, "127.0.0.1");
  socket.write("GET " + path + " HTTP/1.1\\r\\nHost: 127.0.0.1:9229\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\\r\\nSec-WebSocket-Version: 13\\r\\n\\r\\n");
  socket.once("data", () => {
    const body = Buffer.from(JSON.stringify({ id: 1, method: "Runtime.evaluate", params: { expression } }));
    // One frame of text, masked with zeros.
    socket.write(Buffer.concat([Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 255, 0, 0, 0, 0]), body]));
    socket.once("data", (answer) => {
      console.log(answer.toString());
      process.exit();
    });
  });
})();
`;

/** Has the process of a service evaluate an expression. */
export async function evaluated(name: string, expression: string): Promise<void> {
  const { exitCode, output } = await run(name, ["node", "-e", HOLD, expression]);
  if (exitCode !== 0 || !output.includes('"result"')) throw new Error(output);
}
