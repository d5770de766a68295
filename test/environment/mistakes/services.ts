/** Images, services, and the host they share. */
import { drop, rename, set } from "../support/configuration";
import { DIGEST, IMAGE_NAMES, type Mistake } from "./mistake";

export const OF_SERVICES: readonly Mistake[] = [
  // images
  {
    kind: "the image latest",
    changes: [set("scale.images.redis", "redis:latest")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.images.redis: found "redis:latest"; allowed: an image with an exact version or digest, such as "redis:7.4.5-bookworm", never "latest" or a major version alone',
    ],
  },
  {
    kind: "an image without a tag",
    changes: [set("scale.images.redis", "registry.example.com:5000/redis")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.images.redis: found "registry.example.com:5000/redis"; allowed: an image with an exact version or digest, such as "redis:7.4.5-bookworm", never "latest" or a major version alone',
    ],
  },
  {
    kind: "an image of a major version",
    changes: [set("scale.images.redis", "redis:7")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.images.redis: found "redis:7"; allowed: an image with an exact version or digest, such as "redis:7.4.5-bookworm", never "latest" or a major version alone',
    ],
  },
  {
    kind: "a short digest",
    changes: [set("scale.images.redis", "redis:7.4.5@sha256:abc")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.images.redis: found "redis:7.4.5@sha256:abc"; allowed: an image with an exact version or digest, such as "redis:7.4.5-bookworm", never "latest" or a major version alone',
    ],
  },
  {
    kind: "an upper-case image",
    changes: [set("scale.images.redis", `Redis@${DIGEST}`)],
    says: [
      'Pulumi.local.yaml: mainstay:scale.images.redis: found "Redis@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…"; allowed: an image with an exact version or digest, such as "redis:7.4.5-bookworm", never "latest" or a major version alone',
    ],
  },
  // what objectives, alerts and boards are about
  {
    kind: "services of other names than what is watched",
    changes: [
      rename("shape.services.api", "gateway"),
      rename("scale.services.api", "gateway"),
      rename("shape.services.worker", "jobs"),
      rename("scale.services.worker", "jobs"),
    ],
    says: [
      "Pulumi.yaml: mainstay:shape.services.api: found nothing; allowed: the service that answers users' requests, under this name: objectives, alerts and boards are about it",
      "Pulumi.yaml: mainstay:shape.services.worker: found nothing; allowed: the service that works through the queue, under this name: objectives, alerts and boards are about it",
    ],
  },
  {
    kind: "a worker that nothing is known of",
    changes: [drop("shape.services.worker.metricsPath")],
    says: [
      'Pulumi.yaml: mainstay:shape.services.worker.metricsPath: found nothing; allowed: a path such as "/metrics": objectives, alerts and boards are about it',
    ],
  },
  {
    kind: "a candidate that floats",
    changes: [set("scale.services.api.candidate", { image: "mainstay/app:next", weightPercent: 10 })],
    says: [
      'Pulumi.local.yaml: mainstay:scale.services.api.candidate.image: found "mainstay/app:next"; allowed: an image with an exact version or digest, such as "redis:7.4.5-bookworm", never "latest" or a major version alone',
    ],
  },
  {
    kind: "an image nobody knows",
    changes: [set("shape.services.api.image", "ap")],
    says: [
      `Pulumi.yaml: mainstay:shape.services.api.image: found "ap"; allowed: one of ${IMAGE_NAMES}, or a name that mainstay:scale.images defines`,
    ],
  },
  {
    kind: "a migration's image nobody knows",
    changes: [set("shape.migration.image", "migrations")],
    says: [
      `Pulumi.yaml: mainstay:shape.migration.image: found "migrations"; allowed: one of ${IMAGE_NAMES}, or a name that mainstay:scale.images defines`,
    ],
  },
  {
    kind: "an image nothing uses",
    changes: [set("scale.images.rediss", `redis@${DIGEST}`)],
    says: [
      `Pulumi.local.yaml: mainstay:scale.images.rediss: found an image nothing uses; allowed: one of ${IMAGE_NAMES}`,
    ],
  },

  // services
  {
    kind: "a service without a size",
    changes: [drop("scale.services.worker")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.worker: found nothing; allowed: an object with memoryMiB, cpus",
    ],
  },
  {
    kind: "a size without a service",
    changes: [set("scale.services.reports", { memoryMiB: 64, cpus: 0.1 })],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.reports: found a service the shape does not have; allowed: one of api, web, worker",
    ],
  },
  {
    kind: "a misspelt service",
    changes: [rename("scale.services.worker", "workr")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.workr: found a service the shape does not have; allowed: one of api, web, worker",
      "Pulumi.local.yaml: mainstay:scale.services.worker: found nothing; allowed: an object with memoryMiB, cpus",
    ],
  },
  {
    kind: "a candidate of a service that is not public",
    changes: [set("scale.services.worker.candidate", { image: "mainstay/app:0.2.0", weightPercent: 10 })],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.worker.candidate: found a candidate of a service without routes; allowed: no candidate, or routes at mainstay:shape.services.worker.routes",
    ],
  },
  {
    kind: "a route of two services",
    changes: [set("shape.services.web.routes", ["/", "/v1"])],
    says: [
      'Pulumi.yaml: mainstay:shape.services.web.routes[1]: found "/v1", which services.api.routes[0] has too; allowed: a route of its own',
    ],
  },
  {
    kind: "a service named like a container",
    changes: [rename("shape.services.web", "cache"), rename("scale.services.web", "cache")],
    says: [
      "Pulumi.yaml: mainstay:shape.services.cache: found a reserved name; allowed: anything but alertmanager, backups, cache, database, edge, grafana, jaeger, logs, log-shipper, migration, monitoring, prometheus, tracing, authorities, collector, backup, default, exporter, health, mainstay, migrator, postgres, none, pg, public, blackbox, host, loki, probe, redis, shipper, and what ends in -candidate or -exporter",
    ],
  },
  ...["authorities", "collector"].map((name) => ({
    kind: `a service named like the container ${name} beside it on AWS`,
    changes: [rename("shape.services.web", name), rename("scale.services.web", name)],
    says: [
      `Pulumi.yaml: mainstay:shape.services.${name}: found a reserved name; allowed: anything but alertmanager, backups, cache, database, edge, grafana, jaeger, logs, log-shipper, migration, monitoring, prometheus, tracing, authorities, collector, backup, default, exporter, health, mainstay, migrator, postgres, none, pg, public, blackbox, host, loki, probe, redis, shipper, and what ends in -candidate or -exporter`,
    ],
  })),
  ...["none", "pg", "public"].map((name) => ({
    kind: `a service that could have no user of the database: ${name}`,
    changes: [rename("shape.services.web", name), rename("scale.services.web", name)],
    says: [
      `Pulumi.yaml: mainstay:shape.services.${name}: found a reserved name; allowed: anything but alertmanager, backups, cache, database, edge, grafana, jaeger, logs, log-shipper, migration, monitoring, prometheus, tracing, authorities, collector, backup, default, exporter, health, mainstay, migrator, postgres, none, pg, public, blackbox, host, loki, probe, redis, shipper, and what ends in -candidate or -exporter`,
    ],
  })),
  {
    kind: "a service named like a release",
    changes: [rename("shape.services.web", "api-candidate"), rename("scale.services.web", "api-candidate")],
    says: [
      "Pulumi.yaml: mainstay:shape.services.api-candidate: found a reserved name; allowed: anything but alertmanager, backups, cache, database, edge, grafana, jaeger, logs, log-shipper, migration, monitoring, prometheus, tracing, authorities, collector, backup, default, exporter, health, mainstay, migrator, postgres, none, pg, public, blackbox, host, loki, probe, redis, shipper, and what ends in -candidate or -exporter",
    ],
  },

  // one host
  {
    kind: "too little memory",
    changes: [set("scale.host.memoryMiB", 3855)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.host.memoryMiB: found 3855 MiB for limits of 3856 MiB (largest: database 768, monitoring.prometheus 512, services.api 448); allowed: a host with room for all limits, or smaller limits",
    ],
  },
  {
    kind: "fewer requests for each client than the probes inside make",
    changes: [set("shape.edge.requestsPerMinute", 8)],
    says: [
      "Pulumi.yaml: mainstay:shape.edge.requestsPerMinute: found 8; allowed: more than the 8 a minute of the probes inside",
    ],
  },
  {
    kind: "too little disk",
    changes: [set("scale.host.diskGiB", 28)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.host.diskGiB: found 28 GiB for storage of 33 GiB (largest: backups 12, database 10, monitoring.prometheus 8); allowed: a host with room for all storage, or smaller storage",
    ],
  },
  {
    kind: "more CPU than there is",
    changes: [set("scale.database.cpus", 2.5)],
    says: ["Pulumi.local.yaml: mainstay:scale.database.cpus: found 2.5; allowed: at most the host's 2"],
  },
  {
    kind: "a read replica on one host",
    changes: [set("scale.database.readReplicas", 1)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.database.readReplicas: found 1; allowed: 0 on platform docker: a copy on the same host would fail with it",
    ],
  },
  {
    kind: "a cache replica on one host",
    changes: [set("scale.cache.replicas", 2)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.cache.replicas: found 2; allowed: 0 on platform docker: a copy on the same host would fail with it",
    ],
  },
  {
    kind: "one port for HTTP and HTTPS",
    changes: [set("scale.edge.httpPort", 8443)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.edge.httpsPort: found 8443, which mainstay:scale.edge.httpPort has too; allowed: a port of its own",
    ],
  },
  {
    kind: "the edge on an operators' port",
    changes: [set("scale.edge.httpPort", 3002)],
    says: [
      "Pulumi.yaml: mainstay:shape.operatorPorts.grafana: found 3002, which mainstay:scale.edge.httpPort has too; allowed: a port of its own",
    ],
  },
  {
    kind: "two operators' ports alike",
    changes: [set("shape.operatorPorts", { jaeger: 3002 })],
    says: [
      "Pulumi.yaml: mainstay:shape.operatorPorts.jaeger: found 3002, which mainstay:shape.operatorPorts.grafana has too; allowed: a port of its own",
    ],
  },
  {
    kind: "a port of one host's own that another tool of the shape has",
    changes: [set("scale.operatorPorts", { database: 3002 })],
    says: [
      "Pulumi.local.yaml: mainstay:scale.operatorPorts.database: found 3002, which mainstay:shape.operatorPorts.grafana has too; allowed: a port of its own",
    ],
  },
];
