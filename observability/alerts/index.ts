import type { Figures } from "../figures";
import type { AlertGroup } from "./alert";
import { availability } from "./availability";
import { backups } from "./backups";
import { cache } from "./cache";
import { database, pool } from "./database";
import { edge } from "./edge";
import { host } from "./host";
import { logs } from "./logs";
import { selfHosted, WATCHDOG } from "./monitoring";
import { operations } from "./operations";
import { probes } from "./probes";
import { providers } from "./providers";
import { requests } from "./requests";
import { resources } from "./resources";
import { workers } from "./workers";

export { LEVELS, type Alert, type AlertGroup, type Level, type Owner } from "./alert";
export { escalations } from "./escalation";
export { MISSING } from "./missing";

const SHARED = [availability, requests, pool, database, cache, workers, providers, resources, backups];

/** The alerts of every platform; those of the objectives are generated apart. */
export function sharedAlerts(figures: Figures): AlertGroup[] {
  return [...SHARED.map((alerts) => alerts(figures)), { name: "escalation", alerts: [WATCHDOG] }];
}

/** The alerts about a host of one's own: what runs on it and is run for it, its Prometheus and its Alertmanager. */
export const selfHostedAlerts = (figures: Figures): AlertGroup[] =>
  [host, probes, edge, logs, operations, selfHosted].map((alerts) => alerts(figures));
