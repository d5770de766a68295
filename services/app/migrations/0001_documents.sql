-- Documents and their content. Content comes in pieces, so that no process ever holds a whole upload.

DO $$ BEGIN
  -- The database component makes the schema; a bare database has none. (CREATE SCHEMA IF NOT EXISTS would
  -- ask for the right to create one even where it exists.)
  IF to_regnamespace('app') IS NULL THEN CREATE SCHEMA app; END IF;
END $$;

CREATE TABLE app.documents (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant text NOT NULL CHECK (tenant <> ''),
  name text NOT NULL,
  media_type text NOT NULL,
  size bigint,
  sha256 text,
  created_at timestamptz NOT NULL DEFAULT now(),
  stored_at timestamptz,
  text text,
  converted_at timestamptz,
  UNIQUE (tenant, id)
);
CREATE INDEX documents_unfinished ON app.documents (created_at) WHERE stored_at IS NULL;

CREATE TABLE app.document_chunks (
  tenant text NOT NULL,
  document_id uuid NOT NULL,
  position integer NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (document_id, position),
  FOREIGN KEY (tenant, document_id) REFERENCES app.documents (tenant, id) ON DELETE CASCADE
);
-- Documents are mostly compressed already; trying again costs time for nothing.
ALTER TABLE app.document_chunks ALTER COLUMN content SET STORAGE EXTERNAL;

-- A session sees the rows of the tenant it has named, and none before it names one. The owner (migrations,
-- backups) sees all.
ALTER TABLE app.documents ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.documents USING (tenant = current_setting('app.tenant', true));
ALTER TABLE app.document_chunks ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.document_chunks USING (tenant = current_setting('app.tenant', true));

DO $$ BEGIN
  IF to_regrole('app_readwrite') IS NOT NULL THEN
    GRANT USAGE ON SCHEMA app TO app_readwrite;
    GRANT SELECT, INSERT, UPDATE, DELETE ON app.documents, app.document_chunks TO app_readwrite;
  END IF;
END $$;
