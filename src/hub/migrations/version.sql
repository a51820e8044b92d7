-- What the schema was before its first migration: its version, 0. The row is also the lock under which
-- migrations run, for not every engine has advisory locks.
CREATE TABLE IF NOT EXISTS roadmap.version (
    is_here BOOLEAN PRIMARY KEY DEFAULT true CHECK (is_here),
    number INT NOT NULL,
    migrated TIMESTAMPTZ NOT NULL DEFAULT now()
);
INSERT INTO roadmap.version (number) VALUES (0) ON CONFLICT DO NOTHING;
