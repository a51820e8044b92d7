-- Who is at a topic, those first who began it first.
--
-- $1 the curriculum, $2 today, $3 the topic, $4 how many at most.
SELECT p.learner, w.name, to_char(p.started, 'YYYY-MM-DD') AS started, p.hours,
    to_char(l.last_day, 'YYYY-MM-DD') AS last_day, l.last_day <= $2::date - 28 AS has_stopped
FROM roadmap.topic_progress p
JOIN roadmap.learners w ON w.learner = p.learner
JOIN roadmap.learner_progress l ON l.learner = p.learner AND l.curriculum = p.curriculum
WHERE p.curriculum = $1 AND p.topic = $3 AND p.state = 'started'
ORDER BY p.started, p.learner
LIMIT $4
