/** What random tests begin with: another each time, and in the name of what fails. SEED=... repeats a run. */
export const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
