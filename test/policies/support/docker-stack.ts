import { told, type Given, type GivenStack } from "./graphs";

const DIGEST = `sha256:${"a".repeat(64)}`;
const RUN_OPTIONS = "rw,noexec,nosuid,nodev,size=16m,mode=1777";

const declared: GivenStack = {
  docker: { type: "pulumi:docker", inputs: { host: "ssh://deploy@host.example.com" } },
  image: { type: "docker:remoteImage", inputs: { name: `postgres:17.2@${DIGEST}` } },
  built: { type: "docker:remoteImage", inputs: { name: "mainstay.invalid/app:0.1.0" } },
  data: {
    type: "docker:network",
    inputs: {
      name: "data",
      driver: "bridge",
      internal: true,
      attachable: false,
      ingress: false,
      options: {},
    },
  },
  files: { type: "docker:volume", inputs: { name: "files" } },
  volume: { type: "docker:volume", protect: true, inputs: { name: "volume" } },
  scratch: {
    type: "docker:volume",
    inputs: { name: "scratch", labels: [{ label: "mainstay.scratch", value: "true" }] },
  },
  database: {
    type: "docker:container",
    from: {
      ...told(["image", "image"]).from,
      mounts: ["volume", "files", "scratch"],
      networksAdvanced: ["data"],
    },
    inputs: {
      ...told(["image", "image"]).inputs,
      name: "database",
      user: "999:999",
      envs: ["LOG_LEVEL=info", "PASSWORD_FILE=/run/secrets/password"],
      labels: [{ label: "mainstay.component", value: "database" }],
      readOnly: true,
      privileged: false,
      capabilities: { adds: [], drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      ipcMode: "private",
      memory: 256,
      memorySwap: 256,
      cpus: "0.5",
      ulimits: [
        { name: "nproc", soft: 256, hard: 256 },
        { name: "nofile", soft: 1024, hard: 1024 },
      ],
      logDriver: "json-file",
      logOpts: { "max-size": "10m", "max-file": "3" },
      networkMode: "bridge",
      networksAdvanced: [{ name: "data", aliases: ["database"] }],
      ports: [{ internal: 5432, external: 5432, ip: "127.0.0.1" }],
      mounts: [
        {
          type: "volume",
          source: "volume",
          target: "/data",
          readOnly: false,
          bindOptions: { propagation: "rprivate" },
        },
        { type: "volume", source: "files", target: "/files", readOnly: true },
        { type: "volume", source: "scratch", target: "/scratch", readOnly: false },
      ],
      volumes: [{ volumeName: "other", containerPath: "/other" }],
      tmpfs: { "/tmp": RUN_OPTIONS },
      uploads: [{ file: "/x", content: "x", permissions: "0444", executable: false }],
      restart: "unless-stopped",
      stopTimeout: 30,
      healthcheck: { tests: ["CMD", "pg_isready"] },
      wait: true,
      waitTimeout: 60,
    },
  },
};

const service: Given = {
  type: "docker:service",
  inputs: {
    name: "web",
    taskSpec: {
      containerSpec: {
        image: `postgres@${DIGEST}`,
        user: "999:999",
        readOnly: true,
        capDrops: ["ALL"],
        capAdds: [],
        args: ["serve"],
        env: { LOG_LEVEL: "info" },
        healthcheck: { tests: ["CMD", "pg_isready"], interval: "30s" },
        mounts: [
          { type: "volume", source: "web", target: "/data", bindOptions: { propagation: "rprivate" } },
        ],
      },
      resources: { limits: { memoryBytes: 268_435_456, nanoCpus: 500_000_000 } },
      logDriver: { name: "json-file", options: { "max-size": "10m", "max-file": "3" } },
      networksAdvanceds: [{ name: "data" }],
    },
  },
};

/** One that runs an image of no resource of this stack, and one that is never started. */
const { database } = declared;
/** A host of containers that obeys every rule. */
export const dockerStack: GivenStack = {
  ...declared,
  service,
  config: {
    type: "docker:serviceConfig",
    inputs: { name: "settings", data: Buffer.from("level=info").toString("base64") },
  },
  foreign: { ...database, from: {}, inputs: { ...database?.inputs, image: `postgres@${DIGEST}` } } as Given,
  edge: {
    ...database,
    inputs: {
      ...database?.inputs,
      labels: [{ label: "mainstay.component", value: "edge" }],
      ports: [{ internal: 8443, external: 443, ip: "0.0.0.0" }],
    },
  } as Given,
  carrier: {
    ...database,
    from: { image: ["image"], mounts: ["files"] },
    inputs: {
      ...database?.inputs,
      start: false,
      mustRun: false,
      restart: "no",
      readOnly: false,
      healthcheck: null,
      ulimits: null,
      stopTimeout: 1,
      networkMode: "none",
      mounts: [{ type: "volume", source: "files", target: "/files", readOnly: false }],
      networksAdvanced: null,
    },
  } as Given,
};
