import type * as pulumi from "@pulumi/pulumi";
import type { Service, VariableSource } from "../../environment/environment";
import type { Wired } from "../../environment/variables";
import type { AwsContext } from "../aws/context";
import type { AwsKind, AwsSecret } from "../aws/kind";
import { secret } from "../aws/secret";
import { generatedSecret } from "../secrets";
import type { AppArgs } from "./contract";
import { wiredUrl } from "./needs";
import { serviceVariables, type ServiceVariables } from "./variables";

/** The values of the app's variables: plain ones, and where the secret ones stand. */
export class AwsSettings {
  private readonly stored = new Map<string, AwsSecret>();

  constructor(
    private readonly context: AwsContext,
    private readonly componentName: string,
    private readonly args: Pick<AppArgs<AwsKind>, "database" | "cache" | "tracing">,
    private readonly parent: pulumi.ComponentResource,
  ) {}

  /**
   * @param user whose credentials for database and cache they are
   * @param caFile where the container finds the database's authorities, if it does
   */
  of(
    service: Service,
    user: string,
    variables: readonly string[],
    caFile: string | undefined,
  ): ServiceVariables<AwsSecret> {
    return serviceVariables(this.context.environment, service, variables, {
      secret: (from) => wiredUrl<AwsKind>(from, user, this.args),
      plain: (from) => this.wiredPlain(from, user, caFile),
      stored: (variable, source) => this.storedOnce(variable, source),
    });
  }

  private wiredPlain(from: Wired, user: string, caFile: string | undefined): string {
    if (from === "tracing.endpoint") return this.args.tracing.endpoint;
    if (from === "database.caFile" && caFile !== undefined) return caFile;
    throw new Error(`${user} is given ${from}, but does not need its component`);
  }

  /** Services that are given the same variable read the same secret. */
  private storedOnce(variable: string, source: VariableSource): AwsSecret {
    const known = this.stored.get(variable);
    if (known) return known;
    const { environment, givenSecret } = this.context;
    const opts = { parent: this.parent };
    const name = `${this.componentName}-${variable.toLowerCase().replaceAll("_", "-")}`;
    const value =
      source.kind === "generated"
        ? generatedSecret(environment, name, source.length, opts)
        : givenSecret(variable);
    const fresh = secret(this.context, name, value, opts);
    this.stored.set(variable, fresh);
    return fresh;
  }
}
