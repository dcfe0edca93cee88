#!/usr/bin/env python3
"""Verifies a Renze ledger without Renze: python3 verify_ledger.py LEDGER [FOLDER of `renze assess --out` …]

Python 3.9 or later, nothing else. docs/audit.md describes the form. Exit code 0: all is as it was written; 1: it is not.
"""
import csv, datetime, hashlib, json, sys
from pathlib import Path


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def sha(data):
    return hashlib.sha256(data).digest()


def root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha(b"")
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\x01" + root(leaves[:half]) + root(leaves[half:]))


def leaf(value):
    return sha(b"\x00" + canonical(value))


def fingerprint(entry):
    body = root([leaf({key: entry["body"][key]}) for key in sorted(entry["body"])])
    return sha(canonical({**{key: entry[key] for key in ("kind", "parent", "seq")}, "body": body.hex()})).hex()


KINDS = {"policy_approved", "data_imported", "confirmed", "assessment_sealed", "appeal_opened", "evidence_added",
         "appeal_decided", "adjustment_sealed", "note"}


def is_plain(value):
    """Whether a value is made of texts, true and false, lists and objects alone."""
    if isinstance(value, dict):
        return all(map(is_plain, value.values()))
    return all(map(is_plain, value)) if isinstance(value, list) else isinstance(value, (str, bool))


def is_entry(entry, line):
    if not isinstance(entry, dict) or set(entry) != {"body", "hash", "kind", "parent", "seq"} or not is_plain(entry):
        return False
    body = entry["body"]
    day = body.get("on") if isinstance(body, dict) else None
    if not isinstance(day, str) or not isinstance(body.get("by"), str) or not body["by"].strip(" ") or len(day) != 10:
        return False
    datetime.date.fromisoformat(day)
    return canonical(entry) == line and entry["kind"] in KINDS and fingerprint(entry) == entry["hash"]


def verify(path):
    """Every entry of a ledger, and what is wrong with it."""
    entries, faults, parent, day = [], [], "0" * 64, ""
    *lines, rest = Path(path).read_bytes().split(b"\n")
    if rest:
        faults.append(f"line {len(lines) + 1}: not finished")
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line.decode("utf-8"))
            right = is_entry(entry, line)
        except (ValueError, TypeError, AttributeError, RecursionError):
            right = False
        if not right:
            faults.append(f"line {number}: not the entry that was written")
            continue
        if entry["parent"] != parent or entry["seq"] != str(number):
            faults.append(f"line {number}: does not follow on the line before it")
        if entry["body"]["on"] < day:
            faults.append(f"line {number}: of a day before the line before it")
        entries.append(entry)
        parent, day = entry["hash"], max(day, entry["body"]["on"])
    return entries, faults, parent


def rows(folder, file):
    path = Path(folder) / file
    if not path.exists():
        return
    with open(path, encoding="utf-8-sig", newline="") as table:
        yield from csv.DictReader(table)


def cards_of(entry):
    return {(kind, subject) for kind, all_of_it in entry["body"]["cards"].items() for subject in all_of_it}


def leaves(folder):
    """Every row of a folder that may be sealed: whose card it is of, and its leaf. What is withheld is of all of a person's."""
    for file, kind, subject in (("scorecards.csv", "kind", "subject"), ("findings.csv", "card_kind", "subject")):
        for row in rows(folder, file):
            yield (row[kind], row[subject]), leaf({"file": file, "row": row})
    for row in rows(folder, "withholdings.csv"):
        if row["provisional"] == "false":
            yield (None, row["person"]), leaf({"file": "withholdings.csv", "row": row})


def unlike(entry, folder, last):
    """What an entry seals that is not in a folder as it was, but for cards that were adjusted since."""
    cards = {(kind, subject): said for kind, all_of_it in entry["body"]["cards"].items() for subject, said in all_of_it.items()}
    is_current = all(last[card] == entry["seq"] for card in cards)
    people = {(None, subject) for _, subject in cards}
    own, sealed = {}, []
    for card, found in leaves(folder):
        own.setdefault(card, []).append(found)
        if card in cards or card in people:
            sealed.append(found)
    for card, said in cards.items():
        if last[card] == entry["seq"] and root(own.get(card, []) + own.get((None, card[1]), [])).hex() != said["root"]:
            yield f"{' '.join(card)} is not what entry {entry['seq']} seals"
    if is_current and (root(sealed).hex(), str(len(sealed))) != (entry["body"]["root"], entry["body"]["leaves"]):
        yield f"the rows are not those that entry {entry['seq']} seals"


def held_against(folder, entries):
    """What is wrong with a folder of results, and what cannot be told of it."""
    about = json.loads(Path(folder, "assessment.json").read_text(encoding="utf-8"))
    about = (about["policy"]["id"], about["period"])
    kinds = {"assessment_sealed", "adjustment_sealed"}
    own = [e for e in entries if e["kind"] in kinds and (e["body"]["policy"], e["body"]["period"]) == about]
    last = {card: entry["seq"] for entry in own for card in cards_of(entry)}
    if not own:
        yield f"{folder}: no entry seals it"
    for entry in own:
        adjusted = sum(last[card] != entry["seq"] for card in cards_of(entry))
        if adjusted:
            print(f"{folder}: {adjusted} cards of entry {entry['seq']} were adjusted since: for these it needs the results of before")
        yield from (f"{folder}: {fault}" for fault in unlike(entry, folder, last))


def main(ledger, *folders):
    entries, faults, head = verify(ledger)
    for folder in folders:
        try:
            faults += held_against(folder, entries)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            faults.append(f"{folder}: cannot be held against the ledger: {error!r}")
    print(f"{len(entries)} entries; the head is {head}")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) > 1 else __doc__)
