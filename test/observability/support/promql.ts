import type { LRParser } from "@lezer/lr";
import type { SyntaxNode } from "@lezer/common";

// Its types are declared for ES modules only, while the package has a CommonJS build as well.
const { parser } = require("@prometheus-io/lezer-promql") as { parser: LRParser };

/** A series as an expression asks for it. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

/** A comparison with a number: where both stand in the text. */
interface Comparison {
  readonly operator: string;
  readonly at: readonly [from: number, to: number];
  readonly bound?: {
    readonly value: number;
    readonly at: readonly [from: number, to: number];
    /** Whether it is multiplied by something else, which decides as well. */
    readonly factor: boolean;
  };
}

export interface Expression {
  readonly selectors: readonly Selector[];
  /** Labels it groups or joins by. */
  readonly grouping: readonly string[];
  /** Labels it makes itself. */
  readonly made: readonly string[];
  readonly comparisons: readonly Comparison[];
  /** How far back it looks, as it is written: one for each window. */
  readonly windows: readonly string[];
}

const COMPARATORS = new Set(["Gtr", "Gte", "Lss", "Lte", "Eql", "Neq"]);

/** Takes an expression apart. @throws if it is no PromQL */
export function analyse(text: string): Expression {
  const selectors: Selector[] = [];
  const grouping = new Set<string>();
  const comparisons: Comparison[] = [];
  const made: string[] = [];
  const windows: string[] = [];
  const written = (node: SyntaxNode) => text.slice(node.from, node.to);
  parser.parse(text).iterate({
    enter: ({ node }) => {
      if (node.type.isError) throw new Error(`no PromQL at ${node.from}: ${text}`);
      if (node.name === "VectorSelector") selectors.push(selector(node, written));
      if (node.name === "MatrixSelector") windows.push(/\[(.+)\]$/.exec(written(node))?.[1] ?? "");
      if (node.name === "GroupingLabels") {
        for (const label of node.getChildren("LabelName")) grouping.add(written(label));
      }
      if (node.name === "LabelReplace") {
        const [label] = node.parent?.nextSibling?.getChildren("StringLiteral") ?? [];
        if (label) made.push(written(label).slice(1, -1));
      }
      if (COMPARATORS.has(node.name) && node.parent?.name === "BinaryExpr") {
        comparisons.push(comparison(node, written));
      }
    },
  });
  return { selectors, grouping: [...grouping], made, comparisons, windows };
}

function selector(node: SyntaxNode, written: (node: SyntaxNode) => string): Selector {
  const metric = node.getChild("Identifier");
  const matchers = node.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? [];
  return {
    metric: metric ? written(metric) : "",
    matchers: matchers.map((matcher) => {
      const part = (name: string) => matcher.getChild(name);
      const [label, operator, value] = [part("LabelName"), part("MatchOp"), part("StringLiteral")];
      if (!label || !operator || !value) throw new Error(`a matcher of another kind: ${written(matcher)}`);
      return { label: written(label), operator: written(operator), value: written(value).slice(1, -1) };
    }),
  };
}

function comparison(node: SyntaxNode, written: (node: SyntaxNode) => string): Comparison {
  // "a > bool 5" and "a > 3 * b": the number is the first thing behind the operator.
  const operand = node.nextSibling?.name === "BoolModifier" ? node.nextSibling.nextSibling : node.nextSibling;
  let right = operand;
  while (right && right.name !== "NumberDurationLiteral") right = right.firstChild;
  const bound = right && {
    value: Number(written(right)),
    at: [right.from, right.to] as const,
    factor: right !== operand,
  };
  return {
    operator: written(node),
    at: [node.from, node.to],
    ...(bound && Number.isFinite(bound.value) && { bound }),
  };
}
