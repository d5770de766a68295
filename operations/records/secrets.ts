import { secretsOf } from "../../environment/secrets";
import type { StackConfiguration } from "../../environment/stack-files";
import type { EngineStack } from "../engine/stack";
import type { Recorded } from "./recorded";

/** How old a stack's secrets are: those Mainstay made, by the state, and those people gave, where the day is known. */
export async function secretsRecord(engine: EngineStack, files: StackConfiguration): Promise<Recorded> {
  const given = secretsOf(files).flatMap(({ name, age }): [string, number][] =>
    age?.given ? [[name, Date.parse(age.given) / 1000]] : [],
  );
  return {
    mainstay_secret_made_timestamp_seconds: await engine.secretsMade(),
    mainstay_secret_given_timestamp_seconds: Object.fromEntries(given),
  };
}
