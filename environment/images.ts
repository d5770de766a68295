/**
 * Every image an environment is made of: an exact version for people, and the digest that decides. A stack
 * replaces single entries under `images` in its scale. `app`, `backup` and `dashboards` are built from `services/` by
 * `npm run images`, which tags every build: these are what was built last on a host. They have no digest of a registry,
 * so theirs is one that cannot exist (RFC 2606): where they were not built, nothing else is pulled under their names.
 */
export const IMAGES = {
  app: "mainstay.invalid/app:0.1.0",
  backup: "mainstay.invalid/backup:0.1.0",
  // Grafana with the boards in it: for AWS, where a task has no place for them.
  dashboards: "mainstay.invalid/dashboards:0.1.0",
  postgres: "postgres:17.11-bookworm@sha256:639ab7ceb90e13123085b741fb31ef493fba25463002f6da665352e7b534b652",
  redis: "redis:8.2.10-bookworm@sha256:164c759a0c342ee69d08fc99219382b0fd682181465c0df2e0e6911f4c85d73c",
  nginx:
    "nginxinc/nginx-unprivileged:1.30.5-alpine@sha256:15c994d10d6d78658721c3bcafff14cb281fba2a4bdf9d5ba92c416a472516e3",
  prometheus:
    "prom/prometheus:v3.13.4@sha256:87861b8cf91579109319ebc300f3f1060e6da9c05d6ae8ad15a20c879e84e32e",
  alertmanager:
    "prom/alertmanager:v0.34.1@sha256:e9733bafb1bdef9b00e25a21f8f99dc26a22224bf16641ad754d1649f4c3357a",
  grafana: "grafana/grafana:12.4.12@sha256:83be3e511ede559bee80e2215bb1987cb1246075461cb961beb515b0341e7aea",
  jaeger:
    "jaegertracing/jaeger:2.21.0@sha256:3d0ac795ff98aa04d1be04311d2dac6c25b4bfc8322dc02e53bc5b170c5018c3",
  "postgres-exporter":
    "quay.io/prometheuscommunity/postgres-exporter:v0.20.1@sha256:ac5ec343104fae0e2d84a27bb8d69b38430a11910c5382cad85d478d2bab713e",
  "redis-exporter":
    "oliver006/redis_exporter:v1.93.0-alpine@sha256:93831cd4d5d67687de67c9d5221b14312fea580af8d157583ed9d4459bf2dd70",
  loki: "grafana/loki:3.7.3@sha256:70b9f699fc9bb868b62f1cfd4f787dfa50242f1fd92e6089787d5d7daea75fe8",
  vector:
    "timberio/vector:0.58.0-alpine@sha256:5dcf67db0ee378caa87f3395cb9484ebe3e97bb0334d119f2ac33116e00c5773",
  "blackbox-exporter":
    "prom/blackbox-exporter:v0.28.0@sha256:e753ff9f3fc458d02cca5eddab5a77e1c175eee484a8925ac7d524f04366c2fc",
  "node-exporter":
    "prom/node-exporter:v1.12.1@sha256:1b4e4438faca4dd7e001dd445d161a4a2091b0fededa84093b3a8dfeae1f1be0",
  // The AWS Distro for OpenTelemetry: beside the tasks of an environment on AWS.
  collector:
    "public.ecr.aws/aws-observability/aws-otel-collector:v0.50.0@sha256:7968fb60db6a2390a47ba6a2df029745638486e285c9b2487da1b722d0855a3e",
  carrier: "busybox:1.37.0@sha256:9db7b59979c38555a39def84a31fb98b5296952f9e3afd4f6f11f05b07adfab0",
} as const satisfies Record<string, string>;

export type ImageName = keyof typeof IMAGES;

/** What an environment on AWS runs beside its services. */
export const AWS_IMAGES = [
  "backup",
  "collector",
  "dashboards",
  "postgres",
  "postgres-exporter",
  "redis-exporter",
] as const satisfies readonly ImageName[];

/**
 * What Mainstay's own images are built on, by the folder in `services/`. The backup runner's pg_dump must not be
 * older than the server, so it is built on the Debian release whose PostgreSQL is the table's.
 */
export const BASE_IMAGES = {
  app: "node:22.23.3-bookworm-slim@sha256:43ac6c60b8f89723f746e8a92ce91abd5017e627ce1ddfe4238355d3a30b772c",
  backup: "node:22.23.3-trixie-slim@sha256:b26b04c123d9ff8ab646ceb18b9d75a1173acf64b9a401094b906d27b29338d4",
  dashboards: IMAGES.grafana,
} as const satisfies Partial<Record<ImageName, string>>;
