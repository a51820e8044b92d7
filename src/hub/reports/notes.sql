-- The notes of one learner that a teacher may read, the newest first, without those that were undone.
--
-- $1 the curriculum, $2 the learner, $3 how many at most. The only report that looks at entries, and only at
-- one learner's through the view that hides what is not shared.
SELECT to_char(e.day, 'YYYY-MM-DD') AS day, e.topic, e.note
FROM roadmap.shared_entries e
WHERE e.learner = $2 AND e.curriculum = $1 AND e.note IS NOT NULL AND e.act NOT IN ('undo', 'redo') AND NOT EXISTS (
    SELECT 1 FROM roadmap.shared_entries u
    WHERE u.learner = $2 AND u.curriculum = $1 AND u.cancels = e.step AND u.act = 'undo' AND NOT EXISTS (
        SELECT 1 FROM roadmap.shared_entries r
        WHERE r.learner = $2 AND r.curriculum = $1 AND r.cancels = u.id AND r.act = 'redo'))
ORDER BY e.at DESC, e.at_nanos DESC, e.id DESC
LIMIT $3
