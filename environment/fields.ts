import { z } from "zod";

/** The small vocabulary the schema is written in: each field knows how to say what it allows. */

const matching = (pattern: RegExp, allowed: string) => z.string().regex(pattern, { error: allowed });

/** The name of a service, image or receiver: it becomes part of host names, so it follows their rules. */
export const identifier = matching(
  /^[a-z][a-z0-9-]{0,19}$/,
  "lower-case letters, digits and hyphens, a letter first, at most 20 characters",
);

/** The name of an environment variable. */
export const variableName = matching(
  /^[A-Z][A-Z0-9_]{0,63}$/,
  "upper-case letters, digits and underscores, a letter first, at most 64 characters",
);

/** A database identifier that never needs quoting. */
export const sqlName = matching(
  /^[a-z][a-z0-9_]{0,30}$/,
  "lower-case letters, digits and underscores, a letter first, at most 31 characters",
);

/** A port a process without privileges can listen on. */
export const unprivilegedPort = z.int().min(1024).max(65535);

/** A port of the host. */
export const hostPort = z.int().min(1).max(65535);

/** An absolute path of a URL. */
export const urlPath = matching(/^\/[A-Za-z0-9._~/-]*$/, 'a path that starts with "/"');

/** A DNS name, in lower case. */
export const hostName = matching(
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
  'a lower-case host name, such as "api.example.com"',
);

/** A web origin, as a browser sends it: scheme, host and port, no path. */
export const origin = matching(
  /^(\*|https?:\/\/[a-z0-9.-]+(:\d{1,5})?)$/,
  'an origin such as "https://app.example.com", or "*"',
);

/** An address range in CIDR form. */
export const cidr = z.cidrv4({ error: 'an address range such as "10.0.0.0/8"' });

/** A schedule: five cron fields, in UTC. */
export const schedule = matching(
  /^(\*|[0-9,/*-]+)( (\*|[0-9,/*-]+)){4}$/,
  'five cron fields in UTC, such as "0 2 * * *"',
);

/**
 * An image reference that always means the same image: an exact version or a digest.
 * `latest`, `stable`, a bare major or no tag at all would change under a running environment.
 */
export const imageReference = z.string().refine(isPinned, {
  error: 'an image with an exact version or digest, such as "redis:7.4.5-bookworm", never "latest" or a major version alone',
});

function isPinned(reference: string): boolean {
  const [name = "", digest] = reference.split("@");
  if (/\s/.test(reference) || name === "" || reference.split("@").length > 2) return false;
  if (digest !== undefined) return /^sha256:[0-9a-f]{64}$/.test(digest);
  const tag = /:([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$/.exec(name)?.[1];
  return tag !== undefined && /\d+\.\d+/.test(tag);
}

/** How much of the machine one container may take. */
export const resources = z.strictObject({
  memoryMiB: z.int().min(16).max(1_048_576).describe("Memory limit in MiB; swap is never given on top."),
  cpus: z.number().min(0.01).max(128).describe("CPU limit in cores."),
});

/** Resources of something that keeps data. */
export const storedResources = resources.extend({
  storageGiB: z.int().min(1).max(65_536).describe("Disk the data may take, in GiB."),
});
