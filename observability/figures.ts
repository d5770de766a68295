import { longestGapDays } from "../environment/cron";
import { edgeRequests } from "../environment/edge-capacity";
import type { Environment } from "../environment/environment";
import { PLATFORM_JOBS, type Job } from "./metrics";

const MIB = 1024 * 1024;

/** What is scraped of one kind of process, and what a copy of it may use. */
interface Limits {
  readonly job: Job;
  readonly memoryBytes: number;
  readonly cpus: number;
}

/** The figures of an environment that rules depend on. Nothing else of it gets into a rule. */
export interface Figures {
  readonly environment: string;
  /** Whose database it is: a server of one's own, or a managed one, which is asked and archived in other ways. */
  readonly platform: Environment["platform"];
  /** Jobs of the app's own services. */
  readonly services: readonly Job[];
  /** Every job that has to be scraped. */
  readonly scraped: readonly Job[];
  /** Jobs that export their own use of memory and processor. */
  readonly limits: readonly Limits[];
  /** Most requests an edge of one's own works on at a time. */
  readonly edgeRequests?: number;
  readonly databaseBytes: number;
  /** Longest time between two restore drills, by their plan. */
  readonly drillDays: number;
  /** How long a restore may take: the recovery time objective. */
  readonly recoverySeconds: number;
  /** After how long a generated secret is to be replaced. */
  readonly secretRotationDays: number;
}

/**
 * Takes the figures out of an environment.
 *
 * @param scraped what is scraped beside the app's services
 */
export function figuresOf(environment: Environment, scraped: readonly Job[] = PLATFORM_JOBS): Figures {
  const { name, services, backups, database } = environment;
  const limits = (job: Job, { memoryMiB, cpus }: { memoryMiB: number; cpus: number }): Limits => ({
    job,
    memoryBytes: memoryMiB * MIB,
    cpus,
  });
  const measured = services.filter(({ metricsPath }) => metricsPath !== null);
  const own = measured.map((service) => service.name as Job);
  return {
    environment: name,
    platform: environment.platform,
    services: own,
    scraped: [...own, ...scraped],
    limits: [
      ...measured.map((service) => limits(service.name as Job, service)),
      limits("backup", backups),
      ...(environment.platform === "docker"
        ? [
            limits("prometheus", environment.monitoring.prometheus),
            limits("alertmanager", environment.monitoring.alertmanager),
          ]
        : []),
    ],
    edgeRequests: environment.platform === "docker" ? edgeRequests(environment.edge) : undefined,
    drillDays: longestGapDays(backups.drillSchedule),
    recoverySeconds: backups.recoveryMinutes * 60,
    secretRotationDays: environment.secretRotationDays,
    databaseBytes: database.storageGiB * 1024 * MIB,
  };
}
