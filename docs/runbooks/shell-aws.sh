# What shell.sh sets up for a stack on AWS. It asks the account the AWS command line is signed in to, in AWS_REGION,
# which has to be aws.region of the stack.
: "${AWS_REGION:?has to be aws.region of Pulumi.$STACK.yaml}"

# The words that mean the same on a Docker host.

# ask QUERY: what the workspace answers now.
ask() { signed api/v1/query --data-urlencode "query=$1" | node -pe 'JSON.parse(require("fs").readFileSync(0, "utf8")).data.result.map(({ metric, value }) => `${JSON.stringify(metric)} ${value[1]}`).join("\n")'; }

# alerts: those somebody is told of.
alerts() { signed alertmanager/api/v2/alerts | node -pe 'JSON.parse(require("fs").readFileSync(0, "utf8")).filter(({ status }) => status.state === "active").map(({ labels, startsAt, annotations }) => `${labels.alertname} ${labels.severity} ${startsAt} ${annotations.summary}`).join("\n")'; }

# silence ALERT HOURS WHY: nobody is told of an alert for so long.
silence() { signed alertmanager/api/v2/silences --json "$(node -pe 'const [name, hours, comment] = process.argv.slice(1); const now = Date.now(); JSON.stringify({ matchers: [{ name: "alertname", value: name, isRegex: false, isEqual: true }], startsAt: new Date(now), endsAt: new Date(now + hours * 3_600_000), createdBy: process.env.USER ?? "operator", comment })' "$1" "$2" "$3")"; }

# silences: those there are, also of the past.
silences() { signed alertmanager/api/v2/silences; }

# sql STATEMENT: as the database's administrator, by a task of the migration's definition that migrates nothing. A minute.
sql() { task migration roles "$(node -pe 'JSON.stringify({ containerOverrides: [{ name: "roles", environment: [{ name: "STATEMENT", value: process.argv[1] }], command: ["psql --no-psqlrc --dbname=app --command=\"$STATEMENT\""] }, { name: "migration", command: ["health"] }] })' "$1")"; }

# backup COMMAND: the backup runner's list, check, once full, once events, once drill, by a task of its definition. A minute, or more.
backup() { task backups runner "$(node -pe 'JSON.stringify({ containerOverrides: [{ name: "runner", environment: [{ name: "BACKUP_COMMAND", value: process.argv[1] }] }] })' "$*")"; }

# logs NAME [SINCE]: of all copies, of the last 15 minutes unless said otherwise. The edge's are what the firewall stopped.
logs() {
  case $1 in
    database) aws logs tail "/aws/rds/instance/mainstay-$STACK-database/postgresql" --since "${2:-15m}" ;;
    cache) aws logs tail "/aws/vendedlogs/elasticache/mainstay/$STACK/cache/engine-log" --since "${2:-15m}" ;;
    edge) aws logs tail "aws-waf-logs-mainstay-$STACK" --since "${2:-15m}" ;;
    *) logged "tasks/$1" "${2:-15m}" ;;
  esac
}

# copies [NAME]: what runs of a service, or of every service, and should run.
copies() {
  case ${1:-} in
    database) database '[].[DBInstanceIdentifier,DBInstanceStatus]' ;;
    cache) cache ;;
    '') aws ecs list-services --cluster "mainstay-$STACK" --query 'serviceArns' --output text | xargs -n 10 aws ecs describe-services --cluster "mainstay-$STACK" --query 'services[].[serviceName,desiredCount,runningCount]' --output text --services ;;
    *) service "$1" ;;
  esac
}

# restart NAME: new copies, and the old ones go when those are healthy. The database and the cache answer nothing meanwhile.
restart() {
  case $1 in
    database) aws rds reboot-db-instance --db-instance-identifier "mainstay-$STACK-database" ;;
    cache) aws elasticache describe-replication-groups --replication-group-id "mainstay-$STACK-cache" --query 'ReplicationGroups[0].MemberClusters' --output text | xargs -n 1 aws elasticache reboot-cache-cluster --cache-node-ids-to-reboot 0001 --cache-cluster-id ;;
    *) aws ecs update-service --cluster "mainstay-$STACK" --service "$1" --force-new-deployment --query 'service.deployments[].[status,desiredCount]' ;;
  esac
}

