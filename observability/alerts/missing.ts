/** What should raise an alert, and cannot: nobody exports what it would be read from. Kept so that it is not forgotten. */
export interface MissingAlert {
  readonly name: string;
  readonly wanted: string;
  readonly needs: string;
}

export const MISSING: readonly MissingAlert[] = [
  {
    name: "ContainerThrottled beside the app, and on AWS",
    wanted:
      "PostgreSQL, Redis, the edge or the monitoring is held back by its processor limit; PostgreSQL's own use of memory",
    needs:
      "cAdvisor, which is not run because it needs directories and the socket of the host: their programs do not read their own control group as the app does. On Fargate the limit is the task's, whose group no container sees, and the task's metadata has 0 for it",
  },
  {
    name: "MonitoringRestarting of the rest",
    wanted:
      "the edge, Loki, the shipper, Jaeger or Grafana is started again and again, and answers in between",
    needs:
      "process_start_time_seconds, which nginx and Vector do not have, and which was not seen of Loki, Jaeger and Grafana; killed for memory they are told of as ContainerKilled",
  },
  {
    name: "ReplicationLag",
    wanted: "a replica of the database or the cache is behind",
    needs: "replicas on a Docker host: no component declares one there. On AWS they have alarms",
  },
  {
    name: "TracesRefused",
    wanted: "Jaeger refuses or loses spans",
    needs:
      "otelcol_receiver_refused_spans and what else Jaeger 2 says of itself: it was seen to, but what stands for it in the tests does not",
  },
];
