"""Checks that dashboards and alerts ask for metrics and labels that docs/metrics.md has, and that alerts are in the runbook."""
import json
import re

import yaml

# Set by Prometheus, not by the broker.
TARGET = {"namespace", "release", "pod", "le"}
WORDS = set("""sum min max count rate increase histogram_quantile by and or unless offset vector label_values on ignoring
    without group_left group_right bool avg abs clamp_min absent topk""".split())


def documented(page):
    """Labels by metric; per label its values, or none where they are not listed."""
    metrics = {}
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("| `") else []
        if len(cells) != 4 or not re.fullmatch(r"`[a-z][a-z0-9_]*`", cells[0]):
            continue
        labels = {}
        for part in re.split(r", (?=`)", cells[2]) if cells[2] else []:
            name, _, values = part.partition(":")
            labels[name.strip("`")] = set(values.strip().split(", ")) if values else set()
        name = cells[0].strip("`")
        names = [name + suffix for suffix in ("_bucket", "_sum", "_count")] if cells[1] == "histogram" else [name]
        for one in names:
            metrics[one] = labels
    for name in re.findall(r"`(jvm_gc_pause_seconds)`", page):
        metrics.update({name + "_sum": {"cause": set()}, name + "_count": {"cause": set()}})
    # One listener and one certificate stand in the page for whatever is configured.
    for labels in metrics.values():
        for free in ("listener", "certificate"):
            if free in labels:
                labels[free] = set()
    return metrics


def fault(query, metrics):
    """What is wrong with a query; None if nothing is."""
    used = set()
    for name, matchers in re.findall(r"([a-zA-Z_][a-zA-Z0-9_]*)\s*\{([^}]*)\}", query):
        used.add(name)
        if name not in metrics:
            return f"there is no metric {name}"
        for label, operator, value in re.findall(r'(\w+)(=~|!~|!=|=)"([^"]*)"', matchers):
            if label in TARGET:
                continue
            if label not in metrics[name] and not (name.startswith("jvm_") and label == "area"):
                return f"{name} has no label {label}"
            known = metrics[name].get(label, set())
            for one in value.split("|") if "~" in operator else [value]:
                if known and one not in known:
                    return f"{name} has no {label} {one}"
    for names in re.findall(r"\bby \(([^)]*)\)", query):
        for label in (one.strip() for one in names.split(",")):
            if label not in TARGET and not any(label in metrics[name] for name in used):
                return f"by {label}: no metric in it has that"
    bare = re.sub(r'\{[^}]*\}|\[[^\]]*\]|\bby \([^)]*\)|"[^"]*"', " ", query)
    for name in re.findall(r"[a-zA-Z_][a-zA-Z0-9_]*", bare):
        if name in used or name in WORDS or re.fullmatch(r"[smhd]", name):
            continue
        return f"{name} is no metric with a selector and no known word"
    return None


def faults(root):
    metrics = documented((root / "docs" / "metrics.md").read_text())
    wrong = []
    for query in ("sum(lacewing_nothing{a=\"b\"})", 'lacewing_shards{state="shut"}', 'sum by (topic) (lacewing_shards{})', "lacewing_shards"):
        if fault(query, metrics) is None:
            wrong.append(f"a query that must be refused is not: {query}")
    count = 0
    for file in sorted((root / "grafana" / "dashboards").glob("*.json")):
        dashboard = json.loads(file.read_text())
        for panel in dashboard["panels"]:
            if panel["type"] != "row" and not panel.get("description"):
                wrong.append(f"{file.name}: {panel['title']} has no description")
            for target in panel.get("targets", []):
                count += 1
                problem = fault(target["expr"], metrics)
                if problem:
                    wrong.append(f"{file.name}: {panel['title']}: {problem}")
                if target["expr"].count("{") != target["expr"].count('{namespace=~"$namespace",release=~"$release",pod=~"$node"'):
                    wrong.append(f"{file.name}: {panel['title']} does not look at the chosen nodes only")
    alerts = []
    tested = (root / "grafana" / "rules.test.yaml").read_text()
    for group in yaml.safe_load((root / "grafana" / "rules.yaml").read_text())["groups"]:
        for rule in group["rules"]:
            alerts.append(rule["alert"])
            problem = fault(rule["expr"], metrics)
            if problem:
                wrong.append(f"{rule['alert']}: {problem}")
            if rule["expr"].count("{") != rule["expr"].count('{namespace=~".*"'):
                wrong.append(f"{rule['alert']}: a selector does not begin with namespace=~\".*\", which the chart narrows")
            if rule["annotations"]["runbook_url"] != "docs/runbook.md#" + rule["alert"].lower():
                wrong.append(f"{rule['alert']}: runbook_url does not lead to it")
            if f'alertname="{rule["alert"]}"' not in tested:
                wrong.append(f"{rule['alert']} has no test in rules.test.yaml")
    headings = re.findall(r"^### (Lacewing\w+)$", (root / "docs" / "runbook.md").read_text(), re.M)
    if sorted(headings) != sorted(alerts):
        wrong.append(f"docs/runbook.md and the alerts differ: {sorted(set(headings) ^ set(alerts))}")
    causes = documented((root / "docs" / "metrics.md").read_text())["lacewing_messages_dropped_total"]["cause"]
    told = set(re.findall(r"^\| `(\w+)` \|", (root / "docs" / "runbook.md").read_text(), re.M))
    if causes - told:
        wrong.append(f"docs/runbook.md does not tell of dropped messages' causes {sorted(causes - told)}")
    print(f"queries: {count} of dashboards, {len(alerts)} alerts")
    return wrong
