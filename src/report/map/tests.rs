use proptest::prelude::*;

use super::*;
use crate::curriculum::load_text;

/// Returns a curriculum of topics given as (phase, title length), with these edges.
fn curriculum(topics: &[(usize, usize)], edges: &[(usize, usize)]) -> Curriculum {
    let mut phases = std::collections::BTreeMap::<usize, Vec<usize>>::new();
    for (at, &(phase, _)) in topics.iter().enumerate() {
        phases.entry(phase).or_default().push(at);
    }
    let topic = |&at: &usize| {
        let requires: Vec<String> =
            edges.iter().filter(|&&(_, to)| to == at).map(|(from, _)| format!("t{from}")).collect();
        let title = "Ways of thinking ".repeat(1 + topics[at].1);
        serde_json::json!({"id": format!("t{at}"), "title": title.trim(), "hours": 1, "requires": requires})
    };
    let phases: Vec<_> = phases
        .iter()
        .map(|(phase, of)| {
            let topics: Vec<_> = of.iter().map(topic).collect();
            serde_json::json!({"id": format!("p{phase}"), "title": format!("Phase {phase}"), "topics": topics})
        })
        .collect();
    let text = serde_json::json!({"id": "test", "title": "Test", "phases": phases}).to_string();
    let checked = load_text("test", &text);
    checked.curriculum.unwrap_or_else(|| panic!("sound: {:?}", checked.diagnostics))
}

fn all(curriculum: &Curriculum) -> Vec<TopicIx> {
    curriculum.indices().collect()
}

/// Returns points along a path, its corners and eight on each curve.
fn points(path: &str) -> Vec<(f64, f64)> {
    let spaced = path.replace(['M', 'L'], " * ").replace('C', " C ");
    let mut points: Vec<(f64, f64)> = Vec::new();
    let mut words = spaced.split_whitespace();
    while let Some(word) = words.next() {
        let mut point = || {
            let mut number = || words.next().expect("a number").parse::<f64>().expect("a number");
            (number(), number())
        };
        if word == "C" {
            let from = *points.last().expect("a curve begins somewhere");
            let [a, b, to] = [point(), point(), point()];
            for step in 1..=8 {
                let t = f64::from(step) / 8.0;
                let mix = |p: [f64; 4]| {
                    let s = 1.0 - t;
                    p[0] * s * s * s + 3.0 * p[1] * s * s * t + 3.0 * p[2] * s * t * t + p[3] * t * t * t
                };
                points.push((mix([from.0, a.0, b.0, to.0]), mix([from.1, a.1, b.1, to.1])));
            }
        } else {
            let to = point();
            // Straight stretches are upright or level: their middle stands for them in tests below.
            let from = points.last().copied().unwrap_or(to);
            points.extend((1..=16).map(|n| {
                let t = f64::from(n) / 16.0;
                (from.0 + (to.0 - from.0) * t, from.1 + (to.1 - from.1) * t)
            }));
        }
    }
    points
}

