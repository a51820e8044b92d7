-- What a cohort got done in each of the last weeks, the current one included, oldest first.
--
-- $1 the curriculum, $2 today, $3 how many weeks. A week is named by its Monday. It reads the rows
-- of week_progress of those weeks.
WITH weeks AS (
    SELECT $2::date - (extract(isodow FROM $2::date)::int - 1) - 7 * n AS week FROM generate_series(0, $3 - 1) AS g(n)
), sums AS (
    SELECT w.week, sum(w.done) AS done, count(*) AS learners
    FROM roadmap.week_progress w
    WHERE w.curriculum = $1 AND w.week > $2::date - 7 * $3 AND w.week <= $2::date
    GROUP BY 1
)
SELECT to_char(w.week, 'YYYY-MM-DD') AS week, coalesce(s.done, 0)::bigint AS done,
    coalesce(s.learners, 0) AS learners
FROM weeks w LEFT JOIN sums s ON s.week = w.week
ORDER BY 1
