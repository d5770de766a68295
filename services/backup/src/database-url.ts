/** Takes a PostgreSQL URL apart. Its messages never quote the URL: it holds a password. */

export interface DatabaseUrl {
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly sslmode: string;
}

const SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/** Throws an error saying which part is wrong and what is allowed. */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !["postgresql:", "postgres:"].includes(url.protocol)) {
    throw new Error("is not a URL such as postgresql://user:password@host:5432/database");
  }
  const missing = [
    ["a host", url.hostname],
    ["a user", url.username],
    ["a password", url.password],
    ["a database", url.pathname.slice(1)],
  ].flatMap(([what, value]) => (value ? [] : [what]));
  if (missing.length > 0) throw new Error(`lacks ${missing.join(" and ")}`);

  if ([...url.searchParams.keys()].some((key) => key !== "sslmode")) {
    throw new Error("has a parameter other than sslmode");
  }
  const sslmode = url.searchParams.get("sslmode") ?? "prefer";
  if (!SSL_MODES.includes(sslmode))
    throw new Error(`has an unknown sslmode; allowed: ${SSL_MODES.join(", ")}`);

  try {
    return {
      host: decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, "$1"),
      port: url.port || "5432",
      database: decodeURIComponent(url.pathname.slice(1)),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      sslmode,
    };
  } catch {
    throw new Error("has a % that is no percent-encoding; write it as %25");
  }
}
