import * as z from "zod";
import { PROVIDERS } from "../providers/names";

/** What callers send and get, for validation, types and the API's own description. */

const time = z.iso.datetime({ offset: true });
const provider = z.enum(PROVIDERS);

export const byId = z.object({ id: z.uuid() });

export const documentOut = z.object({
  id: z.uuid(),
  name: z.string(),
  mediaType: z.string(),
  size: z.int(),
  sha256: z.string(),
  createdAt: time,
  convertedAt: time.nullable(),
});

export const analysisIn = z.object({ provider: provider.optional() }).nullish();

export const analysisOut = z.object({
  id: z.uuid(),
  documentId: z.uuid(),
  provider,
  status: z.enum(["queued", "running", "succeeded", "failed"]),
  result: z.string().nullable(),
  error: z.string().nullable(),
  attempts: z.int(),
  createdAt: time,
  finishedAt: time.nullable(),
});

export const chatIn = z.object({ message: z.string().min(1).max(8000), provider: provider.optional() });

export const chatOut = z.object({
  id: z.uuid(),
  provider,
  answer: z.string(),
  tokens: z.object({ input: z.int(), output: z.int() }),
});

export const feedbackIn = z.object({ analysisId: z.uuid(), provider: provider.optional() });

export const feedbackOut = z.object({ id: z.uuid(), analysisId: z.uuid(), provider, feedback: z.string() });

const errorOut = z.object({
  error: z.object({ type: z.string(), message: z.string(), correlationId: z.string() }),
});

/** The answers of a route: its own, and an error for each of the other statuses it has. */
export const answers = <S extends number, T extends z.ZodType>(status: S, body: T, ...errors: number[]) =>
  ({
    [status]: body,
    ...Object.fromEntries([401, 403, ...errors].map((code) => [code, errorOut])),
  }) as Record<S, T> & Record<401 | 403, typeof errorOut>;
