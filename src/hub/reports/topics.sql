-- What a cohort does in each topic of a curriculum: one row for each, in order.
--
-- $1 the curriculum, $2 today, $3 one topic, or NULL for all.
--
-- Those who are done count with the hours that they logged. Those who are still at it count with theirs or,
-- where none were logged, with the days since the start at their own pace. The pace is the estimated hours
-- of the topics done over the days from the first to the last, drawn towards 6 hours a week by three such
-- weeks (18 hours, 21 days), as `study::pace` draws a learner's own.
--
-- Who has topics left and no entry for 28 days has stopped: at what was begun, or else at the topic whose
-- state changed last.
--
-- One pass over topic_progress, one over its rows of started topics with their learners, one over
-- learner_progress.
WITH by_state AS (
    SELECT p.topic, p.state, count(*) AS learners,
        count(*) FILTER (WHERE p.hours > 0) AS timed, sum(p.hours) AS hours,
        count(*) FILTER (WHERE p.hours > t.hours) AS over,
        sum(p.hours - t.hours) FILTER (WHERE p.hours > t.hours) AS hours_over,
        count(p.closed - p.started) AS dated, sum(p.closed - p.started) AS days,
        count(*) FILTER (WHERE p.quiz_tries > 0) AS quizzed,
        sum(p.quiz_tries) AS quiz_tries, sum(p.quiz_fails) AS quiz_fails,
        count(*) FILTER (WHERE p.quiz_right < p.quiz_asked) AS failing
    FROM roadmap.topic_progress p
    JOIN roadmap.curriculum_topics t ON t.curriculum = p.curriculum AND t.topic = p.topic
    WHERE p.curriculum = $1 AND ($3::text IS NULL OR p.topic = $3)
    GROUP BY p.topic, p.state
), by_topic AS (
    SELECT s.topic,
        sum(s.learners) FILTER (WHERE s.state = 'started') AS started,
        sum(s.learners) FILTER (WHERE s.state = 'done') AS done,
        sum(s.learners) FILTER (WHERE s.state = 'known') AS known,
        sum(s.learners) FILTER (WHERE s.state = 'skipped') AS skipped,
        sum(s.timed) FILTER (WHERE s.state = 'done') AS timed,
        sum(s.hours) FILTER (WHERE s.state = 'done') AS hours,
        sum(s.over) FILTER (WHERE s.state = 'done') AS over,
        sum(s.hours_over) FILTER (WHERE s.state = 'done') AS hours_over,
        sum(s.dated) FILTER (WHERE s.state = 'done') AS dated,
        sum(s.days) FILTER (WHERE s.state = 'done') AS days,
        sum(s.quizzed) AS quizzed, sum(s.quiz_tries) AS quiz_tries, sum(s.quiz_fails) AS quiz_fails,
        sum(s.failing) AS failing
    FROM by_state s
    GROUP BY s.topic
), begun AS (
    SELECT p.topic, t.hours,
        l.last_day <= $2::date - 28 AS has_stopped,
        CASE WHEN p.hours > 0 THEN p.hours
            ELSE greatest($2::date - p.started, 0) * (18 + l.hours_done)
                / (21 + greatest(l.last_day - l.first_day, 0))
        END AS stay
    FROM roadmap.topic_progress p
    JOIN roadmap.curriculum_topics t ON t.curriculum = p.curriculum AND t.topic = p.topic
    JOIN roadmap.learner_progress l ON l.learner = p.learner AND l.curriculum = p.curriculum
    WHERE p.curriculum = $1 AND p.state = 'started' AND ($3::text IS NULL OR p.topic = $3)
), at_it AS (
    SELECT b.topic,
        count(*) FILTER (WHERE NOT b.has_stopped AND b.stay > b.hours) AS over,
        sum(b.stay - b.hours) FILTER (WHERE NOT b.has_stopped AND b.stay > b.hours) AS hours_over,
        count(*) FILTER (WHERE b.has_stopped) AS stopped
    FROM begun b
    GROUP BY b.topic
), between_topics AS (
    SELECT l.latest_topic AS topic, count(*) AS stopped
    FROM roadmap.learner_progress l
    WHERE l.curriculum = $1 AND l.last_day <= $2::date - 28 AND l.started = 0 AND l.done + l.known + l.skipped
        < (SELECT count(*) FROM roadmap.curriculum_topics t WHERE t.curriculum = $1)
    GROUP BY l.latest_topic
)
SELECT t.topic, t.title, t.phase_title, t.hours,
    coalesce(s.started, 0)::bigint AS started, coalesce(s.done, 0)::bigint AS done,
    coalesce(s.known, 0)::bigint AS known, coalesce(s.skipped, 0)::bigint AS skipped,
    coalesce(s.timed, 0)::bigint AS timed,
    CASE WHEN s.timed > 0 THEN s.hours / s.timed::double precision END AS mean_hours,
    CASE WHEN s.dated > 0 THEN s.days::double precision / s.dated::double precision END AS mean_days,
    (coalesce(s.over, 0) + coalesce(a.over, 0))::bigint AS over, coalesce(a.over, 0) AS over_now,
    coalesce(s.hours_over, 0) + coalesce(a.hours_over, 0) AS hours_over,
    coalesce(s.quizzed, 0)::bigint AS quizzed, coalesce(s.quiz_tries, 0)::bigint AS quiz_tries,
    coalesce(s.quiz_fails, 0)::bigint AS quiz_fails, coalesce(s.failing, 0)::bigint AS failing,
    coalesce(a.stopped, 0) + coalesce(b.stopped, 0) AS stopped
FROM roadmap.curriculum_topics t
LEFT JOIN by_topic s ON s.topic = t.topic
LEFT JOIN at_it a ON a.topic = t.topic
LEFT JOIN between_topics b ON b.topic = t.topic
WHERE t.curriculum = $1 AND ($3::text IS NULL OR t.topic = $3)
ORDER BY t.position
