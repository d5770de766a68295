/** Types, and keys that are missing. */
import { drop, set } from "../support/configuration";
import { KEY, SHORT, type Mistake } from "./mistake";

export const OF_TYPES: readonly Mistake[] = [
  {
    kind: "a text for a number",
    changes: [set("scale.services.api.memoryMiB", "224")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.services.api.memoryMiB: found "224"; allowed: a whole number from 16 to 1048576',
    ],
  },
  {
    kind: "a fraction for a whole number",
    changes: [set("scale.services.api.memoryMiB", 224.5)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.api.memoryMiB: found 224.5; allowed: a whole number from 16 to 1048576",
    ],
  },
  {
    kind: "a text for a yes or no",
    changes: [set("scale.production", "no")],
    says: ['Pulumi.local.yaml: mainstay:scale.production: found "no"; allowed: true or false'],
  },
  {
    kind: "a number for a text",
    changes: [set("scale.domain", 1)],
    says: [
      'Pulumi.local.yaml: mainstay:scale.domain: found 1; allowed: a lower-case host name, such as "api.example.com"',
    ],
  },
  {
    kind: "an object for a list",
    changes: [set("shape.services.api.routes", { v1: "/v1" })],
    says: ["Pulumi.yaml: mainstay:shape.services.api.routes: found an object; allowed: a list"],
  },
  {
    kind: "a list for an object",
    changes: [set("scale.services.api", [1])],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.api: found a list; allowed: an object with memoryMiB, cpus",
    ],
  },
  {
    kind: "a key without a value",
    changes: [set("scale.database", null)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.database: found nothing; allowed: an object with memoryMiB, cpus, storageGiB",
    ],
  },
  {
    kind: "a missing section",
    changes: [drop("scale.database")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.database: found nothing; allowed: an object with memoryMiB, cpus, storageGiB",
    ],
  },
  {
    kind: "no room for drills",
    changes: [drop("scale.backups.drillGiB")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.backups.drillGiB: found nothing; allowed: a whole number from 1 to 65536",
    ],
  },
  {
    kind: "a missing union section",
    changes: [drop("scale.backups.bucket")],
    says: ["Pulumi.local.yaml: mainstay:scale.backups.bucket: found nothing; allowed: an object with kind"],
  },
  {
    kind: "a missing size",
    changes: [drop("scale.services.api.memoryMiB")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.api.memoryMiB: found nothing; allowed: a whole number from 16 to 1048576",
    ],
  },
  {
    kind: "a probe of what another service answers",
    changes: [set("shape.services.web.probe.path", "/v1/documents")],
    says: [
      'Pulumi.yaml: mainstay:shape.services.web.probe.path: found "/v1/documents", which api answers; allowed: a path below the service\'s own routes',
    ],
  },
  {
    kind: "a probe of a service nobody reaches from outside",
    changes: [
      set("shape.services.worker.probe", { path: "/health/live" }),
      drop("shape.services.web.routes"),
    ],
    says: [
      'Pulumi.yaml: mainstay:shape.services.web.probe.path: found "/", which no service answers; allowed: a path below the service\'s own routes',
      'Pulumi.yaml: mainstay:shape.services.worker.probe.path: found "/health/live", which api answers; allowed: a path below the service\'s own routes',
    ],
  },
  {
    kind: "a public service that no probe can ask for anything",
    changes: [drop("shape.services.web.probe")],
    says: [
      'Pulumi.yaml: mainstay:shape.services.web.probe: found nothing, and "/health/ready" of health.ready, which api answers; allowed: a path below the service\'s own routes and its status: something the probes can ask it for',
    ],
  },
  {
    kind: "a probe that expects a failure",
    changes: [set("shape.services.web.probe.status", 500)],
    says: [
      "Pulumi.yaml: mainstay:shape.services.web.probe.status: found 500; allowed: a whole number from 200 to 499",
    ],
  },
  {
    kind: "a missing health check",
    changes: [drop("shape.services.api.health.command")],
    says: ["Pulumi.yaml: mainstay:shape.services.api.health.command: found nothing; allowed: a list"],
  },
  {
    kind: "a missing description",
    changes: [drop("shape.variables.LOG_LEVEL.description")],
    says: ["Pulumi.yaml: mainstay:shape.variables.LOG_LEVEL.description: found nothing; allowed: a text"],
  },
  {
    kind: "no services",
    changes: [set("shape.services", {}), set("scale.services", {})],
    says: [
      "Pulumi.yaml: mainstay:shape.services.api: found nothing; allowed: the service that answers users' requests, under this name: objectives, alerts and boards are about it",
      "Pulumi.yaml: mainstay:shape.services.worker: found nothing; allowed: the service that works through the queue, under this name: objectives, alerts and boards are about it",
    ],
  },
  {
    kind: "no scale",
    changes: [(c) => (c.scale = undefined as never)],
    says: [
      "Pulumi.local.yaml: mainstay:scale: found nothing; allowed: an object with platform, production, domain, database, cache, services, monitoring, backups",
    ],
  },
  {
    kind: "no shape",
    changes: [(c) => (c.shape = undefined as never)],
    says: [
      "Pulumi.yaml: mainstay:shape: found nothing; allowed: an object with services, variables, database, backups",
    ],
  },
  {
    kind: "a text for the shape",
    changes: [(c) => (c.shape = "services: {}")],
    says: [
      "Pulumi.yaml: mainstay:shape: found a text; allowed: an object with services, variables, database, backups",
    ],
  },
  {
    kind: "a list for the scale",
    changes: [(c) => (c.scale = [])],
    says: [
      "Pulumi.local.yaml: mainstay:scale: found an empty list; allowed: an object with platform, production, domain, database, cache, services, monitoring, backups",
    ],
  },
  {
    kind: "a text for the secrets",
    changes: [(c) => (c.secrets = SHORT)],
    says: ["Pulumi.local.yaml: mainstay:secrets: found a text; allowed: an object"],
  },
  {
    kind: "an empty command",
    changes: [set("shape.services.api.health.command", [])],
    says: [
      "Pulumi.yaml: mainstay:shape.services.api.health.command: found an empty list; allowed: a list of at least 1 entry",
    ],
  },
  {
    kind: "a text for all variables",
    changes: [set("scale.variables", `OPENAI_API_KEY=${KEY}`)],
    says: ["Pulumi.local.yaml: mainstay:scale.variables: found a text; allowed: an object"],
  },
];