# stop NAME: all copies. `npm run up -- STACK` starts them again; a service with maxReplicas is started by its scaling, or by hand.
stop() { aws ecs update-service --cluster "mainstay-$STACK" --service "$1" --desired-count 0 --query 'service.[serviceName,desiredCount]'; }

# room: what the database's disk has left.
room() { figure AWS/RDS FreeStorageSpace DBInstanceIdentifier "mainstay-$STACK-database" Minimum; }

# died [SINCE]: tasks that ended without being told to, and why. What runs inside a task is not known by a name.
died() { aws logs tail "/aws/events/mainstay/$STACK/dead-tasks" --since "${1:-1h}" --format short; }

# What those are made of.

# signed PATH OPTIONS...: asks the workspace. The keys come to curl by its standard input: arguments can be read by others.
signed() (
  eval "$(aws configure export-credentials --format env)"
  workspace=$(aws amp list-workspaces --query "workspaces[?alias=='mainstay-$STACK'].workspaceId | [0]" --output text)
  {
    printf 'user = "%s:%s"\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY"
    if [ -n "${AWS_SESSION_TOKEN:-}" ]; then printf 'header = "x-amz-security-token: %s"\n' "$AWS_SESSION_TOKEN"; fi
  } | curl --config - --silent --show-error --fail-with-body --aws-sigv4 "aws:amz:$AWS_REGION:aps" "${@:2}" "https://aps-workspaces.$AWS_REGION.amazonaws.com/workspaces/$workspace/$1"
)

# task NAME CONTAINER OVERRIDES: runs a task to its end, where the backup runner runs, and prints what a container wrote.
task() {
  local network started
  network=$(aws ecs describe-services --cluster "mainstay-$STACK" --services backups --query 'services[0].networkConfiguration' --output json)
  started=$(aws ecs run-task --cluster "mainstay-$STACK" --launch-type FARGATE --task-definition "mainstay-$STACK-$1" --network-configuration "$network" --overrides "$3" --query 'tasks[0].taskArn' --output text)
  # It waits for ten minutes, and a drill may take hours.
  for _ in {1..30}; do aws ecs wait tasks-stopped --cluster "mainstay-$STACK" --tasks "$started" && break; done
  aws logs get-log-events --log-group-name "/mainstay/$STACK/tasks/$1" --log-stream-name "$2/$2/${started##*/}" --start-from-head --query 'events[].message' --output text
}

# The words of the page about AWS.

# firing: alarms that fire now, and why.
firing() { aws cloudwatch describe-alarms --alarm-name-prefix "mainstay-$STACK-" --state-value ALARM --query 'MetricAlarms[].[AlarmName,StateReason]' --output text; }

# figure NAMESPACE METRIC NAME VALUE [STATISTIC]: the greatest of every five minutes of the last hour, of what NAME=VALUE tells apart.
figure() { aws cloudwatch get-metric-statistics --namespace "$1" --metric-name "$2" --dimensions "Name=$3,Value=$4" --start-time "$(date -u -d '-1 hour' +%FT%TZ)" --end-time "$(date -u +%FT%TZ)" --period 300 --statistics "${5:-Maximum}" --query "sort_by(Datapoints,&Timestamp)[].[Timestamp,${5:-Maximum}]" --output text; }

# told METRIC: what `up` and `drift` have told CloudWatch within two weeks, the greatest of each hour.
told() { aws cloudwatch get-metric-statistics --namespace "mainstay/$STACK" --metric-name "$1" --start-time "$(date -u -d '-14 days' +%FT%TZ)" --end-time "$(date -u +%FT%TZ)" --period 3600 --statistics Maximum --query 'sort_by(Datapoints,&Timestamp)[].[Timestamp,Maximum]' --output text; }

