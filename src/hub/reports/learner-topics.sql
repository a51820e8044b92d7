-- What one learner did in each topic of a curriculum: one row for each topic, in order.
--
-- $1 the curriculum, $2 the learner.
SELECT t.topic, t.title, t.phase_title AS phase, t.hours AS estimate, coalesce(p.state, 'open') AS state,
    coalesce(p.hours, 0) AS hours, to_char(p.started, 'YYYY-MM-DD') AS started,
    to_char(p.closed, 'YYYY-MM-DD') AS closed, to_char(p.last_day, 'YYYY-MM-DD') AS last_day,
    coalesce(p.quiz_tries, 0)::bigint AS quiz_tries, coalesce(p.quiz_fails, 0)::bigint AS quiz_fails,
    p.quiz_right, p.quiz_asked
FROM roadmap.curriculum_topics t
LEFT JOIN roadmap.topic_progress p ON p.learner = $2 AND p.curriculum = t.curriculum AND p.topic = t.topic
WHERE t.curriculum = $1
ORDER BY t.position
