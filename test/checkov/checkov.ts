/** Runs checkov over a plan, and holds what it finds against what is accepted. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Plan } from "./terraform";

/** One check that failed on one resource. */
export interface Finding {
  readonly check: string;
  readonly resource: string;
}

export interface Reading {
  readonly findings: readonly Finding[];
  readonly passed: number;
  /** How many resources checkov saw. */
  readonly resources: number;
  readonly unread: number;
}

/** Findings that stay, and why. */
export interface Accepted {
  readonly check: string;
  /** Addresses in Terraform's form; a `*` at the end stands for any names. */
  readonly resources: readonly string[];
  readonly reason: string;
}

export const CHECKOV_FOUND = (process.env.PATH ?? "")
  .split(delimiter)
  .some((folder) => existsSync(join(folder, "checkov")));

/** What checkov prints, as far as it is read here. */
interface Report {
  readonly results: {
    readonly failed_checks: readonly { readonly check_id: string; readonly resource: string }[];
  };
  readonly summary: {
    readonly passed: number;
    readonly resource_count: number;
    readonly parsing_errors: number;
  };
}

/** @throws with what checkov says, if it does not get to a report */
export function read(plan: Plan): Reading {
  const folder = mkdtempSync(join(tmpdir(), "mainstay-checkov-"));
  try {
    const file = join(folder, "plan.json");
    writeFileSync(file, JSON.stringify(plan));
    const options = ["--framework", "terraform_plan", "--output", "json", "--compact", "--skip-download"];
    const { status, stdout, stderr } = spawnSync("checkov", ["--file", file, ...options], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    // 1: something was found.
    if (status !== 0 && status !== 1) throw new Error(`checkov ended with ${status}: ${stderr}`);
    const { results, summary } = JSON.parse(stdout) as Report;
    return {
      findings: results.failed_checks.map(({ check_id, resource }) => ({ check: check_id, resource })),
      passed: summary.passed,
      resources: summary.resource_count,
      unread: summary.parsing_errors,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const covers = (address: string, resource: string) =>
  address.endsWith("*") ? resource.startsWith(address.slice(0, -1)) : resource === address;

const matches = ({ check, resources }: Accepted, finding: Finding) =>
  check === finding.check && resources.some((address) => covers(address, finding.resource));

/** What nobody accepted, as `check resource`. */
export const undeclared = (findings: readonly Finding[], accepted: readonly Accepted[]): string[] =>
  findings
    .filter((finding) => !accepted.some((one) => matches(one, finding)))
    .map(({ check, resource }) => `${check} ${resource}`)
    .sort();

/** What is accepted and was not found, as `check address`. */
export const outlived = (findings: readonly Finding[], accepted: readonly Accepted[]): string[] =>
  accepted.flatMap(({ check, resources }) =>
    resources
      .filter((address) => !findings.some((one) => one.check === check && covers(address, one.resource)))
      .map((address) => `${check} ${address}`),
  );
