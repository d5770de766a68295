# The words the page about AWS is written in. Into a shell of your own: source docs/runbooks/shell-aws.sh STACK
# They ask the account and region the AWS command line is signed in to; the region has to be aws.region of the stack.
if [ -z "$1" ]; then
  echo "source docs/runbooks/shell-aws.sh STACK: the stack is missing" >&2
  return 2
fi
export STACK=$1

# firing: alarms that fire now, and why.
firing() { aws cloudwatch describe-alarms --alarm-name-prefix "mainstay-$STACK-" --state-value ALARM --query 'MetricAlarms[].[AlarmName,StateReason]' --output text; }

# figure NAMESPACE METRIC NAME VALUE: the greatest of every five minutes of the last hour, of what NAME=VALUE tells apart.
figure() { aws cloudwatch get-metric-statistics --namespace "$1" --metric-name "$2" --dimensions "Name=$3,Value=$4" --start-time "$(date -u -d '-1 hour' +%FT%TZ)" --end-time "$(date -u +%FT%TZ)" --period 300 --statistics Maximum --query 'sort_by(Datapoints,&Timestamp)[].[Timestamp,Maximum]' --output text; }

# logged GROUP [SINCE]: a log of the environment, a task's being tasks/NAME; of the last 15 minutes unless said otherwise.
logged() { aws logs tail "/mainstay/$STACK/$1" --since "${2:-15m}"; }

# critical SERVICE: its critical lines of the last hour.
critical() { aws logs filter-log-events --log-group-name "/mainstay/$STACK/tasks/$1" --start-time "$(date -d '-1 hour' +%s000)" --filter-pattern '{ $.level = "critical" }' --query 'events[].message' --output text; }

# service NAME: how many copies it has and should have, and what ECS says of it.
service() { aws ecs describe-services --cluster "mainstay-$STACK" --services "$1" --query 'services[0].[desiredCount,runningCount,events[:10].message]'; }

# died [SINCE]: tasks that ended without being told to, and why.
died() { aws logs tail "/aws/events/mainstay/$STACK/dead-tasks" --since "${1:-1h}" --format short; }

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
