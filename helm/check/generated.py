"""What is written from something else: the chart's README and files, the manifests in k8s/base, the dashboards."""
import copy
import importlib.util
import json
import pathlib
import re
import tempfile

import yaml

MARK = "<!-- Below here the page is written from values.yaml; see helm/check/README.md. -->\n"


# Marks the test of `helm test` in renderings for the check; no manifest.
HOOK = "lacewing.io/test-hook"


def without_helm(root):
    """Path and content of each file that is made without rendering the chart."""
    chart = root / "helm" / "lacewing"
    wanted = {}
    spec = importlib.util.spec_from_file_location("dashboards", root / "grafana" / "dashboards.py")
    dashboards = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(dashboards)
    with tempfile.TemporaryDirectory(prefix="lacewing-dashboards.") as directory:
        dashboards.write(pathlib.Path(directory))
        for made in sorted(pathlib.Path(directory).iterdir()):
            for place in (root / "grafana" / "dashboards", chart / "files" / "dashboards"):
                wanted[place / made.name] = made.read_text()
    wanted[chart / "files" / "rules.yaml"] = "".join(
        line for line in (root / "grafana" / "rules.yaml").read_text().splitlines(True) if not line.startswith("#"))
    readme = chart / "README.md"
    wanted[readme] = readme.read_text().split(MARK)[0] + MARK + "\n" + values_table(chart / "values.yaml")
    return wanted


def values_table(file):
    """A row for each key of values.yaml that has a comment above it and none with a comment below it."""
    text = file.read_text()
    values = yaml.safe_load(text)
    keys, comments, path, comment = [], {}, [], []
    for line in text.splitlines():
        match = re.match(r"( *)([A-Za-z0-9_.]+):", line)
        if re.match(r" *# ", line):
            comment.append(line.strip()[2:])
        elif match:
            path = path[:len(match.group(1)) // 2] + [match.group(2)]
            keys.append(".".join(path))
            comments[keys[-1]] = " ".join(comment)
            comment = []
        else:
            comment = []
    rows, covered = ["## Values", "", "| value | default | meaning |", "|---|---|---|"], None
    for key in keys:
        if covered and key.startswith(covered + "."):
            continue
        covered = None
        value = values
        for part in key.split("."):
            value = value[part]
        section = isinstance(value, dict) and any(other.startswith(key + ".") and comments[other] for other in keys)
        if not section:
            covered = key
            if not comments[key]:
                raise SystemExit(f"values.yaml: {key} has no comment")
        if comments[key]:
            shown = "" if section else f"`{json.dumps(value)}`" if value != "" else "`\"\"`"
            rows.append(f"| `{key}` | {shown} | {comments[key]} |")
    return "\n".join(rows) + "\n"


def manifests(root, resources):
    """k8s/base from the chart's rendering without values: without what is Helm's, and with a generated ConfigMap."""
    base = root / "k8s" / "base"
    wanted = {}
    parts = {}
    for one in copy.deepcopy(resources):
        annotations = one["metadata"].get("annotations", {})
        if HOOK in annotations:
            continue
        for label in ("helm.sh/chart", "app.kubernetes.io/managed-by"):
            one["metadata"].get("labels", {}).pop(label, None)
        if one["kind"] == "ConfigMap":
            # Kustomize names it by its content, so that pods are restarted when it changes.
            wanted[base / "lacewing.yaml"] = one["data"]["lacewing.yaml"]
            continue
        if one["kind"] == "StatefulSet":
            del one["spec"]["template"]["metadata"]["annotations"]
        if one["kind"] == "NetworkPolicy":
            for rule in one["spec"]["ingress"]:
                sources = rule.get("from", [])
                sources[:] = [source for source in sources if "test" not in json.dumps(source)]
        parts.setdefault(one["kind"].lower(), []).append(one)
    for kind, same in parts.items():
        wanted[base / f"{kind}.yaml"] = yaml.safe_dump_all(same, sort_keys=False, width=120)
    kustomization = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
                     "resources": sorted(f"{kind}.yaml" for kind in parts),
                     "configMapGenerator": [{"name": "lacewing", "files": ["lacewing.yaml"]}]}
    wanted[base / "kustomization.yaml"] = yaml.safe_dump(kustomization, sort_keys=False)
    return wanted


def write(wanted):
    for path, content in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def differences(root, wanted):
    """One line for each file that is not what it should be, is missing, or should not be there."""
    wrong = []
    for path, content in sorted(wanted.items()):
        if not path.exists() or path.read_text() != content:
            wrong.append(f"{path.relative_to(root)} is not what it is generated from")
    for place in (root / "k8s" / "base", root / "grafana" / "dashboards", root / "helm" / "lacewing" / "files" / "dashboards"):
        wrong += [f"{path.relative_to(root)} is generated from nothing" for path in place.iterdir() if path not in wanted]
    return wrong
