import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where it is not installed, what needs it is left out. */
export const AMTOOL_FOUND = spawnSync("amtool", ["--version"]).status === 0;

type Texts = Readonly<Record<string, string | undefined>>;

/** Alerts that are told together, as Alertmanager hands them to its templates. */
export interface Group {
  readonly status: "firing" | "resolved";
  readonly receiver: string;
  readonly groupLabels: Texts;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Texts;
    readonly annotations: Texts;
  }[];
}

/** A text of the configuration as Alertmanager's own templates make it of a group. */
export function asSent(text: string, group: Group): string {
  const folder = mkdtempSync(join(tmpdir(), "mainstay-template-"));
  try {
    const data = {
      ...group,
      commonLabels: common(group.alerts.map(({ labels }) => labels)),
      commonAnnotations: common(group.alerts.map(({ annotations }) => annotations)),
      externalURL: "",
    };
    writeFileSync(join(folder, "data.json"), JSON.stringify(data));
    writeFileSync(join(folder, "none.tmpl"), "");
    const args = ["--template.glob", join(folder, "none.tmpl"), "--template.data", join(folder, "data.json")];
    const { status, stdout, stderr } = spawnSync(
      "amtool",
      ["template", "render", ...args, "--template.text", text],
      { encoding: "utf8" },
    );
    if (status !== 0) throw new Error(stderr);
    return stdout.replace(/\n$/, "");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What all have, with the same value. */
const common = (all: readonly Texts[]): Texts =>
  Object.fromEntries(
    Object.entries(all[0] ?? {}).filter(([name, value]) => all.every((one) => one[name] === value)),
  );
