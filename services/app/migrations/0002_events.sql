-- What happened, append-only. Nobody changes or removes a row: the role of the app may not, and a trigger
-- refuses whoever may, the owner included.

CREATE TABLE app.events (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL CHECK (tenant <> ''),
  stream text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  type text NOT NULL,
  payload jsonb NOT NULL,
  occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (stream, version)
);

CREATE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON app.events
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

ALTER TABLE app.events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.events USING (tenant = current_setting('app.tenant', true));

DO $$ BEGIN
  IF to_regrole('app_readwrite') IS NOT NULL THEN
    -- Default privileges may have given more than this.
    REVOKE ALL ON app.events FROM app_readwrite;
    GRANT SELECT, INSERT ON app.events TO app_readwrite;
  END IF;
END $$;
