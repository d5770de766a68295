import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { certificateEnds } from "../../operations/engine/certificate-ends";
import { secretsMade } from "../../operations/engine/secrets-made";
import { keepRecords } from "../../operations/records";
import { figuresOf } from "../../operations/records/cloudwatch";
import { exposition } from "../../operations/records/host";
import { environmentOf, ROOT } from "../observability/support/figures";
import { standInCloudWatch, type CloudWatchStandIn } from "../support/cloudwatch";

describe("a record", () => {
  it("is what Prometheus reads, by the catalogue", () => {
    expect(
      exposition({
        mainstay_deployment_timestamp_seconds: { success: 17, failed: 5 },
        mainstay_drift_differences: 2,
      }),
    ).toBe(
      [
        "# HELP mainstay_deployment_timestamp_seconds When the newest `up` ended that succeeded, and the newest that failed",
        "# TYPE mainstay_deployment_timestamp_seconds gauge",
        'mainstay_deployment_timestamp_seconds{result="success"} 17',
        'mainstay_deployment_timestamp_seconds{result="failed"} 5',
        "# HELP mainstay_drift_differences Resources that were found changed by hand",
        "# TYPE mainstay_drift_differences gauge",
        "mainstay_drift_differences 2",
        "",
      ].join("\n"),
    );
    expect(() => exposition({ mainstay_nothing: 1 })).toThrow("mainstay_nothing is not in the catalogue");
  });

  let folder: string;
  let said: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mainstay-docker-"));
    said = "";
    vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
      said += String(chunk);
      return true;
    });
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.useRealTimers();
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  describe("is laid", () => {
    /** A `docker` that writes down what it was asked, what was in the files it was given, and who may read them. */
    function docker(exitCode: number): void {
      const script = `#!/bin/sh
echo "$@" >> "${folder}/asked"
cat "$4" >> "${folder}/content"
stat -c %a "$4" >> "${folder}/modes"
exit ${exitCode}
`;
      writeFileSync(join(folder, "docker"), script);
      chmodSync(join(folder, "docker"), 0o755);
      vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
    }
    const asked = (file: string) => readFileSync(join(folder, file), "utf8");

    it("with the exporter of a Docker host, a file each", async () => {
      docker(0);
      await keepRecords(environmentOf("local"), {
        drift: { mainstay_drift_differences: 0 },
        deployment: { mainstay_deployment_failed: 1 },
      });
      const copies = asked("asked").replace(/\S+\/mainstay-record-\w+/g, "FOLDER");
      expect(copies).toBe(
        ["drift", "deployment"]
          .map(
            (one) =>
              `--host unix:///var/run/docker.sock cp FOLDER/${one}.prom mainstay-local-host-exporter:/records/\n`,
          )
          .join(""),
      );
      expect(
        asked("content")
          .split("\n")
          .filter((line) => !line.startsWith("#")),
      ).toEqual(["mainstay_drift_differences 0", "mainstay_deployment_failed 1", ""]);
      expect(said).toBe("");
    });

    it("so that the exporter, another user, may read it, whatever the operator's files are like", async () => {
      docker(0);
      const before = process.umask(0o077);
      onTestFinished(() => void process.umask(before));
      await keepRecords(environmentOf("local"), { drift: { mainstay_drift_differences: 0 } });
      expect(asked("modes")).toBe("644\n");
    });

    it("in vain, and that is said once and nothing else", async () => {
      docker(1);
      await keepRecords(environmentOf("local"), {
        drift: { mainstay_drift_differences: 0 },
        deployment: { mainstay_deployment_failed: 1 },
      });
      expect(said).toBe(
        "Prometheus was not told the result: docker could not copy a file into mainstay-local-host-exporter\n",
      );
    });
  });

  it("that cannot be found out is said, and is no failure", async () => {
    await keepRecords(environmentOf("local"), () => Promise.reject(new Error("the state cannot be read")));
    expect(said).toBe("Prometheus was not told the result: the state cannot be read\n");
  });

  describe("on AWS", () => {
    const NEEDED =
      "it takes credentials that allow cloudwatch:PutMetricData for the namespace mainstay/prod, and a way to CloudWatch in eu-west-1";
    let cloudWatch: CloudWatchStandIn;
    const standIn = async (...answer: Parameters<typeof standInCloudWatch>) => {
      cloudWatch = await standInCloudWatch(...answer);
      for (const [name, value] of Object.entries(cloudWatch.env)) vi.stubEnv(name, value);
      // What the SDK says of Node's age is no matter of records.
      vi.stubEnv("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true");
    };
    afterEach(() => cloudWatch.close());
    const drift = { drift: { mainstay_drift_differences: 2 } };

    it("is told to CloudWatch in one request, moments as ages, and of many values the greatest", async () => {
      vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-26T10:00:00Z") });
      await standIn();
      const now = Date.now() / 1000;
      await keepRecords(environmentOf("prod"), {
        deployment: { mainstay_deployment_failed: 0 },
        "deployment-success": { mainstay_deployment_timestamp_seconds: { success: now } },
        ...drift,
        secrets: { mainstay_secret_made_timestamp_seconds: { newer: now - 60, older: now - 86_400 } },
      });
      expect(cloudWatch.told).toEqual([
        {
          operation: "PutMetricData",
          scope: "eu-west-1/monitoring",
          body: {
            Namespace: "mainstay/prod",
            MetricData: [
              { MetricName: "mainstay_deployment_failed", Value: 0, Unit: "None" },
              { MetricName: "mainstay_deployment_age_seconds", Value: 0, Unit: "Seconds" },
              { MetricName: "mainstay_drift_differences", Value: 2, Unit: "Count" },
              { MetricName: "mainstay_secret_made_age_seconds", Value: 86_400, Unit: "Seconds" },
            ],
          },
        },
      ]);
      expect(said).toBe("");
    });

    it("that is refused is said, with what it takes", async () => {
      await standIn((response) => {
        response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
        response.end(JSON.stringify({ __type: "AccessDenied", message: "not authorized" }));
      });
      await keepRecords(environmentOf("prod"), drift);
      expect(said).toBe(`CloudWatch was not told the result: not authorized; ${NEEDED}\n`);
      expect(cloudWatch.told).toHaveLength(1);
    });

    it("that nobody answers is given up", async () => {
      const patience = new AbortController();
      vi.spyOn(AbortSignal, "timeout").mockReturnValue(patience.signal);
      await standIn(() => patience.abort());
      await keepRecords(environmentOf("prod"), drift);
      expect(said).toBe(`CloudWatch was not told the result: it has not answered; ${NEEDED}\n`);
    });

    it("that does not get there is said as well", async () => {
      await standIn();
      await cloudWatch.close();
      await keepRecords(environmentOf("prod"), drift);
      expect(said).toMatch(
        /^CloudWatch was not told the result: connect ECONNREFUSED 127\.0\.0\.1:\d+; it takes /,
      );
    });

    it("ends what was told before where nothing is left to tell", () => {
      expect(figuresOf({ mainstay_secret_made_timestamp_seconds: {} }, 100)).toEqual([
        { MetricName: "mainstay_secret_made_age_seconds", Value: 0, Unit: "Seconds" },
      ]);
    });
  });

  it("takes AWS's SDK only to be told to CloudWatch: commands start without", () => {
    const script = `
      for (const one of ["up", "drift", "secret"]) require("./operations/" + one);
      console.log(Object.keys(require.cache).filter((file) => /@aws-sdk|@smithy/.test(file)));`;
    const stdout = execFileSync(process.execPath, ["--require", "./transpile.js", "-e", script], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect(stdout).toBe("[]\n");
  });

  it("of secrets holds those that are replaced from time to time", () => {
    const type = "random:index/randomPassword:RandomPassword";
    const urn = (name: string) => `urn:pulumi:local::mainstay::${type}::${name}`;
    const created = "2026-01-02T03:04:05.678Z";
    const keepers = { generation: "1" };
    expect(
      secretsMade([
        { urn: urn("grafana-password"), type, inputs: { keepers }, created },
        // Of two that take turns, the one of before; and one that a partial update has not replaced yet.
        { urn: urn("cache-api-even"), type, inputs: { keepers: { generation: "0" } }, created },
        { urn: urn("cache-api-odd"), type, inputs: { keepers }, created },
        { urn: urn("not-yet-replaced"), type, inputs: { keepers: { generation: "0" } }, created },
        { urn: urn("backups-password"), type, inputs: {}, created },
        { urn: urn("older-than-engines-that-tell"), type, inputs: { keepers } },
        { urn: "urn:pulumi:local::mainstay::a:b:C::d", type: "a:b:C", inputs: { keepers }, created },
      ]),
    ).toEqual({
      "grafana-password": 1767323045,
      "cache-api-odd": 1767323045,
      "not-yet-replaced": 1767323045,
    });
  });

  it("of certificates holds those the program has made, with their ends", () => {
    const [signed, authority] = [
      "tls:index/locallySignedCert:LocallySignedCert",
      "tls:index/selfSignedCert:SelfSignedCert",
    ];
    const resource = (type: string, name: string, outputs = {}) => ({
      ...{ urn: `urn:pulumi:local::mainstay::${type}::${name}`, type, outputs },
    });
    const validityEndTime = "2027-12-28T06:30:00.5Z";
    expect(
      certificateEnds([
        resource(signed, "database-server-certificate", { validityEndTime }),
        resource(authority, "authority-certificate", { validityEndTime: "2036-11-24T06:30:00Z" }),
        resource(signed, "of-which-nothing-is-known"),
        resource("a:b:C", "another", { validityEndTime }),
      ]),
    ).toEqual({ "database-server-certificate": 1829975400, "authority-certificate": 2111121000 });
  });
});
