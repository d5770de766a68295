import type { Cache } from "../cache/cache";
import type { Database } from "../database/database";
import type { Providers } from "../providers/providers";
import type { Dependency } from "./monitor";
import { databaseStatus, optionalStatus, utilisation } from "./status";

/** What the API and the worker depend on. Only without the database they can do nothing. */
export function dependencies(database: Database, cache: Cache, providers: Providers): Dependency[] {
  return [
    {
      name: "database",
      critical: true,
      probe: () => database.ping(),
      report: (up) => {
        const pool = database.use();
        return { status: databaseStatus(up, pool), pool: { ...pool, utilisation: utilisation(pool) } };
      },
    },
    {
      name: "cache",
      critical: false,
      probe: () => cache.ping(),
      report: (up) => ({ status: optionalStatus(up) }),
    },
    {
      name: "providers",
      critical: false,
      report: () => {
        const open = providers.open();
        return { status: optionalStatus(open.length === 0), open };
      },
    },
  ];
}
