-- Entries, what they add up to, and who may see what. Run as the role roadmap_owner, in one transaction.
--
-- Four roles, none of which logs in by itself:
--   roadmap_owner    owns all this; the functions below act as it
--   roadmap_admin    may do everything with the data: `hub forget`, `hub publish`
--   roadmap_learner  what every learner is: reads own rows, and adds through roadmap.push alone
--   roadmap_teacher  reads progress, and entries without what was not meant for others
-- Roles belong to the whole cluster of databases; who is learner or teacher of *this* hub stands in tables.
--
-- Every table of learners' data begins its key with the learner, so all of one learner's rows can lie on
-- one node, and what roadmap.push reads and writes lies there with them.
--
-- Names of the session, not of the current role, decide whose rows are whose: inside of a function that
-- acts as its owner the current role is the owner.

ALTER DEFAULT PRIVILEGES FOR ROLE roadmap_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Whoever was invited. The key is the name by which they log in.
CREATE TABLE roadmap.learners (
    learner TEXT COLLATE "C" PRIMARY KEY CHECK (octet_length(learner) BETWEEN 1 AND 63),
    name TEXT NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    created TIMESTAMPTZ NOT NULL DEFAULT now(),
    shares_notes BOOLEAN NOT NULL DEFAULT false
);

CREATE TABLE roadmap.teachers (
    teacher TEXT COLLATE "C" PRIMARY KEY CHECK (octet_length(teacher) BETWEEN 1 AND 63),
    created TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- The journal's entries. They are added and never changed.
--
-- `payload` is an object with what has no column (on, note, evidence, rubric, grade, placed), or a string
-- with the whole line, where the columns could not give it back byte for byte: JSONB knows no U+0000, no
-- order of keys, and nothing of keys that only a newer roadmap has. In columns U+0000 and U+0001 stand as
-- U+0001 U+0001 and U+0001 U+0002, which keeps their order.
CREATE TABLE roadmap.entries (
    learner TEXT COLLATE "C" NOT NULL,
    curriculum TEXT COLLATE "C" NOT NULL CHECK (octet_length(curriculum) BETWEEN 1 AND 200),
    id TEXT COLLATE "C" NOT NULL CHECK (octet_length(id) <= 500),
    -- The whole second; what is beyond it stands in at_nanos, which a leap second brings to 10^9 and more.
    at TIMESTAMPTZ NOT NULL CHECK (at BETWEEN '0001-01-01 00:00:00Z' AND '9999-12-31 23:59:59Z'),
    hours DOUBLE PRECISION CHECK (hours BETWEEN -1e9 AND 1e9),
    at_nanos INT NOT NULL CHECK (at_nanos BETWEEN 0 AND 1999999999),
    -- The writer's clock, in seconds east of Greenwich.
    at_offset INT NOT NULL CHECK (at_offset BETWEEN -86399 AND 86399),
    -- The day as the learner wrote it.
    day DATE NOT NULL CHECK (day BETWEEN '0001-01-01' AND '9999-12-31'),
    act TEXT COLLATE "C" NOT NULL CHECK (octet_length(act) BETWEEN 1 AND 40),
    topic TEXT COLLATE "C" CHECK (octet_length(topic) <= 500),
    -- The id of the first entry of the same step; its own for that one.
    step TEXT COLLATE "C" NOT NULL CHECK (octet_length(step) <= 500),
    cancels TEXT COLLATE "C" CHECK (octet_length(cancels) <= 500),
    quiz_right BIGINT CHECK (quiz_right BETWEEN 0 AND 4294967295),
    quiz_asked BIGINT CHECK (quiz_asked BETWEEN 0 AND 4294967295),
    quiz_of BIGINT CHECK (quiz_of BETWEEN 0 AND 4294967295),
    payload JSONB NOT NULL CHECK (jsonb_typeof(payload) IN ('object', 'string')),
    PRIMARY KEY (learner, curriculum, id)
);
-- A fold reads the entries of some topics, and of one step.
CREATE INDEX entries_by_topic ON roadmap.entries (learner, curriculum, topic) WHERE topic IS NOT NULL;
CREATE INDEX entries_by_step ON roadmap.entries (learner, curriculum, step) WHERE step <> id;
CREATE INDEX entries_that_cancel ON roadmap.entries (learner, curriculum, cancels) WHERE cancels IS NOT NULL;

-- How a machine finds out in one small answer that nothing is new: the learner's entries in parts by the
-- first four letters of their ids (ids of one part are those of seven weeks), for each part the MD5 of
-- the ids in order, with line breaks between.
CREATE TABLE roadmap.entry_parts (
    learner TEXT COLLATE "C" NOT NULL,
    curriculum TEXT COLLATE "C" NOT NULL,
    part TEXT COLLATE "C" NOT NULL,
    entries INT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (learner, curriculum, part)
);

-- What was published with `hub publish`, so that reports know phases and hours. Small, the same everywhere.
CREATE TABLE roadmap.curricula (
    curriculum TEXT COLLATE "C" PRIMARY KEY,
    title TEXT NOT NULL,
    edition TEXT,
    -- Counts up whenever the topics change.
    revision INT NOT NULL,
    published TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- Its topics. `position` counts all of them from 0, `phase_position` the phases. `formerly` are ids of
-- earlier editions: entries about them count for this topic.
CREATE TABLE roadmap.curriculum_topics (
    curriculum TEXT COLLATE "C" NOT NULL,
    topic TEXT COLLATE "C" NOT NULL CHECK (octet_length(topic) <= 500),
    phase TEXT COLLATE "C" NOT NULL,
    phase_position INT NOT NULL,
    phase_title TEXT NOT NULL,
    position INT NOT NULL,
    title TEXT NOT NULL,
    hours DOUBLE PRECISION NOT NULL,
    formerly TEXT[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (curriculum, topic)
);

-- ROLLUPS. Brought up to date by roadmap.push in the transaction that adds the entries; nothing else
-- writes them but `hub publish` (when ids change) and `hub forget`. The fold is that of the learner's
-- machine: entries in the order of (time, id), without those of a step that an undo names which no redo
-- names. A report reads these tables and the curriculum's, never the entries.

-- One row for each learner, curriculum and topic that any entry that counts is about. Topics that the
-- curriculum does not have (or if none was published) stand here too, under the ids of their entries: a
-- report joins with curriculum_topics.
CREATE TABLE roadmap.topic_progress (
    learner TEXT COLLATE "C" NOT NULL,
    curriculum TEXT COLLATE "C" NOT NULL,
    topic TEXT COLLATE "C" NOT NULL,
    -- When the state changed last, by the clock of the machine.
    changed_at TIMESTAMPTZ,
    -- Hours logged: those of the last done that says any, and what was logged since.
    hours DOUBLE PRECISION NOT NULL,
    -- open (never begun, or reopened), started, done, known, skipped. Whether an open topic is locked and
    -- a done one due is not known here: that takes the graph and the day.
    state TEXT COLLATE "C" NOT NULL,
    -- The day of the first start that counts, whatever came after it.
    first_started DATE,
    -- The day of the last start, unless it was known, skipped or reopened since.
    started DATE,
    -- The day of the last change of state.
    since DATE,
    -- The same where the state is done, known or skipped.
    closed DATE,
    -- The last day of any entry that counts.
    last_day DATE NOT NULL,
    -- Quizzes answered to the end, and those of them with a wrong answer; how the last one went.
    quiz_tries INT NOT NULL,
    quiz_fails INT NOT NULL,
    quiz_right BIGINT,
    quiz_asked BIGINT,
    PRIMARY KEY (learner, curriculum, topic)
);
-- Who is at a topic is asked of all learners at once, and these rows are few.
CREATE INDEX progress_begun ON roadmap.topic_progress (curriculum, topic) INCLUDE (learner, hours, started)
    WHERE state = 'started';

-- One row for each learner and curriculum. The counts are over the curriculum's topics if it was published,
-- else over all topics of the entries.
CREATE TABLE roadmap.learner_progress (
    learner TEXT COLLATE "C" NOT NULL,
    curriculum TEXT COLLATE "C" NOT NULL,
    synced_at TIMESTAMPTZ NOT NULL,
    hours DOUBLE PRECISION NOT NULL DEFAULT 0,
    -- All entries that are here, with those that do not count.
    entries BIGINT NOT NULL DEFAULT 0,
    -- Estimated hours of the topics that are done (not those known before); 0 if none was published.
    hours_done DOUBLE PRECISION NOT NULL DEFAULT 0,
    -- The first day on which a topic was started or, where it was not, done.
    first_day DATE,
    -- The last day of any entry that counts.
    last_day DATE,
    -- The topic whose state changed last: its phase is where the learner is.
    latest_topic TEXT COLLATE "C",
    -- The curriculum's revision with which all rollups of this learner were made; 0 if none was published.
    revision INT NOT NULL DEFAULT 0,
    started INT NOT NULL DEFAULT 0,
    done INT NOT NULL DEFAULT 0,
    known INT NOT NULL DEFAULT 0,
    skipped INT NOT NULL DEFAULT 0,
    PRIMARY KEY (learner, curriculum)
);

-- Topics that are done, by the week (its Monday) in which they were; weeks without any have no row.
CREATE TABLE roadmap.week_progress (
    learner TEXT COLLATE "C" NOT NULL,
    curriculum TEXT COLLATE "C" NOT NULL,
    week DATE NOT NULL,
    done INT NOT NULL,
    PRIMARY KEY (learner, curriculum, week)
);
-- A report asks for the last weeks of all learners.
CREATE INDEX progress_by_week ON roadmap.week_progress (curriculum, week);

-- Returns whether whoever logged in is a teacher of this hub.
CREATE FUNCTION roadmap.is_teacher() RETURNS BOOLEAN
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM roadmap.teachers t WHERE t.teacher = session_user::text)
$$;

-- Brings the rollups of one learner up to date after entries about these topics, and only these, came to
-- count or ceased to. Topics may go by ids of earlier editions. All topics are folded anew where the
-- curriculum was published again since. Acts as whoever calls it, who holds the lock of the learner's row.
-- Planned anew each time: a plan for arrays of any length, which serves from the sixth call on, is many times
-- slower.
CREATE FUNCTION roadmap.fold(p_learner TEXT, p_curriculum TEXT, p_topics TEXT[]) RETURNS VOID
LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    v_wanted TEXT[] := p_topics;
    v_named TEXT[];
    v_topics TEXT[];
    v_revision INT := coalesce((SELECT c.revision FROM roadmap.curricula c WHERE c.curriculum = p_curriculum), 0);
    v_published BOOLEAN := v_revision > 0;
BEGIN
    IF EXISTS (
        SELECT 1 FROM roadmap.learner_progress p
        WHERE p.learner = p_learner AND p.curriculum = p_curriculum AND p.revision <> v_revision
    ) THEN
        SELECT coalesce(array_agg(a.topic), '{}') INTO v_wanted
        FROM (
            SELECT e.topic FROM roadmap.entries e
            WHERE e.learner = p_learner AND e.curriculum = p_curriculum AND e.topic IS NOT NULL
            UNION
            SELECT p.topic FROM roadmap.topic_progress p
            WHERE p.learner = p_learner AND p.curriculum = p_curriculum
        ) a;
    END IF;

    -- Every id under which an entry may be about one of the topics, and beside it the topic's own.
    WITH known AS (
        SELECT t.topic AS named, t.topic AS topic FROM roadmap.curriculum_topics t WHERE t.curriculum = p_curriculum
        UNION ALL
        SELECT f.named, t.topic
        FROM roadmap.curriculum_topics t CROSS JOIN unnest(t.formerly) AS f(named)
        WHERE t.curriculum = p_curriculum AND NOT EXISTS (
            SELECT 1 FROM roadmap.curriculum_topics o WHERE o.curriculum = p_curriculum AND o.topic = f.named)
    ), wanted AS (
        SELECT DISTINCT coalesce(k.topic, w.named) AS topic
        FROM unnest(v_wanted) AS w(named) LEFT JOIN known k ON k.named = w.named
    ), pairs AS (
        SELECT k.named, k.topic FROM known k JOIN wanted w ON w.topic = k.topic
        UNION
        SELECT w.topic, w.topic FROM wanted w
    )
    SELECT coalesce(array_agg(p.named), '{}'), coalesce(array_agg(p.topic), '{}') INTO v_named, v_topics FROM pairs p;

    WITH undone AS (
        SELECT DISTINCT u.cancels AS step
        FROM roadmap.entries u
        WHERE u.learner = p_learner AND u.curriculum = p_curriculum AND u.cancels IS NOT NULL AND u.act = 'undo'
            AND NOT EXISTS (
                SELECT 1 FROM roadmap.entries r
                WHERE r.learner = p_learner AND r.curriculum = p_curriculum AND r.cancels = u.id AND r.act = 'redo')
    ), counting AS (
        SELECT n.topic, e.act, e.at, e.at_nanos, e.day, e.hours, e.quiz_right, e.quiz_asked, e.quiz_of,
            row_number() OVER (PARTITION BY n.topic ORDER BY e.at, e.at_nanos, e.id) AS nth
        FROM unnest(v_named, v_topics) AS n(named, topic)
        JOIN roadmap.entries e ON e.learner = p_learner AND e.curriculum = p_curriculum AND e.topic = n.named
        WHERE e.act NOT IN ('undo', 'redo') AND NOT EXISTS (SELECT 1 FROM undone u WHERE u.step = e.step)
    ), turns AS (
        SELECT c.topic,
            max(c.nth) FILTER (WHERE c.act IN ('start', 'done', 'known', 'skip', 'reopen')) AS changed,
            min(c.nth) FILTER (WHERE c.act = 'start') AS began,
            max(c.nth) FILTER (WHERE c.act = 'start') AS begun,
            max(c.nth) FILTER (WHERE c.act IN ('known', 'skip', 'reopen')) AS cleared,
            max(c.nth) FILTER (WHERE c.act = 'done' AND c.hours IS NOT NULL) AS told,
            max(c.nth) FILTER (WHERE c.act = 'quiz' AND c.quiz_of > 0 AND c.quiz_asked >= c.quiz_of) AS quizzed
        FROM counting c GROUP BY c.topic
    ), folded AS (
        SELECT c.topic,
            max(c.act) FILTER (WHERE c.nth = t.changed) AS act,
            max(c.at + c.at_nanos / 1000 * INTERVAL '1 microsecond') FILTER (WHERE c.nth = t.changed) AS changed_at,
            max(c.day) FILTER (WHERE c.nth = t.changed) AS since,
            max(c.day) FILTER (WHERE c.nth = t.began) AS first_started,
            max(c.day) FILTER (WHERE c.nth = t.begun AND c.nth > coalesce(t.cleared, 0)) AS started,
            -- Summed in order, as the learner's machine does: not even the last bit differs.
            coalesce(sum(c.hours ORDER BY c.nth) FILTER (
                WHERE c.nth = t.told OR (c.act = 'time' AND c.nth > coalesce(t.told, 0))), 0) AS hours,
            max(c.day) AS last_day,
            count(*) FILTER (WHERE c.act = 'quiz' AND c.quiz_of > 0 AND c.quiz_asked >= c.quiz_of) AS tries,
            count(*) FILTER (WHERE c.act = 'quiz' AND c.quiz_of > 0 AND c.quiz_asked >= c.quiz_of
                AND c.quiz_right < c.quiz_asked) AS fails,
            max(c.quiz_right) FILTER (WHERE c.nth = t.quizzed) AS quiz_right,
            max(c.quiz_asked) FILTER (WHERE c.nth = t.quizzed) AS quiz_asked
        FROM counting c JOIN turns t ON t.topic = c.topic
        GROUP BY c.topic
    )
    INSERT INTO roadmap.topic_progress AS p (
        learner, curriculum, topic, changed_at, hours, state, first_started, started, since, closed, last_day,
        quiz_tries, quiz_fails, quiz_right, quiz_asked)
    SELECT p_learner, p_curriculum, f.topic, f.changed_at, f.hours,
        CASE f.act WHEN 'start' THEN 'started' WHEN 'done' THEN 'done' WHEN 'known' THEN 'known'
            WHEN 'skip' THEN 'skipped' ELSE 'open' END,
        f.first_started, f.started, f.since, CASE WHEN f.act IN ('done', 'known', 'skip') THEN f.since END,
        f.last_day, f.tries, f.fails, f.quiz_right, f.quiz_asked
    FROM folded f
    ON CONFLICT (learner, curriculum, topic) DO UPDATE SET
        changed_at = excluded.changed_at, hours = excluded.hours, state = excluded.state,
        first_started = excluded.first_started, started = excluded.started, since = excluded.since,
        closed = excluded.closed, last_day = excluded.last_day, quiz_tries = excluded.quiz_tries,
        quiz_fails = excluded.quiz_fails, quiz_right = excluded.quiz_right, quiz_asked = excluded.quiz_asked;

    -- Topics that no entry that counts is about any more, or that go by another id now.
    DELETE FROM roadmap.topic_progress p
    WHERE p.learner = p_learner AND p.curriculum = p_curriculum AND p.topic = ANY (v_named) AND NOT EXISTS (
        SELECT 1
        FROM unnest(v_named, v_topics) AS n(named, topic)
        JOIN roadmap.entries e ON e.learner = p_learner AND e.curriculum = p_curriculum AND e.topic = n.named
        WHERE n.topic = p.topic AND e.act NOT IN ('undo', 'redo') AND NOT EXISTS (
            SELECT 1 FROM roadmap.entries u
            WHERE u.learner = p_learner AND u.curriculum = p_curriculum AND u.cancels = e.step AND u.act = 'undo'
                AND NOT EXISTS (
                    SELECT 1 FROM roadmap.entries r
                    WHERE r.learner = p_learner AND r.curriculum = p_curriculum AND r.cancels = u.id
                        AND r.act = 'redo')));

    WITH known AS (
        SELECT p.topic, p.state, p.hours, p.last_day, p.changed_at, t.hours AS estimate, t.position,
            least(p.first_started, CASE WHEN p.state = 'done' THEN p.closed END) AS first_day
        FROM roadmap.topic_progress p
        LEFT JOIN roadmap.curriculum_topics t ON t.curriculum = p.curriculum AND t.topic = p.topic
        WHERE p.learner = p_learner AND p.curriculum = p_curriculum AND (NOT v_published OR t.topic IS NOT NULL)
    ), latest AS (
        SELECT k.topic FROM known k WHERE k.changed_at IS NOT NULL ORDER BY k.changed_at DESC, k.topic DESC LIMIT 1
    ), counts AS (
        SELECT coalesce(sum(k.hours ORDER BY k.topic), 0) AS hours, max(k.last_day) AS last_day, min(k.first_day) AS first_day,
            coalesce(sum(k.estimate ORDER BY k.position) FILTER (WHERE k.state = 'done'), 0) AS hours_done,
            count(*) FILTER (WHERE k.state = 'started') AS started, count(*) FILTER (WHERE k.state = 'done') AS done,
            count(*) FILTER (WHERE k.state = 'known') AS known,
            count(*) FILTER (WHERE k.state = 'skipped') AS skipped
        FROM known k
    )
    INSERT INTO roadmap.learner_progress AS p (
        learner, curriculum, synced_at, hours, hours_done, first_day, last_day, latest_topic, revision, started, done,
        known, skipped)
    SELECT p_learner, p_curriculum, now(), c.hours, c.hours_done, c.first_day, c.last_day,
        (SELECT l.topic FROM latest l), v_revision, c.started, c.done, c.known, c.skipped
    FROM counts c
    ON CONFLICT (learner, curriculum) DO UPDATE SET
        hours = excluded.hours, hours_done = excluded.hours_done, first_day = excluded.first_day,
        last_day = excluded.last_day, latest_topic = excluded.latest_topic, revision = excluded.revision,
        started = excluded.started, done = excluded.done, known = excluded.known, skipped = excluded.skipped;

    DELETE FROM roadmap.week_progress w
    WHERE w.learner = p_learner AND w.curriculum = p_curriculum AND NOT EXISTS (
        SELECT 1 FROM roadmap.topic_progress p
        WHERE p.learner = p_learner AND p.curriculum = p_curriculum AND p.state = 'done'
            AND p.closed >= w.week AND p.closed < w.week + 7
            AND (NOT v_published OR EXISTS (
                SELECT 1 FROM roadmap.curriculum_topics t
                WHERE t.curriculum = p_curriculum AND t.topic = p.topic)));
    INSERT INTO roadmap.week_progress AS w (learner, curriculum, week, done)
    SELECT p_learner, p_curriculum, p.closed - (extract(isodow FROM p.closed)::int - 1), count(*)
    FROM roadmap.topic_progress p
    WHERE p.learner = p_learner AND p.curriculum = p_curriculum AND p.state = 'done' AND (NOT v_published OR EXISTS (
        SELECT 1 FROM roadmap.curriculum_topics t WHERE t.curriculum = p_curriculum AND t.topic = p.topic))
    GROUP BY 3
    ON CONFLICT (learner, curriculum, week) DO UPDATE SET done = excluded.done WHERE w.done <> excluded.done;
END
$$;

-- Adds entries of whoever logged in, those that are not here yet, and brings the rollups up to date.
-- Returns how many were new. `p_entries` is an array of objects: id, at (seconds since 1970), nanos,
-- "offset", day, act, topic, step, cancels, hours, quiz_right, quiz_asked, quiz_of, payload.
CREATE FUNCTION roadmap.push(p_curriculum TEXT, p_entries JSONB) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    v_learner TEXT := session_user::text;
    v_ids TEXT[];
    v_cancelled TEXT[];
    v_steps TEXT[];
    v_topics TEXT[];
    v_parts TEXT[];
    v_added BIGINT;
BEGIN
    -- One push of a learner at a time: a fold must see the entries of the other.
    PERFORM 1 FROM roadmap.learners l WHERE l.learner = v_learner FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nobody invited % as a learner', v_learner USING ERRCODE = '42501';
    END IF;

    WITH added AS (
        INSERT INTO roadmap.entries (
            learner, curriculum, id, at, hours, at_nanos, at_offset, day, act, topic, step, cancels, quiz_right,
            quiz_asked, quiz_of, payload)
        SELECT v_learner, p_curriculum, e.id, to_timestamp(e.at), e.hours, e.nanos, e."offset", e.day, e.act,
            e.topic, e.step, e.cancels, e.quiz_right, e.quiz_asked, e.quiz_of, e.payload
        FROM jsonb_to_recordset(p_entries) AS e(
            id TEXT, at BIGINT, nanos INT, "offset" INT, day DATE, act TEXT, topic TEXT, step TEXT, cancels TEXT,
            hours DOUBLE PRECISION, quiz_right BIGINT, quiz_asked BIGINT, quiz_of BIGINT, payload JSONB)
        ON CONFLICT (learner, curriculum, id) DO NOTHING
        RETURNING id
    )
    SELECT array_agg(a.id) INTO v_ids FROM added a;
    v_added := coalesce(array_length(v_ids, 1), 0);
    IF v_added = 0 THEN
        RETURN 0;
    END IF;

    -- What they cancel; where that is an undo, also what the undo cancelled.
    SELECT array_agg(e.cancels) INTO v_cancelled
    FROM roadmap.entries e
    WHERE e.learner = v_learner AND e.curriculum = p_curriculum AND e.id = ANY (v_ids) AND e.cancels IS NOT NULL;
    SELECT array_agg(s.step) INTO v_steps
    FROM (
        SELECT unnest(v_cancelled) AS step
        UNION
        SELECT e.cancels FROM roadmap.entries e
        WHERE e.learner = v_learner AND e.curriculum = p_curriculum AND e.id = ANY (v_cancelled)
            AND e.cancels IS NOT NULL
    ) s;
    SELECT array_agg(t.topic) INTO v_topics
    FROM (
        SELECT e.topic FROM roadmap.entries e
        WHERE e.learner = v_learner AND e.curriculum = p_curriculum AND e.topic IS NOT NULL
            AND (e.id = ANY (v_ids) OR (e.id = ANY (v_steps) AND e.step = e.id))
        UNION
        SELECT e.topic FROM roadmap.entries e
        WHERE e.learner = v_learner AND e.curriculum = p_curriculum AND e.topic IS NOT NULL
            AND e.step = ANY (v_steps) AND e.step <> e.id
    ) t;
    PERFORM roadmap.fold(v_learner, p_curriculum, coalesce(v_topics, '{}'));
    UPDATE roadmap.learner_progress p SET entries = p.entries + v_added, synced_at = now()
    WHERE p.learner = v_learner AND p.curriculum = p_curriculum;

    SELECT array_agg(DISTINCT left(i.id, 4)) INTO v_parts FROM unnest(v_ids) AS i(id);
    INSERT INTO roadmap.entry_parts AS p (learner, curriculum, part, entries, digest)
    SELECT v_learner, p_curriculum, left(e.id, 4), count(*), md5(string_agg(e.id, E'\n' ORDER BY e.id))
    FROM roadmap.entries e
    WHERE e.learner = v_learner AND e.curriculum = p_curriculum AND left(e.id, 4) = ANY (v_parts)
        AND e.id >= (SELECT min(x.part COLLATE "C") FROM unnest(v_parts) AS x(part))
    GROUP BY 3
    ON CONFLICT (learner, curriculum, part) DO UPDATE SET entries = excluded.entries, digest = excluded.digest;
    RETURN v_added;
END
$$;

-- Says for whoever logged in whether teachers may read the notes.
CREATE FUNCTION roadmap.share_notes(p_shares BOOLEAN) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE roadmap.learners l SET shares_notes = p_shares WHERE l.learner = session_user::text;
END
$$;

-- What teachers see of entries: what is known to be meant for others. Notes, and the texts of newer
-- versions, only of those who share their notes; of evidence only links.
CREATE VIEW roadmap.shared_entries WITH (security_barrier) AS
    SELECT e.learner, e.curriculum, e.id, e.at, e.at_nanos, e.at_offset, e.day, e.act, e.topic, e.step, e.cancels,
        e.hours, e.quiz_right, e.quiz_asked, e.quiz_of,
        e.payload ->> 'grade' AS grade,
        (e.payload ->> 'placed')::double precision AS placed,
        e.payload -> 'rubric' AS rubric,
        (SELECT jsonb_agg(l.link) FROM jsonb_array_elements_text(
            CASE WHEN jsonb_typeof(e.payload -> 'evidence') = 'array' THEN e.payload -> 'evidence' ELSE '[]' END) AS l(link)
            WHERE l.link LIKE 'http://%' OR l.link LIKE 'https://%') AS links,
        CASE WHEN w.shares_notes THEN e.payload ->> 'note' END AS note
    FROM roadmap.entries e JOIN roadmap.learners w ON w.learner = e.learner
    WHERE (SELECT roadmap.is_teacher());

-- WHO MAY DO WHAT. Nothing but this.

ALTER TABLE roadmap.version ENABLE ROW LEVEL SECURITY;
ALTER TABLE roadmap.version FORCE ROW LEVEL SECURITY;
ALTER TABLE roadmap.learners ENABLE ROW LEVEL SECURITY;
ALTER TABLE roadmap.learners FORCE ROW LEVEL SECURITY;
ALTER TABLE roadmap.teachers ENABLE ROW LEVEL SECURITY;
ALTER TABLE roadmap.teachers FORCE ROW LEVEL SECURITY;
ALTER TABLE roadmap.entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE roadmap.entries FORCE ROW LEVEL SECURITY;
ALTER TABLE roadmap.entry_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE roadmap.entry_parts FORCE ROW LEVEL SECURITY;
ALTER TABLE roadmap.curricula ENABLE ROW LEVEL SECURITY;
ALTER TABLE roadmap.curricula FORCE ROW LEVEL SECURITY;
ALTER TABLE roadmap.curriculum_topics ENABLE ROW LEVEL SECURITY;
ALTER TABLE roadmap.curriculum_topics FORCE ROW LEVEL SECURITY;
ALTER TABLE roadmap.topic_progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE roadmap.topic_progress FORCE ROW LEVEL SECURITY;
ALTER TABLE roadmap.learner_progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE roadmap.learner_progress FORCE ROW LEVEL SECURITY;
ALTER TABLE roadmap.week_progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE roadmap.week_progress FORCE ROW LEVEL SECURITY;

-- The version and the curricula are no secret among those who were invited.
CREATE POLICY read ON roadmap.version FOR SELECT TO roadmap_learner, roadmap_teacher, roadmap_admin USING (true);
CREATE POLICY owner ON roadmap.version FOR ALL TO roadmap_owner USING (true) WITH CHECK (true);
CREATE POLICY read ON roadmap.curricula FOR SELECT TO roadmap_learner, roadmap_teacher, roadmap_owner USING (true);
CREATE POLICY admin ON roadmap.curricula FOR ALL TO roadmap_admin USING (true) WITH CHECK (true);
CREATE POLICY read ON roadmap.curriculum_topics FOR SELECT TO roadmap_learner, roadmap_teacher, roadmap_owner
    USING (true);
CREATE POLICY admin ON roadmap.curriculum_topics FOR ALL TO roadmap_admin USING (true) WITH CHECK (true);

-- Learners see their own.
CREATE POLICY own ON roadmap.learners FOR SELECT TO roadmap_learner USING (learner = session_user::text);
CREATE POLICY own ON roadmap.entries FOR SELECT TO roadmap_learner USING (learner = session_user::text);
CREATE POLICY own ON roadmap.entry_parts FOR SELECT TO roadmap_learner USING (learner = session_user::text);
CREATE POLICY own ON roadmap.topic_progress FOR SELECT TO roadmap_learner USING (learner = session_user::text);
CREATE POLICY own ON roadmap.learner_progress FOR SELECT TO roadmap_learner USING (learner = session_user::text);
CREATE POLICY own ON roadmap.week_progress FOR SELECT TO roadmap_learner USING (learner = session_user::text);

-- Teachers of this hub see how far everybody is. The sub-select is asked once, not for each row.
CREATE POLICY teach ON roadmap.learners FOR SELECT TO roadmap_teacher USING ((SELECT roadmap.is_teacher()));
CREATE POLICY teach ON roadmap.topic_progress FOR SELECT TO roadmap_teacher USING ((SELECT roadmap.is_teacher()));
CREATE POLICY teach ON roadmap.learner_progress FOR SELECT TO roadmap_teacher USING ((SELECT roadmap.is_teacher()));
CREATE POLICY teach ON roadmap.week_progress FOR SELECT TO roadmap_teacher USING ((SELECT roadmap.is_teacher()));

-- The functions act as the owner: even they write to the rows of whoever logged in alone.
CREATE POLICY see ON roadmap.learners FOR SELECT TO roadmap_owner USING (true);
CREATE POLICY see ON roadmap.teachers FOR SELECT TO roadmap_owner USING (true);
CREATE POLICY see ON roadmap.entries FOR SELECT TO roadmap_owner USING (true);
CREATE POLICY change ON roadmap.learners FOR UPDATE TO roadmap_owner USING (learner = session_user::text);
CREATE POLICY add ON roadmap.entries FOR INSERT TO roadmap_owner WITH CHECK (learner = session_user::text);
CREATE POLICY fold ON roadmap.entry_parts FOR ALL TO roadmap_owner USING (learner = session_user::text);
CREATE POLICY fold ON roadmap.topic_progress FOR ALL TO roadmap_owner USING (learner = session_user::text);
CREATE POLICY fold ON roadmap.learner_progress FOR ALL TO roadmap_owner USING (learner = session_user::text);
CREATE POLICY fold ON roadmap.week_progress FOR ALL TO roadmap_owner USING (learner = session_user::text);

CREATE POLICY admin ON roadmap.learners FOR ALL TO roadmap_admin USING (true) WITH CHECK (true);
CREATE POLICY admin ON roadmap.teachers FOR ALL TO roadmap_admin USING (true) WITH CHECK (true);
CREATE POLICY admin ON roadmap.entries FOR ALL TO roadmap_admin USING (true) WITH CHECK (true);
CREATE POLICY admin ON roadmap.entry_parts FOR ALL TO roadmap_admin USING (true) WITH CHECK (true);
CREATE POLICY admin ON roadmap.topic_progress FOR ALL TO roadmap_admin USING (true) WITH CHECK (true);
CREATE POLICY admin ON roadmap.learner_progress FOR ALL TO roadmap_admin USING (true) WITH CHECK (true);
CREATE POLICY admin ON roadmap.week_progress FOR ALL TO roadmap_admin USING (true) WITH CHECK (true);

REVOKE ALL ON ALL TABLES IN SCHEMA roadmap FROM PUBLIC;
REVOKE ALL ON FUNCTION roadmap.is_teacher() FROM PUBLIC;
REVOKE ALL ON FUNCTION roadmap.fold(TEXT, TEXT, TEXT[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION roadmap.push(TEXT, JSONB) FROM PUBLIC;
REVOKE ALL ON FUNCTION roadmap.share_notes(BOOLEAN) FROM PUBLIC;

GRANT USAGE ON SCHEMA roadmap TO roadmap_learner, roadmap_teacher, roadmap_admin;
GRANT SELECT ON roadmap.version, roadmap.curricula, roadmap.curriculum_topics TO roadmap_learner, roadmap_teacher;
GRANT SELECT ON roadmap.learners, roadmap.entries, roadmap.entry_parts, roadmap.topic_progress,
    roadmap.learner_progress, roadmap.week_progress TO roadmap_learner;
GRANT EXECUTE ON FUNCTION roadmap.push(TEXT, JSONB) TO roadmap_learner;
GRANT EXECUTE ON FUNCTION roadmap.share_notes(BOOLEAN) TO roadmap_learner;
GRANT SELECT ON roadmap.learners, roadmap.topic_progress, roadmap.learner_progress, roadmap.week_progress,
    roadmap.shared_entries TO roadmap_teacher;
GRANT EXECUTE ON FUNCTION roadmap.is_teacher() TO roadmap_teacher;
GRANT SELECT ON roadmap.version TO roadmap_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON roadmap.learners, roadmap.teachers, roadmap.entries, roadmap.entry_parts,
    roadmap.curricula, roadmap.curriculum_topics, roadmap.topic_progress, roadmap.learner_progress,
    roadmap.week_progress TO roadmap_admin;
GRANT EXECUTE ON FUNCTION roadmap.fold(TEXT, TEXT, TEXT[]) TO roadmap_admin;
