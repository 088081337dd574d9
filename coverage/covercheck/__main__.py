import sys
from pathlib import Path
from covercheck.rules import load_folder, RulebookRefused
from covercheck.engine import Engine
from covercheck.proof import prove
names=sys.argv[2:]
try:
    book=load_folder(Path('payers'))
except RulebookRefused as e:
    ps=[p for p in e.problems if not names or p.place.file.split('/')[0] in names or '/' not in p.place.file]
    print(f"{len(e.problems)} problems in all, {len(ps)} of yours or shared:")
    for p in ps: print(p)
    sys.exit(1)
r=prove(Engine.of(book), names)
for f in r.findings: print(f"{f.place}: {f.message} [{f.id}]")
print(r.policies,'policies',r.cases,'cases',r.criteria,'criteria',r.seen_both_ways,'both ways',r.errors,'errors')
sys.exit(1 if r.errors else 0)
