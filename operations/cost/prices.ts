/**
 * What AWS asks for, in US dollars, on demand, in us-east-1, and how much of what is paid by use is assumed.
 * Read from AWS's public price pages and rate cards between June and October 2026; other regions ask up to a
 * fifth more. Taxes, support and discounts are left out. Classes of databases and caches (Valkey is a fifth below
 * Redis) and runs of canaries were compared with public copies of AWS's price list on 25 November 2026.
 */

/** Hours of a month, as AWS's own calculator counts them. */
export const HOURS = 730;

/** By the hour. */
export const HOURLY = {
  fargateCpu: 0.04048,
  fargateGib: 0.004445,
  fargateDiskGib: 0.000111,
  natGateway: 0.045,
  loadBalancer: 0.0225,
  loadBalancerUnit: 0.008,
  interfaceEndpoint: 0.01,
  publicAddress: 0.005,
} as const;

/** By the hour and instance; a stand-by in another zone is an instance more. */
export const DATABASE_HOURLY: Readonly<Record<string, number>> = {
  "db.t4g.micro": 0.016,
  "db.t4g.small": 0.032,
  "db.t4g.medium": 0.065,
  "db.m7g.large": 0.168,
  "db.m7g.xlarge": 0.337,
  "db.m7g.2xlarge": 0.674,
};

/** Valkey, by the hour and node. */
export const CACHE_HOURLY: Readonly<Record<string, number>> = {
  "cache.t4g.micro": 0.0128,
  "cache.t4g.small": 0.0256,
  "cache.t4g.medium": 0.052,
  "cache.m7g.large": 0.1264,
  "cache.m7g.xlarge": 0.2528,
};

/** By the month. */
export const MONTHLY = {
  key: 1,
  secret: 0.4,
  alarm: 0.1,
  webAcl: 5,
  webAclRule: 1,
  healthCheck: 2,
  databaseGib: 0.115,
  backupGib: 0.095,
  bucketGib: 0.023,
} as const;

/** By use. */
export const USE = {
  natGib: 0.045,
  endpointGib: 0.01,
  logGib: 0.5,
  containerMetric: 0.07,
  webAclMillionRequests: 0.6,
  metricMillionSamples: 0.09,
  traceMillion: 5,
  canaryRun: 0.0012,
} as const;

/** How much is used in a month. Everything else is counted in what the program declares. */
export interface Assumptions {
  readonly millionRequests: number;
  /** Through the NAT gateways, to providers and the like. */
  readonly outboundGib: number;
  /** Through the interface endpoints: logs, metrics, images. */
  readonly endpointGib: number;
  readonly logGib: number;
  /** Capacity units of the load balancer, on average. */
  readonly loadBalancerUnits: number;
  /** Series each task tells of. */
  readonly seriesPerTask: number;
  /** CloudWatch's own metrics of each task, by Container Insights. */
  readonly containerMetricsPerTask: number;
  /** Kept in the backup vault and bucket, for each GiB of the database's disk. */
  readonly backupShare: number;
  /** Share of the requests that leave a trace. */
  readonly tracedShare: number;
}

/** Where real users are, and where they are not. */
export const ASSUMED: Readonly<Record<"production" | "other", Assumptions>> = {
  production: {
    millionRequests: 30,
    outboundGib: 200,
    endpointGib: 300,
    logGib: 60,
    loadBalancerUnits: 2,
    seriesPerTask: 500,
    containerMetricsPerTask: 12,
    backupShare: 1,
    tracedShare: 1,
  },
  other: {
    millionRequests: 1,
    outboundGib: 10,
    endpointGib: 20,
    logGib: 3,
    loadBalancerUnits: 1,
    seriesPerTask: 500,
    containerMetricsPerTask: 12,
    backupShare: 1,
    tracedShare: 1,
  },
};
