-- How far each learner of the hub is in a curriculum: one row for each, those who have synced nothing of it
-- with nothing but their names.
--
-- $1 the curriculum, $2 today, $3 one learner, or NULL for all. Stopped is who has topics left and no entry
-- for 28 days. The pace is that of topics.sql, in hours a week.
SELECT w.learner, w.name, w.shares_notes, p.learner IS NOT NULL AS has_synced, t.phase_title AS phase,
    coalesce(p.started, 0)::bigint AS started, coalesce(p.done, 0)::bigint AS done,
    coalesce(p.known, 0)::bigint AS known, coalesce(p.skipped, 0)::bigint AS skipped, coalesce(p.hours, 0) AS hours,
    7 * (18 + coalesce(p.hours_done, 0)) / (21 + coalesce(greatest(p.last_day - p.first_day, 0), 0)) AS pace,
    to_char(p.first_day, 'YYYY-MM-DD') AS first_day, to_char(p.last_day, 'YYYY-MM-DD') AS last_day,
    coalesce(p.last_day <= $2::date - 28 AND p.done + p.known + p.skipped
        < (SELECT count(*) FROM roadmap.curriculum_topics a WHERE a.curriculum = $1), false) AS has_stopped
FROM roadmap.learners w
LEFT JOIN roadmap.learner_progress p ON p.learner = w.learner AND p.curriculum = $1
LEFT JOIN roadmap.curriculum_topics t ON t.curriculum = p.curriculum AND t.topic = p.latest_topic
WHERE $3::text IS NULL OR w.learner = $3
ORDER BY w.learner
