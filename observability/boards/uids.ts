/** The boards by their stable ids, which links in alerts and runbooks name. */
export const BOARDS = {
  "mainstay-overview": "Overview",
  "mainstay-api": "API",
  "mainstay-database": "Database",
  "mainstay-cache": "Cache",
  "mainstay-workers": "Workers and providers",
  "mainstay-objectives": "Objectives and budgets",
  "mainstay-backups": "Backups",
  "mainstay-releases": "Deployments",
  "mainstay-resources": "Host, containers, monitoring",
} as const;

export type BoardUid = keyof typeof BOARDS;