# logged GROUP [SINCE]: a log of the environment, a task's being tasks/NAME; of the last 15 minutes unless said otherwise.
logged() { aws logs tail "/mainstay/$STACK/$1" --since "${2:-15m}"; }

# critical SERVICE: its critical lines of the last hour.
critical() { aws logs filter-log-events --log-group-name "/mainstay/$STACK/tasks/$1" --start-time "$(date -d '-1 hour' +%s000)" --filter-pattern '{ $.level = "critical" }' --query 'events[].message' --output text; }

# service NAME: how many copies it has and should have, and what ECS says of it.
service() { aws ecs describe-services --cluster "mainstay-$STACK" --services "$1" --query 'services[0].[desiredCount,runningCount,events[:10].message]'; }

# database QUERY: of the environment's instances, replicas too.
database() { aws rds describe-db-instances --query "DBInstances[?TagList[?Key=='mainstay:environment'&&Value=='$STACK']]$1" --output text; }

# happened: what RDS did to databases within a day.
happened() { aws rds describe-events --source-type db-instance --duration 1440 --query 'Events[].[Date,SourceIdentifier,Message]' --output text; }

# statements: those the database was busiest with in the last hour.
statements() { aws pi get-resource-metrics --service-type RDS --identifier "$(database '[0].DbiResourceId')" --start-time "$(date -u -d '-1 hour' +%FT%TZ)" --end-time "$(date -u +%FT%TZ)" --period-in-seconds 3600 --metric-queries '[{"Metric":"db.load.avg","GroupBy":{"Group":"db.sql","Limit":5}}]'; }

# cache: its nodes, and how they are.
cache() { aws elasticache describe-replication-groups --query "ReplicationGroups[?starts_with(ReplicationGroupId,'mainstay-$STACK')].[ReplicationGroupId,Status,NodeGroups[0].NodeGroupMembers]"; }

# healthy: copies behind the load balancer, and what it thinks of them.
healthy() {
  aws resourcegroupstaggingapi get-resources --resource-type-filters elasticloadbalancing:targetgroup --tag-filters "Key=mainstay:environment,Values=$STACK" --query 'ResourceTagMappingList[].ResourceARN' --output text | tr '\t' '\n' |
    xargs -I{} aws elbv2 describe-target-health --target-group-arn {} --query 'TargetHealthDescriptions[].[Target.Id,TargetHealth.State,TargetHealth.Reason]' --output text
}

# blocked: what the firewall turned away within five minutes.
blocked() { aws logs tail "aws-waf-logs-mainstay-$STACK" --since 5m --filter-pattern '{ $.action = "BLOCK" }'; }

# jobs: backups and restores of AWS Backup within eight days.
jobs() {
  aws backup list-backup-jobs --by-created-after "$(date -u -d '-8 days' +%F)" --query 'BackupJobs[].[CreationDate,State,StatusMessage,ResourceArn]' --output text
  aws backup list-restore-jobs --by-created-after "$(date -u -d '-8 days' +%F)" --query 'RestoreJobs[].[CreationDate,Status,StatusMessage]' --output text
}

# workspace: what the managed Prometheus and its Alertmanager complain of.
workspace() { aws logs tail "/aws/vendedlogs/prometheus/mainstay/$STACK" --since "${1:-1h}"; }

# runs: the newest runs of the probe from outside.
runs() { aws synthetics get-canary-runs --name "mainstay-$STACK-outside" --max-results 3 --query 'CanaryRuns[].Status'; }

# lost: messages nobody took. They stay in the queue.
lost() { aws sqs receive-message --max-number-of-messages 10 --visibility-timeout 0 --query 'Messages[].Body' --queue-url "$(aws sqs list-queues --query "QueueUrls[?contains(@,'monitoring-lost-messages')]|[0]" --output text)"; }
