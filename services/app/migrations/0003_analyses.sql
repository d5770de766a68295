-- Analyses, which are the worker's queue as well.

CREATE TABLE app.analyses (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant text NOT NULL CHECK (tenant <> ''),
  document_id uuid NOT NULL,
  provider text NOT NULL,
  status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'succeeded', 'failed')),
  result text,
  error text,
  attempts integer NOT NULL DEFAULT 0,
  correlation_id text NOT NULL,
  traceparent text,
  created_at timestamptz NOT NULL DEFAULT now(),
  run_after timestamptz NOT NULL DEFAULT now(),
  lease_until timestamptz,
  finished_at timestamptz,
  FOREIGN KEY (tenant, document_id) REFERENCES app.documents (tenant, id) ON DELETE CASCADE
);
CREATE INDEX analyses_queue ON app.analyses (run_after) WHERE status IN ('queued', 'running');
CREATE INDEX analyses_document ON app.analyses (document_id);

ALTER TABLE app.analyses ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.analyses USING (tenant = current_setting('app.tenant', true));

-- The worker serves all tenants. These functions, run as the owner, are all it can do across them.

-- Takes one job for the length of a lease. A worker that dies loses its job to another when the lease ends.
CREATE FUNCTION app.claim_analysis(lease interval) RETURNS SETOF app.analyses
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE app.analyses SET status = 'running', attempts = attempts + 1, lease_until = now() + lease
  WHERE id = (
    SELECT id FROM app.analyses
    WHERE (status = 'queued' AND run_after <= now())
       OR (status = 'running' AND lease_until < now() AND attempts < 3)
    ORDER BY run_after LIMIT 1 FOR UPDATE SKIP LOCKED
  )
  RETURNING *
$$;

CREATE FUNCTION app.analysis_queue(OUT length integer, OUT oldest_seconds double precision)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*)::integer, coalesce(extract(epoch FROM now() - min(run_after) FILTER (WHERE run_after <= now())), 0)
  FROM app.analyses WHERE status = 'queued'
$$;

-- Removes uploads nobody will finish, and ends jobs whose every worker died.
CREATE FUNCTION app.sweep(OUT uploads integer, OUT jobs integer)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (
    DELETE FROM app.documents WHERE stored_at IS NULL AND created_at < now() - interval '1 hour' RETURNING id
  ), ended AS (
    UPDATE app.analyses
    SET status = 'failed', error = 'no worker survived it', lease_until = NULL, finished_at = now()
    WHERE status = 'running' AND lease_until < now() AND attempts >= 3
    RETURNING id, tenant
  ), told AS (
    INSERT INTO app.events (tenant, stream, version, type, payload)
    SELECT tenant, 'analysis-' || id,
           (SELECT coalesce(max(version), 0) + 1 FROM app.events WHERE stream = 'analysis-' || ended.id),
           'analysis.failed', jsonb_build_object('error', 'no worker survived it')
    FROM ended RETURNING 1
  )
  SELECT (SELECT count(*) FROM gone)::integer, (SELECT count(*) FROM told)::integer
$$;

REVOKE ALL ON FUNCTION app.claim_analysis(interval), app.analysis_queue(), app.sweep() FROM PUBLIC;

DO $$ BEGIN
  IF to_regrole('app_readwrite') IS NOT NULL THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON app.analyses TO app_readwrite;
    GRANT EXECUTE ON FUNCTION app.claim_analysis(interval), app.analysis_queue(), app.sweep() TO app_readwrite;
  END IF;
END $$;
