import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { secretsMade } from "../../operations/engine/secrets-made";
import { exposition, keepRecord } from "../../operations/records";
import { environmentOf } from "../observability/support/figures";

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

  describe("is laid", () => {
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
      vi.restoreAllMocks();
      rmSync(folder, { recursive: true });
    });

    /** A `docker` that writes down what it was asked, and what was in the file it was given. */
    function docker(exitCode: number): void {
      const script = `#!/bin/sh\necho "$@" > "${folder}/asked"\ncat "$4" > "${folder}/content"\nexit ${exitCode}\n`;
      writeFileSync(join(folder, "docker"), script);
      chmodSync(join(folder, "docker"), 0o755);
      vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
    }
    const asked = (file: string) => readFileSync(join(folder, file), "utf8");

    it("with the exporter of a Docker host", async () => {
      docker(0);
      await keepRecord(environmentOf("local"), "drift", { mainstay_drift_differences: 0 });
      expect(asked("asked")).toMatch(
        /^--host unix:\/\/\/var\/run\/docker.sock cp \S+\/drift.prom mainstay-local-host-exporter:\/records\/\n$/,
      );
      expect(asked("content")).toMatch(/\nmainstay_drift_differences 0\n$/);
      expect(said).toBe("");
    });

    it("in vain, and that is said and nothing else", async () => {
      docker(1);
      await keepRecord(environmentOf("local"), "drift", { mainstay_drift_differences: 0 });
      expect(said).toBe(
        "Prometheus is not told of it: docker could not copy a file into mainstay-local-host-exporter\n",
      );
    });

    it("nowhere on AWS", async () => {
      docker(1);
      await keepRecord(environmentOf("prod"), "drift", { mainstay_drift_differences: 0 });
      expect(said).toBe("");
      expect(() => asked("asked")).toThrow("ENOENT");
    });
  });

  it("of secrets holds those that are replaced from time to time", () => {
    const type = "random:index/randomPassword:RandomPassword";
    const urn = (name: string) => `urn:pulumi:local::mainstay::${type}::${name}`;
    const created = "2026-01-02T03:04:05.678Z";
    const keepers = { generation: "1" };
    expect(
      secretsMade([
        { urn: urn("grafana-password"), type, inputs: { keepers }, created },
        { urn: urn("backups-password"), type, inputs: {}, created },
        { urn: urn("older-than-engines-that-tell"), type, inputs: { keepers } },
        { urn: "urn:pulumi:local::mainstay::a:b:C::d", type: "a:b:C", inputs: { keepers }, created },
      ]),
    ).toEqual({ "grafana-password": 1767323045 });
  });
});
