import type { Reporter, SerializedError, TestModule, TestState } from "vitest/node" with {
  "resolution-mode": "import",
};

/** Ends a run with the parts and tests that could not be run here, if any, and the number of tests by result. */
export default class ClosingLines implements Reporter {
  /** @param options `skipped`: the parts that are left out, each with its reason */
  constructor(private readonly options: { readonly skipped: readonly string[] }) {}

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const { skipped } = this.options;
    const tests = modules.flatMap(({ children }) => [...children.allTests()]);
    const count = (state: TestState) => tests.filter((test) => test.result().state === state).length;
    // What fails outside of tests (loading a file, a hook, a stray promise) fails none of them.
    const around = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const broken = around.filter((part) => part.errors().length > 0).length + errors.length;
    const noted = tests.flatMap((test) => {
      const result = test.result();
      return result.state === "skipped" && result.note ? [`${test.fullName} (${result.note})`] : [];
    });
    const left = [...skipped, ...noted];
    if (left.length > 0) console.log(`skipped: ${left.join(", ")}`);
    console.log(`${count("passed")} passed, ${count("failed") + broken} failed, ${count("skipped")} skipped`);
  }
}
