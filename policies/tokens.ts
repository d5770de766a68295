/** Type tokens. A resource is judged under each name its provider knows or knew it by. */

const token = (module: string, name: string) =>
  `aws:${module}/${name}:${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`;

export const aws = (module: string, ...names: readonly string[]) => names.map((name) => token(module, name));

/** Load balancers were declared under four modules over time; two of them still are. */
export const lb = (name: string) =>
  ["lb", "alb", "elasticloadbalancingv2", "applicationloadbalancing"].map((module) => token(module, name));

/** S3's resources bore `V2` in their names until version 7 of the provider. */
export const s3 = (name: string) => [token("s3", name), token("s3", `${name}V2`)];

export const docker = (name: string) => [
  `docker:index/${name}:${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`,
];

export const BUCKET = s3("bucket");
export const DATABASE = aws("rds", "instance");
/** Aurora keeps what is for the data in the cluster, and what is for the machines in its instances. */
export const AURORA = aws("rds", "cluster");
export const AURORA_INSTANCE = aws("rds", "clusterInstance");
export const CACHE = aws("elasticache", "replicationGroup");
/** Nodes of memcached, or one of Redis by itself or within a group. */
export const CACHE_CLUSTER = aws("elasticache", "cluster");
export const SERVERLESS_CACHE = aws("elasticache", "serverlessCache");
export const ANY_CACHE = [...CACHE, ...CACHE_CLUSTER, ...SERVERLESS_CACHE];
export const LOAD_BALANCER = lb("loadBalancer");
/** The load balancer of before, which is called classic. */
export const CLASSIC_BALANCER = aws("elb", "loadBalancer");
export const ANY_BALANCER = [...LOAD_BALANCER, ...CLASSIC_BALANCER];
export const SERVICE = aws("ecs", "service");
export const SUBNET = aws("ec2", "subnet");
export const CONTAINER = docker("container");
