#!/bin/bash
# Stands in for a command that would ask AWS: keeps what it was asked in the file RECORD, and answers something.
{
  printf '%s\x1f' "${0##*/}" "$@"
  if [ "${0##*/}" = curl ]; then cat; fi
  printf '\x1e'
} >>"$RECORD"
case "${0##*/} $*" in
  "aws configure "*) echo "export AWS_ACCESS_KEY_ID=the-key AWS_SECRET_ACCESS_KEY=the-secret AWS_SESSION_TOKEN=the-token" ;;
  "curl "*api/v1/query) echo '{"data":{"result":[{"metric":{"job":"api"},"value":[0,"1"]}]}}' ;;
  "curl "*) echo '[{"labels":{"alertname":"CacheDown","severity":"warning"},"startsAt":"now","status":{"state":"active"},"annotations":{"summary":"No cache"}}]' ;;
  *networkConfiguration*) echo '{}' ;;
  *) echo made-up ;;
esac
