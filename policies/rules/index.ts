import type { Rule } from "../rule";
import { alarms } from "./alarms";
import { bucket } from "./bucket";
import { bucketAccess } from "./bucket-access";
import { bucketLifecycle } from "./bucket-lifecycle";
import { cache } from "./cache";
import { classicBalancer } from "./classic-balancer";
import { database } from "./database";
import { databaseSurroundings } from "./database-surroundings";
import { dockerData } from "./docker-data";
import { dockerIsolation } from "./docker-isolation";
import { dockerLimits } from "./docker-limits";
import { dockerNetwork } from "./docker-network";
import { dockerSecrets } from "./docker-secrets";
import { ecs } from "./ecs";
import { ecsService } from "./ecs-service";
import { ecsTask } from "./ecs-task";
import { edge } from "./edge";
import { escalation } from "./escalation";
import { firewall } from "./firewall";
import { foreign } from "./foreign";
import { identity } from "./identity";
import { instances } from "./instances";
import { keys } from "./keys";
import { listenerRules } from "./listener-rules";
import { looking } from "./looking";
import { material } from "./material";
import { messages } from "./messages";
import { monitoring } from "./monitoring";
import { network } from "./network";
import { registry } from "./registry";
import { securityGroups } from "./security-groups";

/** All rules by topic, in the order reports and the rules page keep. */
export const TOPICS: Readonly<Record<string, readonly Rule[]>> = {
  "Docker: isolation": dockerIsolation,
  "Docker: limits and health": dockerLimits,
  "Docker: networks": dockerNetwork,
  "Docker: images, secrets and data": [...dockerData, ...dockerSecrets],
  "Passwords, keys and certificates": material,
  RDS: [...database, ...databaseSurroundings],
  ElastiCache: cache,
  ECS: [...ecs, ...ecsTask, ...ecsService],
  "Load balancer and firewall": [...edge, ...classicBalancer, ...listenerRules, ...firewall],
  Network: [...network, ...securityGroups],
  EC2: instances,
  S3: [...bucketAccess, ...bucket, ...bucketLifecycle],
  Monitoring: [...monitoring, ...alarms],
  "Messages, functions and figures": messages,
  "Identity, keys, registry, backup": [
    ...keys,
    ...identity,
    ...escalation,
    ...looking,
    ...foreign,
    ...registry,
  ],
};

export const RULES: readonly Rule[] = Object.values(TOPICS).flat();
