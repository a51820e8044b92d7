#!/usr/bin/env python3
"""Fills corpus/ with small seeds for each target, made of the repository's own files."""
import json, pathlib

here = pathlib.Path(__file__).parent
root = here.parent


def put(target, name, data):
    folder = here / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def part(path, topics):
    """The first so many topics of a phase, without prerequisites elsewhere."""
    text = path.read_text()
    head, *rest = text.split("\n  - id: ")
    return "\n  - id: ".join([head] + rest[:topics]) + "\n"


for path in sorted((root / "examples/broken").glob("*.yaml")):
    put("curriculum", path.name, path.read_bytes())
workshop = root / "examples/workshop"
both = (workshop / "roadmap.yaml").read_text() + "\n=== 01-words.yaml\n" + (workshop / "01-words.yaml").read_text()
put("folder", "workshop", both)
for number, path in enumerate(sorted((root / "roadmap").glob("0*.yaml")), 1):
    phase = part(path, 1)
    put("folder", path.name, f"id: c\ntitle: C\nphases:\n  - {path.name}\n\n=== {path.name}\n" + phase)
    inside = "".join("    " + line + "\n" for line in phase.splitlines() if not line.startswith("#"))
    put("curriculum", path.name, "id: c\ntitle: C\nphases:\n  -\n" + inside)
put("curriculum", "flow", '{id: a, title: "\\u202e", phases: [{id: p, title: P, topics: [{id: t, title: &a T, hours: 1e0, requires: {}}, {id: u, title: *a, hours: .5, requires: {t: why}, quiz: [{ask: |-\n x\n, options: [a, b], answer: 2}]}]}], tracks: [{id: t, title: T, goals: [u]}]}')
put("folder", "paths", "id: c\ntitle: C\nphases: [../x, /etc/passwd, a\\b, ./p.yaml, p.yaml, roadmap.yaml]\n\n=== p.yaml\nid: p\ntitle: P\ntopics: [{id: a, title: A, hours: 1}]\n\n=== q.yaml\n")

header = '{"roadmap":"journal","version":1,"curriculum":"tiny","device":"laptop"}\n'
entries = [
    {"do": "start", "topic": "a", "on": "2026-11-20"},
    {"do": "done", "topic": "a", "hours": 5.5, "evidence": ["https://example.org"], "note": "n"},
    {"do": "known", "topic": "old-b", "placed": 0.93},
    {"do": "quiz", "topic": "a", "quiz": {"right": 2, "asked": 3, "of": 3}},
    {"do": "review", "topic": "b", "grade": "hard"},
    {"do": "tick", "topic": "a", "rubric": ["Good"]},
    {"do": "time", "topic": "c", "hours": 1.25, "step": "01-0"},
    {"do": "undo", "cancels": "01-1"},
    {"do": "redo", "cancels": "01-7"},
    {"do": "reopen", "topic": "a"},
    {"do": "skip", "topic": "gone"},
]
lines = [json.dumps({"id": f"01-{at}", "at": f"2026-11-{at + 1:02}T17:31:02.{at}+01:00", **entry}) for at, entry in enumerate(entries)]
put("journal", "one", header + "\n".join(lines) + "\n")
put("journal", "torn", header + "\n".join(lines)[:-9])
half = len(lines) // 2
put("journal", "two", (header + "\n".join(lines[:half]) + "\n").encode() + b"\xff" + (header + "\n".join(lines[half:]) + "\n").encode())
put("journal", "broken", header + lines[0] + "\nnonsense\n" + lines[1] + "\n")
put("journal", "newer", header.replace(":1", ":2") + lines[0] + "\n")
put("journal", "headless", lines[0] + "\n" + header)

put("config", "all", 'hours_per_week = 6.5 # evenings\nstudy_days = ["mon", "sat"]\ntrack = "t"\ntrack_only = true\norder = "phases"\ndone_needs_quiz = false\nreviews_per_day = 5\nretention = 0.9\ncurriculum = "/a/b"\nname = "Ada \\u202e"\n')
put("config", "forms", "# mine\n\nhours_per_week=0x10\nstudy_days='mon,tue'\nname = '''\nx'''\n[track]\n")
put("config", "slip", "hours_per_weak = 3\n")

put("import", "markdown", "m# Title\n\nSome words.\n\n## One\n\n- [x] [Vectors](https://example.org/v) (3 h)\n  More.\n  - [ ] Matrices <https://example.org>\n\n```\ncode\n```\n## Two\n1. a\n2. b | c\n")
put("import", "csv", "cid,title,phase,hours,requires,kind,state,summary\na,A,One,2,,concept,done,\"x, \"\"y\"\"\"\nb,B,One,2.5 h,a,project,,\nc,C,Two,,a;b,skill,,=1+1\n")
put("import", "tsv", "ctitle\thours\nA\t1\nB\t2,5\n")
put("import", "drawing", "j" + json.dumps({"nodes": [
    {"id": "1", "type": "title", "data": {"label": "T"}, "position": {"x": 0, "y": 0}},
    {"id": "2", "type": "topic", "data": {"label": "A"}, "position": {"x": 0, "y": 10}, "width": 100, "height": 40},
    {"id": "3", "type": "subtopic", "data": {"label": "B"}, "position": {"x": 200, "y": 10}},
], "edges": [{"source": "2", "target": "3"}]}))
put("import", "guess", " # T\n- a\n")
