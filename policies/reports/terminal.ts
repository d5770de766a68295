import {
  bySeverity,
  countByPolicy,
  describeWaiver,
  nameOf,
  told,
  type Report,
  type StackVerdict,
} from "./report";
import type { Severity } from "../rule";
import type { ParityDifference } from "../parity";

const COLOURS: Readonly<Record<Severity | "good" | "dim", string>> = {
  critical: "1;31",
  high: "31",
  medium: "33",
  low: "36",
  good: "32",
  dim: "2",
};

type Paint = (colour: keyof typeof COLOURS, text: string) => string;

/** @param colours whether the lines go to a terminal, and not into a file */
export function toTerminal({ stacks, differences, seconds }: Report, colours: boolean): string[] {
  const paint: Paint = (colour, text) => (colours ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text);
  return [
    ...stacks.flatMap((stack) => stackLines(stack, paint)),
    ...parityLines(differences, paint),
    paint("dim", `in ${seconds.toFixed(1)} s`),
  ];
}

function stackLines(
  { stack, resources, violations, waived, undecidable }: StackVerdict,
  paint: Paint,
): string[] {
  const mandatory = violations.filter(({ enforcement }) => enforcement === "mandatory").length;
  const head = `${stack}: ${resources} resources, ${mandatory} violations, ${violations.length - mandatory} advices`;
  return [
    mandatory === 0 ? paint("good", head) : paint("high", head),
    ...bySeverity(violations).flatMap(({ severity, enforcement, policy, urn, message }) => [
      `  ${paint(severity, severity.padEnd(8))} ${policy} ${nameOf(urn)}${enforcement === "advisory" ? " (advice)" : ""}`,
      `           ${message}`,
    ]),
    ...waived.map(
      (one) => `  ${paint("dim", "waived  ")} ${one.policy} ${nameOf(one.urn)}: ${describeWaiver(one)}`,
    ),
    ...(undecidable.length === 0
      ? []
      : [
          paint(
            "dim",
            `  ${undecidable.length} checks hang on what only up can tell: ${countByPolicy(undecidable)
              .map(([policy, count]) => `${policy} (${count})`)
              .join(", ")}`,
          ),
        ]),
  ];
}

function parityLines(differences: readonly ParityDifference[], paint: Paint): string[] {
  const forbidden = differences.filter(({ allowed }) => !allowed);
  const declared = differences.length - forbidden.length;
  const head = `parity: ${forbidden.length} differences that are not declared, ${declared} that are`;
  return [
    forbidden.length === 0 ? paint("good", head) : paint("high", head),
    ...forbidden.flatMap(({ path, left, right, reason }) => [
      `  ${path}`,
      reason === undefined
        ? `           ${told(left)}, and in production ${told(right)}`
        : `           ${reason}`,
    ]),
  ];
}