/// Checks everything that must hold of any map.
#[track_caller]
fn check(map: &Map) {
    let inside = |node: &Node, (x, y): (f64, f64)| {
        x > node.x + 0.2 && x < node.x + node.w - 0.2 && y > node.y + 0.2 && y < node.y + node.h - 0.2
    };
    for (at, a) in map.nodes.iter().enumerate() {
        for b in &map.nodes[..at] {
            let apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
            assert!(apart, "{} lies over {}", a.id, b.id);
        }
        let holds =
            |band: &&Band| a.x > band.x && a.y > band.y && a.x + a.w < band.x + band.w && a.y + a.h < band.y + band.h;
        assert_eq!(map.bands.iter().filter(holds).count(), 1, "{} lies in one band", a.id);
        for line in &a.lines {
            let wide = words::measure(&line.text) * map.font_size;
            assert!(line.x + wide <= a.x + a.w && line.x > a.sign_x + 6.0, "{:?} sticks out of {}", line.text, a.id);
            assert!(line.y > a.y && line.y < a.y + a.h);
        }
    }
    for pair in map.bands.windows(2) {
        assert!(pair[0].y + pair[0].h < pair[1].y);
    }
    for edge in &map.edges {
        let find = |id: &str| map.nodes.iter().find(|node| node.id == id).expect("both ends are here");
        let (from, to) = (find(&edge.from), find(&edge.to));
        let points = points(&edge.path);
        let (start, end) = (points[0], points[points.len() - 1]);
        let near = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).abs() < 0.11 && (a.1 - b.1).abs() < 0.11;
        assert!(near(start, (from.x + from.w, from.y + from.h / 2.0)), "{} leaves {} on the right", edge.to, edge.from);
        assert!(near(end, (to.x, to.y + to.h / 2.0)), "{} reaches {} on the left", edge.from, edge.to);
        for point in points {
            assert!((0.0..=map.width).contains(&point.0) && (0.0..=map.height).contains(&point.1));
            if let Some(node) = map.nodes.iter().find(|node| inside(node, point)) {
                panic!("the line from {} to {} crosses {}", edge.from, edge.to, node.id);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_map_is_legible(
        topics in prop::collection::vec((0usize..4, 0usize..7), 1..40),
        pairs in prop::collection::vec((0usize..40, 0usize..40), 0..90),
        rotation in 0usize..40,
    ) {
        // An order that is not the file's, so that lines lead to earlier phases too.
        let turned = |at: usize| (at * 7 + rotation) % 41;
        let mut edges: Vec<(usize, usize)> = pairs
            .into_iter()
            .filter(|&(a, b)| a != b && a < topics.len() && b < topics.len())
            .map(|(a, b)| if turned(a) < turned(b) { (a, b) } else { (b, a) })
            .collect();
        edges.sort_unstable();
        edges.dedup();
        let curriculum = curriculum(&topics, &edges);
        let map = Map::new(&curriculum, &all(&curriculum));
        prop_assert_eq!(map.edges.len(), edges.len());
        check(&map);
        // Any part of it too, and whatever the order in which it is asked for.
        let mut part: Vec<TopicIx> = all(&curriculum).into_iter().filter(|ix| turned(ix.0 as usize) % 3 > 0).collect();
        let half = Map::new(&curriculum, &part);
        check(&half);
        part.reverse();
        part.extend(part.clone());
        prop_assert_eq!(half, Map::new(&curriculum, &part));
    }
}

#[test]
fn the_shipped_map_fits_a_screen_when_a_little_smaller() {
    let curriculum = crate::shipped();
    let map = Map::new(&curriculum, &all(&curriculum));
    check(&map);
    assert_eq!(map.nodes.len(), curriculum.topics().len());
    assert_eq!(map.bands.len(), curriculum.phases().len());
    // At 1,280 pixels the letters are still 9 of them high.
    assert!(map.width * 9.0 / map.font_size < 1280.0, "{} wide", map.width);
    let cut = map.nodes.iter().find(|node| node.lines.iter().any(|line| line.text.ends_with('…')));
    assert_eq!(cut.map(|node| &node.id), None, "no title is cut");
}

#[test]
fn nothing_makes_a_map_of_nothing() {
    let map = Map::new(&crate::shipped(), &[]);
    assert!(map.nodes.is_empty() && map.edges.is_empty() && map.bands.is_empty());
    assert!(map.width > 0.0 && map.height > 0.0);
}

#[test]
fn two_thousand_topics_take_less_than_two_seconds() {
    let phases = |of: usize| (0..2000).map(|at| (at * of / 2000, at % 5)).collect::<Vec<_>>();
    let mut random = fastrand::Rng::with_seed(1);
    let mut near: Vec<(usize, usize)> =
        (1..2000).flat_map(|to| [to, to, to].map(|to| (to - 1 - random.usize(..to.min(60)), to))).collect();
    near.sort_unstable();
    near.dedup();
    let chain = (1..2000).map(|to| (to - 1, to)).chain((1000..2000).map(|to| (to - 1000, to))).collect();
    let star = (1..2000).map(|to| (0, to)).collect();
    let shapes: [(&str, usize, Vec<(usize, usize)>); 5] = [
        ("like a curriculum", 10, near.clone()),
        ("one phase", 1, near),
        ("a chain", 1, chain),
        ("a star over many phases", 200, star),
        ("no lines", 1, Vec::new()),
    ];
    for (name, count, edges) in shapes {
        let curriculum = curriculum(&phases(count), &edges);
        let began = std::time::Instant::now();
        let map = Map::new(&curriculum, &all(&curriculum));
        let took = began.elapsed();
        assert_eq!((map.nodes.len(), map.edges.len()), (2000, edges.len()), "{name}");
        assert!(took.as_secs_f64() < 2.0, "{name}: {took:?}");
        println!("{name}: {took:?}, {} by {}", map.width, map.height);
    }
}
