import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request, type RequestOptions } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EDGE_PORTS } from "../../../components/edge/nginx";
import { authority, certificate } from "../../operations/edge";
import { freePort } from "../../support/free-port";

export const NGINX_FOUND = !spawnSync("nginx", ["-v"]).error;

/** Ports of this machine, in the place of those inside a container. */
type Ports = Record<keyof typeof EDGE_PORTS, number>;

/** nginx with a configuration of the edge, as a process of the test's own. */
export class Nginx {
  private process: ChildProcess | undefined;

  private constructor(
    readonly directory: string,
    readonly ports: Ports,
  ) {}

  /** Puts a configuration, and a certificate for `localhost`, where nginx finds them. */
  static async prepare(conf: string): Promise<Nginx> {
    const directory = mkdtempSync(join(tmpdir(), "mainstay-nginx-"));
    const names = Object.keys(EDGE_PORTS) as (keyof Ports)[];
    const ports = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await freePort()])),
    ) as Ports;
    const { key, cert } = await certificate(await authority(), 90);
    writeFileSync(join(directory, "server.crt"), cert);
    writeFileSync(join(directory, "server.key"), key);
    const moved = names.reduce(
      (text, name) => text.replaceAll(`listen ${EDGE_PORTS[name]}`, `listen 127.0.0.1:${ports[name]}`),
      conf.replace(/\/(tmp|run\/secrets|dev)\//g, `${directory}/`),
    );
    writeFileSync(join(directory, "nginx.conf"), moved);
    return new Nginx(directory, ports);
  }

  private args(): string[] {
    // Whoever runs the tests owns the folder.
    return [
      "-e",
      join(this.directory, "stderr"),
      "-c",
      join(this.directory, "nginx.conf"),
      "-g",
      "user root;",
    ];
  }

  /** What nginx says of its configuration: nothing, if it takes it. */
  complaint(): string {
    const { status, stderr } = spawnSync("nginx", ["-t", "-q", ...this.args()], { encoding: "utf8" });
    return status === 0 ? "" : stderr.trim();
  }

  async start(): Promise<void> {
    const [last = "", ...first] = this.args().reverse();
    this.process = spawn("nginx", [...first.reverse(), `${last} daemon off;`], { stdio: "inherit" });
    while (!(await answers(this.ports.status)))
      if (this.process.exitCode !== null) throw new Error("nginx ended");
  }

  /** A request by the name the certificate is for. */
  ask(path: string, options: RequestOptions = {}): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { https: port } = this.ports;
      const sent = request(
        { host: "localhost", port, path, agent: false, rejectUnauthorized: false, ...options },
        resolve,
      );
      sent.on("error", reject).end();
    });
  }

  /** What it has to say of what it does, from its warnings on. */
  warnings(): string[] {
    const lines = readFileSync(join(this.directory, "stderr"), "utf8").split("\n").filter(Boolean);
    return lines.map((line) => line.replace(/^.*\[warn\] [\d#]+: (\*\d+ )?/, ""));
  }

  /** What it wrote of each request. */
  lines(): Record<string, unknown>[] {
    const lines = readFileSync(join(this.directory, "stdout"), "utf8").split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async remove(): Promise<void> {
    if (this.process?.exitCode === null) {
      this.process.kill();
      await once(this.process, "exit");
    }
    rmSync(this.directory, { recursive: true });
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return new Promise((resolve) => setTimeout(() => resolve(false), 20));
  } finally {
    socket.destroy();
  }
}
