import { edgeWorkers, WORKER_CONNECTIONS } from "../../environment/edge-capacity";
import type { DockerEnvironment } from "../../environment/environment";
import { metricsPaths } from "../../environment/routes";
import type { PublicService } from "../app/contract";
import { EDGE_NAME } from "./contract";

/** Ports nginx listens on inside its container, where it has no right to lower ones. */
export const EDGE_PORTS = { http: 8080, https: 8443, operator: 8002, status: 8081 } as const;

/**
 * Requests of one client the edge works on at a time. Browsers hold some ten, and an office shares an address; a tenth of
 * what the smallest edge has connections for.
 */
const REQUESTS_AT_A_TIME = 100;

const DAY_SECONDS = 86_400;
const indent = (text: string, depth: number) =>
  text
    .split("\n")
    .map((line) => (line === "" ? line : " ".repeat(depth) + line))
    .join("\n");

/**
 * nginx's configuration for an environment: TLS 1.2 and 1.3, redirect, headers, limits per client, uploads,
 * time-outs, correlation ids, JSON logs, and for each public service its routes and the releases behind them.
 *
 * Services are looked up by name for every connection (a variable in proxy_pass makes nginx do so), because a
 * replaced container comes back under another address.
 */
export function nginxConf(environment: DockerEnvironment, services: readonly PublicService[]): string {
  const { edge, domain } = environment;
  const ways = locations(services, metricsPaths(environment.services));
  return `worker_processes ${edgeWorkers(edge)};
pid /tmp/nginx.pid;
error_log /dev/stderr warn;
events {
  worker_connections ${WORKER_CONNECTIONS};
}

http {
  server_tokens off;
  default_type application/octet-stream;
  client_body_temp_path /tmp/client;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;

  sendfile on;
  tcp_nopush on;
  keepalive_timeout 65s;
  client_header_timeout 15s;
  client_body_timeout 60s;
  client_max_body_size ${edge.uploadMaxMiB}m;
  large_client_header_buffers 4 16k;
  gzip on;
  gzip_proxied any;
  gzip_types text/css text/plain application/javascript application/json;

  # Longer than any origin: of its own accord nginx has room for 46 characters.
  map_hash_bucket_size 512;
  # A caller's id is kept if it is harmless in a log line, else it gets a new one.
  map $http_x_request_id $correlation_id {
    default $request_id;
    "~^[A-Za-z0-9._-]{1,128}$" $http_x_request_id;
  }
  log_format json escape=json '{"time":"$time_iso8601","level":"info","service":"${EDGE_NAME}",'
    '"correlationId":"$correlation_id","client":"$remote_addr","method":"$request_method","path":"$uri",'
    '"status":$status,"bytes":$body_bytes_sent,"seconds":$request_time,"upstream":"$upstream_addr",'
    '"upstreamSeconds":"$upstream_response_time","upstreamHeaderSeconds":"$upstream_header_time",'
    '"inProgress":$connections_writing,"release":"$release","agent":"$http_user_agent"}';
  access_log /dev/stdout json;

  # 120 a minute means 120 at once and then one every half second.
  limit_req_zone $binary_remote_addr zone=client:10m rate=${edge.requestsPerMinute}r/m;
  limit_req_status 429;
  limit_req_log_level warn;
  # What one client has the edge work on at a time: all its connections are for all clients.
  limit_conn_zone $binary_remote_addr zone=working:10m;
  limit_conn_status 429;
  limit_conn_log_level warn;

  geo $metrics_reader {
    default 0;
${edge.metricsFrom.map((range) => `    ${range} 1;`).join("\n")}
  }

${indent(corsMaps(edge.corsOrigins), 2)}
${indent(services.map(releaseSplit).join("\n"), 2)}
  # A service that knows its pages better says so; two policies at once would both hold.
  map $upstream_http_content_security_policy $content_security_policy {
    default "";
    "" "default-src 'self'; frame-ancestors 'none'; base-uri 'self'";
  }
  map $http_upgrade $connection_upgrade {
    default upgrade;
    "" "";
  }

  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
  ssl_prefer_server_ciphers off;
  ssl_session_cache shared:tls:10m;
  ssl_session_timeout 1d;
  ssl_session_tickets off;
  ssl_certificate /run/secrets/server.crt;
  ssl_certificate_key /run/secrets/server.key;

  resolver 127.0.0.11 valid=5s ipv6=off;
  resolver_timeout 2s;
  proxy_http_version 1.1;
  proxy_connect_timeout 5s;
  proxy_read_timeout ${edge.timeoutSeconds}s;
  proxy_send_timeout ${edge.timeoutSeconds}s;
  proxy_request_buffering off;
  # What a slow client leaves unread waits at the service: a file of it would outgrow /tmp, and the answer be cut off.
  proxy_max_temp_file_size 0;
  proxy_next_upstream error timeout http_502;
  proxy_next_upstream_tries 2;
  proxy_set_header Host $host;
  proxy_set_header X-Request-Id $correlation_id;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Host $host;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;
${[
  "Access-Control-Allow-Origin",
  "Access-Control-Allow-Credentials",
  "X-Request-Id",
  "Strict-Transport-Security",
  "X-Content-Type-Options",
  "X-Frame-Options",
  "Referrer-Policy",
  "Permissions-Policy",
  "Cross-Origin-Opener-Policy",
  "Server",
  "X-Powered-By",
]
  .map((header) => `  proxy_hide_header ${header};`)
  .join("\n")}

  add_header Strict-Transport-Security "max-age=${edge.hstsDays * DAY_SECONDS}; includeSubDomains" always;
  add_header X-Content-Type-Options nosniff always;
  add_header X-Frame-Options DENY always;
  add_header Referrer-Policy strict-origin-when-cross-origin always;
  add_header Permissions-Policy "camera=(), geolocation=(), microphone=()" always;
  add_header Content-Security-Policy $content_security_policy always;
  add_header Cross-Origin-Opener-Policy same-origin always;
  add_header X-Request-Id $correlation_id always;
  add_header Access-Control-Allow-Origin $cors_origin always;
  add_header Access-Control-Allow-Credentials $cors_credentials always;
  add_header Access-Control-Allow-Methods $cors_methods always;
  add_header Access-Control-Allow-Headers $cors_headers always;
  add_header Access-Control-Max-Age $cors_max_age always;
  add_header Vary Origin always;

  server {
    listen ${EDGE_PORTS.http} default_server;
    server_name _;
    set $release "";
    return 308 https://$host${edge.httpsPort === 443 ? "" : `:${edge.httpsPort}`}$request_uri;
  }

  server {
    # The older spelling of HTTP/2, which every nginx in use understands.
    listen ${EDGE_PORTS.https} ssl http2 default_server;
    server_name ${domain};
    limit_req zone=client burst=${edge.requestsPerMinute - 1} nodelay;
    limit_conn working ${REQUESTS_AT_A_TIME};
${indent(ways, 4)}
  }

  # For operators on the host's loopback address: no limits, no TLS, the same services.
  server {
    listen ${EDGE_PORTS.operator};
    server_name _;
${indent(ways, 4)}
  }

  # For the health check and the operators' metrics.
  server {
    listen ${EDGE_PORTS.status};
    server_name _;
    access_log off;
    location = /healthz {
      return 200 "ok\\n";
    }
    location = /status {
      stub_status;
    }
    location / {
      return 404;
    }
  }
}
`;
}

