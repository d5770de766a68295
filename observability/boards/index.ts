import { api } from "./api";
import { backups } from "./backups";
import type { Board } from "./board";
import { cache } from "./cache";
import { database } from "./database";
import { objectives } from "./objectives";
import { overview } from "./overview";
import { releases } from "./releases";
import { resources } from "./resources";
import { workers } from "./workers";

export type { Board } from "./board";

export const ALL_BOARDS: readonly Board[] = [
  overview,
  api,
  database,
  cache,
  workers,
  objectives,
  backups,
  releases,
  resources,
];
