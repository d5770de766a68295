import type { Values, VariableName } from "./variables";

/** A rule across variables; it answers with the problem, if there is one. */
interface Rule {
  readonly of: readonly VariableName[];
  readonly check: (values: Values) => string | undefined;
}

/** What must hold between variables, on top of what holds for each. */
export const RULES: readonly Rule[] = [
  {
    of: ["DATABASE_POOL_MIN", "DATABASE_POOL_MAX"],
    check: ({ DATABASE_POOL_MIN: least, DATABASE_POOL_MAX: most }) =>
      least > most
        ? `DATABASE_POOL_MIN: ${least} is above DATABASE_POOL_MAX (${most}); allowed: at most ${most}`
        : undefined,
  },
  {
    of: ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY"],
    check: ({ OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY }) =>
      OPENAI_API_KEY || ANTHROPIC_API_KEY || GEMINI_API_KEY
        ? undefined
        : "OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY: all missing; allowed: at least one of them",
  },
];
