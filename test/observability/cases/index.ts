import type { Case } from "../support/case";
import { aftermaths } from "./aftermaths";
import { availability } from "./availability";
import { backups } from "./backups";
import { cache } from "./cache";
import { database } from "./database";
import { edge } from "./edge";
import { host } from "./host";
import { logs } from "./logs";
import { monitoring } from "./monitoring";
import { objectives } from "./objectives";
import { operations } from "./operations";
import { probes } from "./probes";
import { providers } from "./providers";
import { queriesCases } from "./queries";
import { requests } from "./requests";
import { resources } from "./resources";
import { workers } from "./workers";

/** One for every alert and level: a test compares them with the rules. */
export const CASES: readonly Case[] = [
  ...availability,
  ...requests,
  ...queriesCases,
  ...database,
  ...cache,
  ...workers,
  ...providers,
  ...resources,
  ...backups,
  ...host,
  ...probes,
  ...edge,
  ...logs,
  ...operations,
  ...monitoring,
  ...objectives,
  ...aftermaths,
];
