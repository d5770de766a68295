/** What a rule is. Rules are data and pure functions; who runs them, and on what, is not their business. */
import type { Json, Resource } from "../graph/resource";
import type { GraphView } from "./view";

export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** `mandatory` stops a deployment, `advisory` is said, `disabled` is not even asked. */
export const ENFORCEMENTS = ["mandatory", "advisory", "disabled"] as const;
export type Enforcement = (typeof ENFORCEMENTS)[number];

/** The same demand as others word it. */
interface Framework {
  readonly name: string;
  readonly id: string;
}

/** What a rule says of one resource. Silence means that the resource obeys. */
export interface Finding {
  /** `undecidable`: the answer depends on a value that is not known here. */
  readonly outcome: "violation" | "undecidable";
  readonly resource: Resource;
  /** Path of the input judged. */
  readonly property?: string;
  /** The value found, in words. Kept apart, because a value may be one that must not be shown. */
  readonly found?: string;
  readonly allowed?: string;
  /** A whole sentence, without its full stop and without any value, where found and allowed do not say it. */
  readonly what?: string;
}

/** What a rule may know beside the resource. */
export interface Situation {
  /** Whether real users depend on the environment. */
  readonly production: boolean;
  /** `YYYY-MM-DD` */
  readonly today: string;
}

interface RuleInfo {
  /** Short and stable: waivers and configuration name it. */
  readonly name: string;
  /** What the rule demands, one sentence. */
  readonly description: string;
  readonly severity: Severity;
  readonly enforcement: Enforcement;
  readonly frameworks: readonly Framework[];
  /** What to do about a violation, one sentence. */
  readonly remediation: string;
  readonly link: string;
  /** Type tokens of the resources it judges. */
  readonly types: readonly string[];
  /** Judges production only. */
  readonly production: boolean;
}

/** Judges a resource by its own inputs, so that it can be judged before anything is made. */
export interface ResourceRule extends RuleInfo {
  readonly scope: "resource";
  readonly check: (resource: Resource, situation: Situation) => readonly Finding[];
  /**
   * Whole inputs that make good a violation, by name. Only what can be changed while the resource runs, takes
   * nothing from anybody, and changes nothing the second time.
   */
  readonly remedy?: (resource: Resource) => Readonly<Record<string, Json>>;
}

/** Judges a resource by what stands beside it, or does not. */
export interface GraphRule extends RuleInfo {
  readonly scope: "graph";
  readonly check: (resource: Resource, graph: GraphView, situation: Situation) => readonly Finding[];
}

export type Rule = ResourceRule | GraphRule;

/** Ids of the same demand elsewhere; several are separated by blanks. */
interface References {
  /** AWS Foundational Security Best Practices. */
  readonly fsbp?: string;
  readonly nag?: string;
  readonly checkov?: string;
  readonly trivy?: string;
  /** CIS Docker Benchmark 1.6. */
  readonly cis?: string;
}

const FRAMEWORKS: Readonly<Record<keyof References, string>> = {
  fsbp: "AWS FSBP",
  nag: "cdk-nag",
  checkov: "Checkov",
  trivy: "Trivy",
  cis: "CIS Docker 1.6",
};

interface RuleArgs {
  readonly name: string;
  readonly description: string;
  readonly severity: Severity;
  /** @default mandatory, and advisory where the severity is low */
  readonly enforcement?: Enforcement;
  readonly references?: References;
  readonly remediation: string;
  /** @default the page of the first AWS control among the references */
  readonly link?: string;
  readonly types: readonly string[];
  /** @default false */
  readonly production?: boolean;
}

export const resourceRule = ({
  check,
  remedy,
  ...args
}: RuleArgs & Pick<ResourceRule, "check" | "remedy">): ResourceRule => ({
  ...info(args),
  scope: "resource",
  check,
  ...(remedy === undefined ? {} : { remedy }),
});

export const graphRule = ({ check, ...args }: RuleArgs & Pick<GraphRule, "check">): GraphRule => ({
  ...info(args),
  scope: "graph",
  check,
});

function info({ references = {}, production = false, ...args }: RuleArgs): RuleInfo {
  return {
    ...args,
    production,
    enforcement: args.enforcement ?? (args.severity === "low" ? "advisory" : "mandatory"),
    frameworks: Object.entries(references).flatMap(([key, ids]: [string, string]) =>
      ids.split(" ").map((id) => ({ name: FRAMEWORKS[key as keyof References], id })),
    ),
    link: args.link ?? controlPage(references.fsbp),
  };
}

/** Each service's controls stand on one page, under an anchor. */
function controlPage(ids = ""): string {
  const [service = "", number = ""] = ids.split(" ")[0]?.toLowerCase().split(".") ?? [];
  const page = "https://docs.aws.amazon.com/securityhub/latest/userguide";
  return service === ""
    ? `${page}/fsbp-standard.html`
    : `${page}/${service}-controls.html#${service}-${number}`;
}

/** True, false, or undefined where it cannot be told. */
export type Answer = boolean | undefined;

/** What a value is held against. */
export interface Expectation {
  /** Told only of values that are there and can be read; what is inside them may be neither. */
  readonly test: (value: Json) => Answer;
  /** Whether the input may be left out. */
  readonly absent: boolean;
  /** Whether it is enough that something is given: a secret nobody can read here, or what another resource will tell. */
  readonly given: boolean;
  /** Whether a secret will do, whatever it holds. @default false */
  readonly secret?: boolean;
  readonly allowed: string;
  /** Whether a value that is not allowed may be shown. @default true */
  readonly shown?: boolean;
}
