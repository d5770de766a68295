import { alarmsOn, ONCE } from "./alarm";

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** What the bounds of a database's alarms are made of. */
export interface DatabaseFigures {
  /** Of the instance class, not of what was asked for. */
  readonly memoryMiB: number;
  readonly storageGiB: number;
  readonly maxConnections: number;
}

/** The machine under PostgreSQL. What PostgreSQL says of itself comes through its exporter. */
export const databaseAlarms = ({ memoryMiB, storageGiB, maxConnections }: DatabaseFigures) =>
  alarmsOn("AWS/RDS", [
    {
      name: "DatabaseCpuHigh",
      level: "warning",
      summary: "The database's machine uses more than 80 % of its processors, or says nothing any more",
      metric: "CPUUtilization",
      statistic: "Average",
      bound: { above: 80 },
      period: 5,
      datapoints: [3, 3],
      missingData: "breaching",
    },
    {
      name: "DatabaseMemoryLow",
      level: "warning",
      summary: "The database's machine has less than a tenth of its memory left",
      metric: "FreeableMemory",
      statistic: "Average",
      bound: { below: Math.round(0.1 * memoryMiB * MIB) },
      period: 5,
      datapoints: [3, 3],
      missingData: "notBreaching",
    },
    {
      name: "DatabaseStorageLow",
      level: "warning",
      summary: "The database has less than 15 % of its storage left",
      metric: "FreeStorageSpace",
      statistic: "Minimum",
      bound: { below: Math.round(0.15 * storageGiB * GIB) },
      period: 5,
      datapoints: [2, 2],
      missingData: "notBreaching",
    },
    {
      name: "DatabaseStorageOut",
      level: "critical",
      summary: "The database has less than 5 % of its storage left: without any it stops",
      metric: "FreeStorageSpace",
      statistic: "Minimum",
      bound: { below: Math.round(0.05 * storageGiB * GIB) },
      period: 5,
      datapoints: ONCE,
      missingData: "notBreaching",
    },
    {
      name: "DatabaseConnectionsHigh",
      level: "warning",
      summary: "More than 80 % of the database's connections are taken",
      metric: "DatabaseConnections",
      statistic: "Maximum",
      bound: { above: 0.8 * maxConnections },
      period: 5,
      datapoints: [2, 2],
      missingData: "notBreaching",
    },
    {
      name: "DatabaseDiskSlow",
      level: "warning",
      summary: "The database waits more than 20 ms for its disk to write",
      metric: "WriteLatency",
      statistic: "Average",
      bound: { above: 0.02 },
      period: 5,
      datapoints: [3, 3],
      missingData: "notBreaching",
    },
    {
      name: "DatabaseIdsRunOut",
      level: "critical",
      summary: "Half of the transaction ids are used: vacuum does not keep up",
      metric: "MaximumUsedTransactionIDs",
      statistic: "Maximum",
      bound: { above: 1e9 },
      period: 5,
      datapoints: ONCE,
      missingData: "notBreaching",
    },
  ]);

/** Classes that save up processor time while idle, and are slow when it is spent. */
export const creditAlarms = alarmsOn("AWS/RDS", [
  {
    name: "DatabaseCreditsLow",
    level: "warning",
    summary: "The machine has spent its saved-up processor time: it is about to be held back",
    metric: "CPUCreditBalance",
    statistic: "Minimum",
    bound: { below: 50 },
    period: 5,
    datapoints: [3, 3],
    missingData: "notBreaching",
  },
]);

/** Of a copy that reads are sent to. */
export const replicaAlarms = alarmsOn("AWS/RDS", [
  {
    name: "DatabaseReplicaLag",
    level: "warning",
    summary: "A replica of the database is more than a minute behind",
    metric: "ReplicaLag",
    statistic: "Maximum",
    bound: { above: 60 },
    period: 1,
    datapoints: [5, 5],
    missingData: "breaching",
  },
]);
