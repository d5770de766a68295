import { readFileSync } from "node:fs";
import type { ClientConfig } from "pg";
import type { Config } from "../config/variables";

/**
 * How to reach the database. With a CA file the connection is encrypted and the server's certificate is
 * checked against it, its host name included.
 */
export function connectionOptions(config: Config<"DATABASE_URL" | "DATABASE_CA_FILE">): ClientConfig {
  const url = new URL(config.DATABASE_URL);
  const ca = config.DATABASE_CA_FILE;
  // Taken apart by hand: parameters in the URL (such as sslmode) could otherwise weaken what is set here.
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ssl: ca === undefined ? false : { ca: readFileSync(ca, "utf8"), rejectUnauthorized: true },
  };
}
