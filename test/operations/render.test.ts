import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { environmentOf } from "../observability/support/figures";
import { prometheusRules, openSloDocuments } from "../../observability/render";
import { invoke } from "./support";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "mainstay-render-"));
});
afterAll(() => rmSync(root, { recursive: true }));

const filesBelow = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();

const BOARDS = [
  "api",
  "backups",
  "cache",
  "database",
  "objectives",
  "overview",
  "releases",
  "resources",
  "workers",
];
const EVERYWHERE = [
  "alertmanager-config/alertmanager.yml",
  ...BOARDS.map((board) => `grafana-config/dashboards/boards/mainstay-${board}.json`),
  "grafana-config/dashboards/dashboards.yaml",
  "grafana-config/datasources/datasources.yaml",
  "objectives/openslo.yaml",
  "prometheus-config/rules.yml",
];
const ON_A_HOST = [
  ...["cache-config/redis.conf", "database-config/pg_hba.conf", "database-config/postgresql.conf"],
  ...["database-config/start.sh", "database-exporter-config/queries.yaml"],
  ...["edge-config/nginx.conf", "log-shipper-config/vector.yaml"],
  ...["logs-config/loki.yaml", "probe-exporter-config/config.yml", "prometheus-config/prometheus.yml"],
  "tracing-config/config.yaml",
];

describe("render", () => {
  it.each([
    ["local", [...EVERYWHERE, ...ON_A_HOST].sort()],
    ["prod", EVERYWHERE],
  ])("writes what the programs of %s read, and no secret", async (stack, wanted) => {
    const folder = join(root, stack);
    const { code, stdout, stderr } = await invoke("render", stack, "--to", folder, "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(filesBelow(folder)).toEqual(wanted);
    expect(JSON.parse(stdout)).toEqual({
      stack,
      folder,
      files: wanted.map((path) => ({ path, bytes: statSync(join(folder, path)).size })),
    });
    const texts = wanted.map((path) => readFileSync(join(folder, path), "utf8"));
    expect(texts.filter((text) => text === "" || text.includes("[secret]"))).toEqual([]);
    expect(
      parseAllDocuments(readFileSync(join(folder, "objectives/openslo.yaml"), "utf8")).length,
    ).toBeGreaterThan(11);
  });

  it("writes them as they are declared, over those of before", async () => {
    const folder = join(root, "again");
    const { stdout } = await invoke("render", "local", "--to", folder);
    expect(stdout).toMatch(
      new RegExp(
        `^${EVERYWHERE.length + ON_A_HOST.length} files in ${folder}:\n {2}alertmanager-config/alertmanager.yml\n`,
      ),
    );
    const rules = join(folder, "prometheus-config/rules.yml");
    writeFileSync(rules, "of before");
    await invoke("render", "local", "--to", folder);
    expect(readFileSync(rules, "utf8")).toBe(prometheusRules(environmentOf("local")));
    expect(readFileSync(join(folder, "objectives/openslo.yaml"), "utf8")).toBe(openSloDocuments());
  });

  it("says what only up can tell of a managed Alertmanager", async () => {
    const folder = join(root, "topics");
    await invoke("render", "staging", "--to", folder);
    const text = readFileSync(join(folder, "alertmanager-config/alertmanager.yml"), "utf8");
    const { receivers } = parse((parse(text) as { alertmanager_config: string }).alertmanager_config) as {
      receivers: { name: string; sns_configs?: { topic_arn: string }[] }[];
    };
    expect(receivers.flatMap(({ sns_configs = [] }) => sns_configs.map((one) => one.topic_arn))).toEqual(
      Array<string>(5).fill("[unknown]"),
    );
  });

  it("ends with exit code 1 where it cannot write", async () => {
    const file = join(root, "file");
    writeFileSync(file, "");
    expect(await invoke("render", "local", "--to", file)).toEqual({
      code: 1,
      stdout: "",
      stderr: `${join(file, "alertmanager-config/alertmanager.yml")} cannot be written (ENOTDIR: not a directory)\n`,
    });
  });
});
