import { describe, expect, it } from "vitest";
import { declare, differences, fromPreview, fromState } from "../../graph";
import { engineIsThere, runOnEngine } from "../graph/fixture/engine";
import { OPTIONS, program } from "../graph/fixture/program";

describe.skipIf(!engineIsThere())(
  "the graph on a real engine (needs the Pulumi CLI and a Docker daemon)",
  () => {
    it(
      "is what the program declares offline, in previews and in the state",
      { timeout: 300_000 },
      async () => {
        const offline = await declare(program, OPTIONS);
        const { first, state, second } = await runOnEngine();

        expect(differences(offline, fromPreview(first))).toEqual([]);
        expect(differences(offline, fromState(state))).toEqual([]);
        expect(differences(offline, fromPreview(second))).toEqual([]);
        expect(differences(fromPreview(second), fromState(state))).toEqual([]);
        expect(JSON.stringify([fromPreview(first), fromPreview(second), fromState(state)])).not.toContain(
          "hush-hush",
        );
      },
    );
  },
);
