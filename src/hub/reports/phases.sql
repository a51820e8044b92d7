-- Where a cohort is: one row for each phase of a curriculum with those who are in it, one before with those
-- who have begun nothing, and one after with those who have nothing left to do.
--
-- $1 the curriculum, $2 today. A learner is in the phase of the topic whose state changed last. One pass
-- over learner_progress.
WITH topics AS (
    SELECT t.topic, t.phase, t.phase_position, t.phase_title FROM roadmap.curriculum_topics t WHERE t.curriculum = $1
), phases AS (
    SELECT t.phase_position AS place, t.phase_title AS title, count(*) AS topics FROM topics t GROUP BY 1, 2
    UNION ALL SELECT -1, NULL, 0
    UNION ALL SELECT 2147483647, NULL, 0
), learners AS (
    SELECT CASE
            WHEN p.done + p.known + p.skipped >= (SELECT count(*) FROM topics) THEN 2147483647
            ELSE coalesce(t.phase_position, -1)
        END AS place,
        count(*) AS learners,
        count(*) FILTER (WHERE p.last_day > $2::date - 7) AS active_7,
        count(*) FILTER (WHERE p.last_day > $2::date - 28) AS active_28,
        sum(p.done) AS done, sum(p.known) AS known, sum(p.hours) AS hours
    FROM roadmap.learner_progress p LEFT JOIN topics t ON t.topic = p.latest_topic
    WHERE p.curriculum = $1
    GROUP BY 1
)
SELECT p.place, p.title, p.topics, coalesce(l.learners, 0) AS learners, coalesce(l.active_7, 0) AS active_7,
    coalesce(l.active_28, 0) AS active_28, coalesce(l.done, 0)::bigint AS done, coalesce(l.known, 0)::bigint AS known,
    coalesce(l.hours, 0) AS hours
FROM phases p LEFT JOIN learners l ON l.place = p.place
ORDER BY p.place
