import type { Shape, ServiceShape } from "./shape";
import type { AwsScale, DockerScale, Scale } from "./scale";
import type { Literal, Wired } from "./variables";

/** Where the value of one app variable comes from, once shape, scale and secrets are put together. */
export type VariableSource =
  | { readonly kind: "literal"; readonly value: string; readonly secret: false }
  | { readonly kind: "wired"; readonly from: Wired; readonly secret: boolean }
  | { readonly kind: "generated"; readonly length: number; readonly secret: true }
  | { readonly kind: "given"; readonly secret: true };

/** One app service, its shape and its scale together. */
export interface Service extends ServiceShape {
  readonly name: string;
  readonly replicas: number;
  readonly memoryMiB: number;
  readonly cpus: number;
  /** Most copies when load rises; only where the platform scales by itself. */
  readonly maxReplicas?: number;
  readonly candidate?: DockerScale["services"][string]["candidate"];
}

/** What is known of every environment, whatever platform it runs on. */
export interface CommonEnvironment {
  readonly platform: Scale["platform"];
  /** The stack's name: part of every physical name, never a condition. */
  readonly name: string;
  readonly production: boolean;
  readonly domain: string;
  /** The address users reach it under, without a trailing slash. */
  readonly url: string;
  /** The same without TLS, which does no more than lead there. */
  readonly plainUrl: string;
  readonly images: Readonly<Record<string, string>>;
  readonly services: readonly Service[];
  readonly migration: Shape["migration"];
  /** By variable name; a variable without a value is not in it. */
  readonly variables: Readonly<Record<string, VariableSource>>;
  readonly database: Shape["database"] & Scale["database"];
  readonly cache: Shape["cache"] & Scale["cache"];
  readonly edge: Shape["edge"] & Scale["edge"];
  readonly monitoring: Shape["monitoring"] & Scale["monitoring"];
  readonly backups: Shape["backups"] & Scale["backups"];
  readonly receivers: Scale["receivers"];
  readonly operatorPorts: Shape["operatorPorts"];
  readonly secretRotationDays: number;
  readonly secretGeneration: number;
  readonly protectData: boolean;
}

/** An environment on one Docker host. */
export interface DockerEnvironment extends CommonEnvironment {
  readonly platform: "docker";
  readonly host: DockerScale["host"];
  readonly edge: Shape["edge"] & DockerScale["edge"];
  readonly monitoring: Shape["monitoring"] & DockerScale["monitoring"];
  readonly backups: Shape["backups"] & DockerScale["backups"];
}

/** An environment on AWS. */
export interface AwsEnvironment extends CommonEnvironment {
  readonly platform: "aws";
  readonly aws: AwsScale["aws"];
  readonly edge: Shape["edge"] & AwsScale["edge"];
  readonly monitoring: Shape["monitoring"] & AwsScale["monitoring"];
  readonly backups: Shape["backups"] & AwsScale["backups"];
}

/** A whole environment as data: what the components are built from. */
export type Environment = DockerEnvironment | AwsEnvironment;

/** The value of a wired variable where it is known before anything is declared. */
export function wiredLiteral(
  environment: CommonEnvironment,
  service: Service,
  from: Wired,
): Literal | undefined {
  switch (from) {
    case "environment.name":
      return environment.name;
    case "service.port":
      return service.port;
    case "edge.url":
      return environment.url;
    case "edge.corsOrigins":
      return environment.edge.corsOrigins.join(",");
    case "edge.uploadMaxMiB":
      return environment.edge.uploadMaxMiB;
    case "edge.timeoutMs":
      return environment.edge.timeoutSeconds * 1000;
    case "database.statementTimeoutMs":
      return environment.database.statementTimeoutMs;
    default:
      return undefined;
  }
}
