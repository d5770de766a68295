/** The tenant is part of the key: one tenant's cached document can never be another's answer. */
export const documentKey = (tenant: string, id: string): string => `document:${tenant}:${id}`;

/** Faults the stand-in providers show on purpose: see providers/stand-in.ts. */
export const FAULTS_KEY = "faults";