/** Cross-origin answers: an origin of the list is named back; "*" is answered without credentials. */
function corsMaps(origins: readonly string[]): string {
  const any = origins.includes("*");
  const listed = origins.filter((origin) => origin !== "*");
  const lines = listed.map((origin) => `  "${origin}" $http_origin;`);
  return `map $http_origin $cors_origin {
  default "${any ? "*" : ""}";
${lines.join("\n")}
}
map $http_origin $cors_credentials {
  default "";
${listed.map((origin) => `  "${origin}" true;`).join("\n")}
}
map $cors_origin $cors_methods {
  default "GET, POST, PUT, PATCH, DELETE, OPTIONS";
  "" "";
}
map $cors_origin $cors_headers {
  default "Authorization, Content-Type, X-Request-Id, X-Tenant";
  "" "";
}
map $cors_origin $cors_max_age {
  default 600;
  "" "";
}
map "$request_method:$http_access_control_request_method" $cors_preflight {
  default 0;
  "~^OPTIONS:.+" 1;
}`;
}

/** Which release of a service a request goes to: by its correlation id, so that a retry stays where it was. */
function releaseSplit({ name, host, port, candidate }: PublicService): string {
  const variable = `$target_${name.replaceAll("-", "_")}`;
  const weight = candidate?.weightPercent ?? 0;
  const second = candidate && weight > 0 ? `  ${weight}% ${candidate.host}:${port};\n` : "";
  return `split_clients $correlation_id ${variable} {
${second}  * ${host}:${port};
}`;
}

/** Longest prefix first, so that a reader finds them in the order nginx decides by; expressions before prefixes. */
function locations(services: readonly PublicService[], guarded: readonly string[]): string {
  const routes = services
    .flatMap((service) => service.routes.map((route) => ({ route, service })))
    .sort((a, b) => b.route.length - a.route.length || (a.route < b.route ? -1 : 1));
  return [
    ...guarded.flatMap((path) => {
      const found = routes.find(({ route }) => path.startsWith(route));
      return found ? [location(`~* ^${literally(path)}`, found.service, METRICS_READERS_ONLY)] : [];
    }),
    ...routes.map(({ route, service }) => location(route, service)),
  ].join("\n");
}

const METRICS_READERS_ONLY = "  if ($metrics_reader = 0) {\n    return 403;\n  }\n";

/** A path within a regular expression. */
const literally = (path: string) => path.replaceAll(".", "\\.");

function location(match: string, { name }: PublicService, guard = ""): string {
  const variable = `$target_${name.replaceAll("-", "_")}`;
  return `location ${match} {
${guard}  if ($cors_preflight) {
    return 204;
  }
  set $release ${variable};
  proxy_pass http://$release;
}`;
}
