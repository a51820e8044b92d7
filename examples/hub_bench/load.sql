-- Adds learners :first to :last with :entries entries each, as if they had pushed them; the rollups come after.
--
-- Twenty to forty topics one after the other: begun, worked on, tested, noted, and done, known or skipped. Now
-- and then an entry is undone, and every other time that undo is undone itself. What a learner did follows from
-- the number modulo :histories; each further round of that many did the same some weeks earlier.
INSERT INTO roadmap.learners (learner, name)
SELECT 'learner-' || lpad(i::text, 7, '0'), 'Learner ' || i FROM generate_series(:first, :last) AS g(i);

WITH topics AS MATERIALIZED (
    SELECT array_agg(t.topic ORDER BY t.position) AS ids FROM roadmap.curriculum_topics t
    WHERE t.curriculum = ':curriculum'
), people AS (
    SELECT i, h, 'learner-' || lpad(i::text, 7, '0') AS learner, 5 + h % 6 AS each, h * 37 % 60 AS skipped,
        (12 + h % 24) * 3600 AS pause,
        -- In seconds since 1970: an evening of the last two months, or of so many weeks before.
        (extract(epoch FROM DATE ':today') - 21600 - h % 60 * 86400 - i / :histories % 13 * 604800)::bigint AS last
    FROM (SELECT i, i % :histories AS h FROM generate_series(:first, :last) AS g(i)) numbered
), made AS (
    SELECT p.*, n, h + n AS chance, last - (:entries - 1 - n) * pause AS at,
        CASE
            WHEN n % 40 = 38 THEN 'undo'
            WHEN n % 80 = 79 THEN 'redo'
            WHEN n % each = 0 THEN 'start'
            WHEN n % each = 2 THEN 'quiz'
            WHEN n % each = 3 THEN 'note'
            WHEN n % each < each - 1 THEN 'time'
            WHEN (h + n) % 23 = 0 THEN 'skip'
            WHEN (h + n) % 29 = 0 THEN 'known'
            ELSE 'done'
        END AS act
    FROM people p CROSS JOIN generate_series(0, :entries - 1) AS g(n)
), named AS (
    -- As UUIDs of version 7: the time in milliseconds first.
    SELECT m.*, left(own, 8) || '-' || right(own, 4) || '-7' || lpad(to_hex(n), 3, '0') || '-8000-' || who AS id,
        left(former, 8) || '-' || right(former, 4) || '-7' || lpad(to_hex(n - 1), 3, '0') || '-8000-' || who AS before
    FROM made m CROSS JOIN LATERAL (
        SELECT lpad(to_hex(at * 1000), 12, '0'), lpad(to_hex((at - pause) * 1000), 12, '0'), lpad(to_hex(i), 12, '0')
    ) AS x(own, former, who)
)
INSERT INTO roadmap.entries (
    learner, curriculum, id, at, hours, at_nanos, at_offset, day, act, topic, step, cancels, quiz_right, quiz_asked,
    quiz_of, payload)
SELECT e.learner, ':curriculum', e.id, to_timestamp(e.at), CASE WHEN act = 'time' THEN 0.5 * (1 + chance % 9) END, 0, 0,
    (to_timestamp(e.at) AT TIME ZONE 'UTC')::date, act,
    CASE WHEN act NOT IN ('undo', 'redo') THEN t.ids[1 + skipped + n / each] END,
    e.id, CASE WHEN act IN ('undo', 'redo') THEN before END,
    CASE WHEN act = 'quiz' THEN 2 + chance % 3 END, CASE WHEN act = 'quiz' THEN 4 END,
    CASE WHEN act = 'quiz' THEN 4 END,
    CASE WHEN act = 'note' THEN '{"note": "a thought about it, as long as thoughts are"}' ELSE '{}' END::jsonb
FROM named e CROSS JOIN topics t
ORDER BY e.i, e.n;

INSERT INTO roadmap.entry_parts (learner, curriculum, part, entries, digest)
SELECT e.learner, e.curriculum, left(e.id, 4), count(*), md5(string_agg(e.id, E'\n' ORDER BY e.id))
FROM roadmap.entries e
WHERE e.learner BETWEEN 'learner-' || lpad(:first::text, 7, '0') AND 'learner-' || lpad(:last::text, 7, '0')
GROUP BY 1, 2, 3;
