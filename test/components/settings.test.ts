import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accessList, redisConf } from "../../components/cache/settings";
import { hostBasedAccess, postgresSettings } from "../../components/database/settings";
import { nginxConf } from "../../components/edge/nginx";
import { prometheusConfig } from "../../components/monitoring/prometheus";
import type { PublicService } from "../../components/app/contract";
import type { DockerEnvironment } from "../../environment/environment";
import { resolveConfig } from "../../environment/config";
import { readStackFiles } from "../../environment/stack-files";
import { dockerHost } from "../support/docker-host";
import { prometheusRules } from "../../observability/render";

const ROOT = join(__dirname, "../..");

function environment({ stack, config } = readStackFiles(ROOT, "local")): DockerEnvironment {
  const { environment: resolved } = resolveConfig(stack, config);
  if (resolved?.platform !== "docker") throw new Error(`${stack} is not an environment on a Docker host`);
  return resolved;
}

const withDatabase = (database: Partial<DockerEnvironment["database"]>): DockerEnvironment => {
  const valid = environment();
  return { ...valid, database: { ...valid.database, ...database } };
};

const number = (text: string | undefined) => Number.parseInt(text ?? "", 10);

describe("PostgreSQL's memory", () => {
  test("is shared out so that all connections at work, the buffers and maintenance fit the limit", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 512, max: 262_144 }),
        fc.integer({ min: 20, max: 500 }),
        (memoryMiB, maxConnections) => {
          const settings = postgresSettings(withDatabase({ memoryMiB, maxConnections }));
          const shared = number(settings.shared_buffers);
          const work = (number(settings.work_mem) * maxConnections) / 1024;
          expect(shared).toBe(Math.floor(memoryMiB / 4));
          // One MiB for each is the least PostgreSQL is of use with.
          expect(shared + Math.min(work, memoryMiB) <= memoryMiB || settings.work_mem === "1024kB").toBe(
            true,
          );
          expect(number(settings.effective_cache_size)).toBe(Math.floor((memoryMiB * 3) / 4));
        },
      ),
    );
  });

  test("of 4 GiB gives these figures", () => {
    const { shared_buffers, work_mem, maintenance_work_mem } = postgresSettings(
      withDatabase({ memoryMiB: 4096 }),
    );
    expect({ shared_buffers, work_mem, maintenance_work_mem }).toEqual({
      shared_buffers: "1024MB",
      work_mem: "15728kB",
      maintenance_work_mem: "256MB",
    });
  });
});

describe("access to PostgreSQL", () => {
  test("is over TLS with a password, and refused to all others", () => {
    expect(hostBasedAccess("app", ["api", "exporter"])).toBe(
      [
        "local all postgres peer",
        'hostssl "app" "api" all scram-sha-256',
        'hostssl "app",postgres "exporter" all scram-sha-256',
        "local all all reject",
        "host all all all reject",
        "",
      ].join("\n"),
    );
  });
});

describe("Redis", () => {
  test("has users by digest, none by default", () => {
    const list = accessList([
      { name: "api", kind: "service", passwords: ["secret", "before"] },
      { name: "health", kind: "health", passwords: ["other"] },
    ]);
    expect(list.split("\n")).toEqual([
      "user default off",
      "user api on #2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b #6db7d803e74f1ffa7d8f5adc0bf95b3e15bf4c8373fffadf546227cc6c6742cb resetchannels ~* &* +@all -@dangerous",
      "user health on #d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa resetchannels -@all +ping",
      "",
    ]);
  });

  test("keeps nothing on disk and stays below its limit", () => {
    const conf = redisConf(environment(dockerHost()));
    expect(conf).toContain('save ""\nappendonly no\nmaxmemory 716mb\nmaxmemory-policy allkeys-lru\n');
  });
});

describe("nginx", () => {
  const api: PublicService = { name: "api", routes: ["/v1", "/metrics"], host: "api", port: 8000 };
  const block = (conf: string, start: string) =>
    conf.slice(conf.indexOf(start)).split("\n").slice(0, 3).join("\n");

  test("sends all requests to the one release there is", () => {
    expect(block(nginxConf(environment(), [api]), "split_clients")).toBe(
      "split_clients $correlation_id $target_api {\n    * api:8000;\n  }",
    );
  });

  test("sends a candidate its share, and none at weight 0", () => {
    const candidate = (weightPercent: number) => ({
      ...api,
      candidate: { host: "api-candidate", weightPercent },
    });
    expect(nginxConf(environment(), [candidate(10)])).toContain(
      "    10% api-candidate:8000;\n    * api:8000;",
    );
    expect(nginxConf(environment(), [candidate(0)])).not.toContain("api-candidate");
  });

  /** What stands at the edge's two doors for a path: its location, the guard, where it leads. */
  const guards = (conf: string) =>
    [
      ...conf.matchAll(
        /location (~\* \S+) \{\n\s+if \(\$metrics_reader = 0\) \{\n\s+return 403;[^}]*\}\n[^}]*\}\n\s+set \$release (\S+);/g,
      ),
    ].map(([, match, target]) => `${match} ${target}`);

  test("guards /metrics wherever it leads to, however it is spelt", () => {
    const web: PublicService = { name: "web", routes: ["/"], host: "web", port: 8080 };
    expect(guards(nginxConf(environment(), [api]))).toEqual(Array(2).fill("~* ^/metrics $target_api"));
    expect(guards(nginxConf(environment(), [{ ...api, routes: ["/v1"] }, web]))).toEqual(
      Array(2).fill("~* ^/metrics $target_web"),
    );
    expect(guards(nginxConf(environment(), [{ ...api, routes: ["/v1"] }]))).toEqual([]);
  });

  test("guards where else a public service is scraped", () => {
    const valid = environment();
    const services = valid.services.map((one) =>
      one.name === "api" ? { ...one, metricsPath: "/v1/own.metrics" } : one,
    );
    expect(guards(nginxConf({ ...valid, services }, [api]))).toEqual(
      Array(2).fill(["~* ^/metrics $target_api", "~* ^/v1/own\\.metrics $target_api"]).flat(),
    );
  });

  test("answers any origin without credentials where the list says so", () => {
    const valid = environment();
    const open = nginxConf({ ...valid, edge: { ...valid.edge, corsOrigins: ["*"] } }, [api]);
    expect(open).toContain('map $http_origin $cors_origin {\n    default "*";');
    expect(open).toContain('map $http_origin $cors_credentials {\n    default "";\n\n  }');
  });
});

const found = (program: string) => spawnSync(program, ["--version"]).status === 0;

describe("what the monitoring tools say of their own configuration", () => {
  test.skipIf(!found("promtool"))("Prometheus takes its targets and its rules", () => {
    const targets = [{ job: "api", hosts: ["api-1", "api-2"], port: 8000, path: "/metrics" }];
    const directory = mkdtempSync(join(tmpdir(), "mainstay-"));
    try {
      const file = join(directory, "prometheus.yml");
      const config = prometheusConfig(environment(), targets);
      writeFileSync(file, config.replace("/etc/prometheus/rules.yml", "rules.yml"));
      writeFileSync(join(directory, "rules.yml"), prometheusRules(environment()));
      const { status, stdout } = spawnSync("promtool", ["check", "config", file], { encoding: "utf8" });
      expect([
        status,
        stdout.match(/(?<=SUCCESS: .*)(valid prometheus config|rule files|rules) .*/g),
      ]).toEqual([0, ["rule files found", "valid prometheus config file syntax", "rules found"]]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
