#!/usr/bin/env python3
"""
Checks the chart, the manifests, the dashboards and the alerts against each other, against Helm's engine, Kubernetes' schemas, the
broker's configuration and its metrics. Called by .ci/checks/60-chart.sh; with --write it writes what is generated instead.

Environment: CHART_JAVA, the command that runs Chart.java; LACEWING, the launcher; PROMTOOL; KUBECTL; DOCKERFILE_UTILS, the npm package.
What needs one of these that is empty is left out, and that is said.
"""
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import yaml

import generated
import queries

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CHART = ROOT / "helm" / "lacewing"
NAMESPACE = "broker"
failures = []


def fail(text):
    failures.append(text)
    print("FAILED: " + text)


def expect(condition, text):
    if not condition:
        fail(text)


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def visible(work):
    """
    A copy of the chart in which the test, which is a hook, and the notes are resources, as Helm's engine shows no others, and
    in which what is looked up in the cluster comes from a value.
    """
    copy = work / "chart" / "lacewing"
    shutil.copytree(CHART, copy)
    test = copy / "templates" / "tests" / "messages.yaml"
    test.write_text(test.read_text().replace("helm.sh/hook:", generated.HOOK + ":"))
    stateful = copy / "templates" / "statefulset.yaml"
    lookup = 'lookup "apps/v1" "StatefulSet" .Release.Namespace $fullname'
    text = stateful.read_text()
    expect(text.count("lookup") == text.count(lookup) == 1, "what the StatefulSet looks up")
    stateful.write_text(text.replace(lookup, "(.Values.global).live"))
    notes = (copy / "templates" / "NOTES.txt").read_text()
    (copy / "templates" / "notes.yaml").write_text(
        '{{- define "notes" -}}\n' + notes + '{{- end -}}\nnotes: {{ include "notes" . | quote }}\n')
    return copy


def render(work):
    """All cases and all refusals in one process; gives the resources of each case by name, and its notes."""
    cases = sorted((HERE / "cases").glob("*.yaml"))
    for case in cases:
        shutil.copy(case, work / f"lacewing~{case.stem}.values.yaml")
    refused = yaml.safe_load((HERE / "refused.yaml").read_text())
    for number, one in enumerate(refused):
        (work / f"refused~{number:02}.values.yaml").write_text(yaml.safe_dump(one["values"]))
    # A release of another name, beside which the first one must not be met.
    (work / "second~default.values.yaml").write_text("{}\n")
    done = run(shlex.split(os.environ["CHART_JAVA"]) + ["render", str(CHART), str(visible(work)), str(work), NAMESPACE])
    expect(done.returncode == 0, "helm: " + done.stdout)
    for number, one in enumerate(refused):
        said = work / f"refused~{number:02}.refused"
        text = said.read_text() if said.exists() else "nothing"
        expect(one["says"] in text, f"{one['values']} must be refused with '{one['says']}', but Helm said: {text}")
    rendered, notes = {}, {}
    for values in sorted(work.glob("*.values.yaml")):
        name = values.name.replace(".values.yaml", "")
        out = work / f"{name}.rendered.yaml"
        if name.startswith("refused~"):
            expect(not out.exists(), f"{name} was not refused")
        elif out.exists():
            documents = [one for one in yaml.safe_load_all(out.read_text()) if one]
            rendered[name] = [one for one in documents if "kind" in one]
            notes[name] = next(one["notes"] for one in documents if "notes" in one)
        else:
            fail(f"{name} is refused: " + (work / f"{name}.refused").read_text())
    print(f"rendered: {len(rendered)} cases; refused: {len(refused)}")
    return rendered, notes


def check_notes(notes):
    """They warn of what needs it, and of nothing else."""
    warnings = {"NOBODY IS LET IN YET": ["default", "five", "scaled"], "EVERYBODY IS LET IN": ["small"], "ONE NODE": ["small"],
                "NO VOLUMES": ["small"], "TWO NODES": ["two"]}
    for warning, cases in warnings.items():
        said = [name.removeprefix("lacewing~") for name, text in notes.items() if name.startswith("lacewing~") and warning in text]
        expect(said == cases, f"the notes say '{warning}' for {said}")
    expect("mqtts://broker.broker.svc:8883" in notes["lacewing~everything"], "the notes' addresses")


def validate(work, sets):
    """Strictly, against the schemas."""
    count = 0
    for name, resources in sets.items():
        (work / f"{name}.json").write_text("".join(json.dumps(one) + "\n" for one in resources))
        count += len(resources)
    done = run(shlex.split(os.environ["CHART_JAVA"]) + ["validate", str(work)])
    expect(done.returncode == 0, "schemas: " + done.stdout)
    planted = work / "planted"
    planted.mkdir()
    for name, (change, field) in {"unknown": (lambda pod: pod.update(terminationGrace=1), "terminationGrace"),
                                  "missing": (lambda pod: pod.pop("containers"), "containers")}.items():
        wrong = json.loads(json.dumps(find(sets["lacewing~default"], "StatefulSet")))
        change(wrong["spec"]["template"]["spec"])
        (planted / f"{name}.json").write_text(json.dumps(wrong))
        done = run(shlex.split(os.environ["CHART_JAVA"]) + ["validate", str(planted)])
        expect(done.returncode == 1 and field in done.stdout, f"the schemas do not see what is {name}: " + done.stdout)
    print(f"schemas: {count} resources")


def find(resources, kind, name=None):
    """The only resource of a kind, or with a name; None if there is none."""
    found = [one for one in resources if one["kind"] == kind and (name is None or one["metadata"]["name"] == name)]
    assert len(found) <= 1, f"{len(found)} of {kind} {name}"
    return found[0] if found else None


def selects(selector, labels):
    return all(labels.get(key) == value for key, value in selector.items())


def check_set(name, resources):
    """What must hold for every rendering."""
    stateful = find(resources, "StatefulSet")
    pod = stateful["spec"]["template"]
    labels = pod["metadata"]["labels"]
    node = next(one for one in pod["spec"]["containers"] if one["name"] == "lacewing")
    ports = {one["name"]: one["containerPort"] for one in node["ports"]}
    config = yaml.safe_load(config_of(resources))
    where = name + ": "

    expect(selects(stateful["spec"]["selector"]["matchLabels"], labels), where + "the StatefulSet does not select its pods")
    expect(len(set(ports.values())) == len(ports), where + "two ports are the same")
    expect(ports["cluster"] == config["cluster"]["port"] and ports["http"] == config["http"]["port"], where + "ports differ")
    expect({one["name"]: one["port"] for one in config["listeners"]}
           == {key: port for key, port in ports.items() if key not in ("cluster", "event-bus", "http")}, where + "listeners differ")
    services = [one for one in resources if one["kind"] == "Service"]
    for service in services:
        expect(selects(service["spec"]["selector"], labels), where + service["metadata"]["name"] + " selects no pod")
        for port in service["spec"]["ports"]:
            expect(ports.get(port["targetPort"]) == port["port"], where + f"{service['metadata']['name']}: port {port}")
    headless = find(resources, "Service", stateful["spec"]["serviceName"])
    expect(headless["spec"]["clusterIP"] == "None" and headless["spec"]["publishNotReadyAddresses"], where + "not headless")
    expect(config["cluster"]["discovery"] == {"type": "dns", "dns": {"name": headless["metadata"]["name"]}}, where + "discovery")
    mounts = [one["name"] for one in node["volumeMounts"]]
    volumes = [one["name"] for one in pod["spec"]["volumes"]]
    volumes += [one["metadata"]["name"] for one in stateful["spec"].get("volumeClaimTemplates", [])]
    expect(sorted(mounts) == sorted(volumes), where + f"volumes {volumes} are not what is mounted, {mounts}")
    paths = [one["mountPath"] for one in node["volumeMounts"]]
    for file in re.findall(r"(/etc/lacewing/[^\s\"']+|/var/lib/[^\s\"']+)", config_of(resources) + " ".join(node["args"])):
        expect(any(file.startswith(path + "/") for path in paths), where + f"{file} is on no volume")
    expect(config["persistence"]["durability"] == "memory" if "volumeClaimTemplates" not in stateful["spec"]
           else "durability" not in config["persistence"], where + "durability does not fit the volume")
    budget = find(resources, "PodDisruptionBudget")
    expect(budget is None or selects(budget["spec"]["selector"]["matchLabels"], labels), where + "the budget selects no pod")
    policy = find(resources, "NetworkPolicy")
    if policy:
        expect(selects(policy["spec"]["podSelector"]["matchLabels"], labels), where + "the policy selects no pod")
        for rule in policy["spec"]["ingress"]:
            for port in rule["ports"]:
                expect(port["port"] in ports, where + f"the policy names port {port}")
                if port["port"] in ("cluster", "event-bus"):
                    expect(rule["from"] == [{"podSelector": policy["spec"]["podSelector"]}], where + "others reach the nodes' ports")
    monitor = find(resources, "ServiceMonitor")
    if monitor:
        hit = [one for one in services if selects(monitor["spec"]["selector"]["matchLabels"], one["metadata"]["labels"])]
        expect(len(hit) == 1 and "http" in [port["name"] for port in hit[0]["spec"]["ports"]], where + "the ServiceMonitor's service")
    for one in resources:
        if one["kind"] in ("StatefulSet", "Pod"):
            template = one["spec"]["template"]["spec"] if one["kind"] == "StatefulSet" else one["spec"]
            check_restricted(where + one["metadata"]["name"], template)


def check_restricted(where, pod):
    """The Pod Security Standard 'restricted', and no token."""
    expect(pod["automountServiceAccountToken"] is False and pod["enableServiceLinks"] is False, where + ": token or service links")
    security = pod["securityContext"]
    expect(security["runAsNonRoot"] and security["runAsUser"] > 0, where + ": may run as root")
    expect(security["seccompProfile"]["type"] == "RuntimeDefault", where + ": seccomp")
    for container in pod["containers"]:
        if container["name"] in ("lacewing", "test"):
            own = container["securityContext"]
            expect(own["readOnlyRootFilesystem"] and own["allowPrivilegeEscalation"] is False
                   and own["capabilities"] == {"drop": ["ALL"]}, where + ": not restricted")
    for volume in pod.get("volumes", []):
        expect("hostPath" not in volume, where + ": a path of the host")


def config_of(resources):
    stateful = find(resources, "StatefulSet")
    return find(resources, "ConfigMap", stateful["metadata"]["name"])["data"]["lacewing.yaml"]


def check_relations(rendered):
    """What must hold between renderings."""
    def pods(name):
        return find(rendered["lacewing~" + name], "StatefulSet")["spec"]["template"]
    expect(pods("default") == pods("five"), "scaling changes the pods, so all would be restarted")
    sums = {name: pods(name)["metadata"]["annotations"]["checksum/config"] for name in ("default", "small", "secured")}
    expect(len(set(sums.values())) == 3, "another configuration does not restart the pods")
    for name, size in {"default": 3, "five": 5, "small": 1, "everything": 4}.items():
        expect(yaml.safe_load(config_of(rendered["lacewing~" + name]))["cluster"]["size"] == size, f"cluster.size of {name}")
    # Without their own addresses one client that guesses would have all others banned.
    for name, failures in {"default": 0, "secured": 0, "everything": None, "scaled": 50}.items():
        bans = yaml.safe_load(config_of(rendered["lacewing~" + name])).get("bans", {})
        expect(bans.get("guessing", {}).get("failures") == failures, f"bans.guessing.failures of {name}: {bans}")
    full = rendered["lacewing~everything"]
    expect("replicas" not in find(full, "StatefulSet")["spec"], "the chart sets replicas beside the HPA")
    expect(find(rendered["lacewing~scaled"], "StatefulSet")["spec"]["replicas"] == 5, "an upgrade takes nodes that the HPA added")
    kinds = {one["kind"] for resources in rendered.values() for one in resources}
    for kind in ("HorizontalPodAutoscaler", "PodMonitor", "ServiceMonitor", "PrometheusRule", "Certificate", "Secret", "Pod"):
        expect(kind in kinds, kind + " is in no case")
    first, second = (find(rendered[name + "~default"], "StatefulSet") for name in ("lacewing", "second"))
    expect(not selects(first["spec"]["selector"]["matchLabels"], second["spec"]["template"]["metadata"]["labels"]),
           "one release selects the pods of another")
    names = [{(one["kind"], one["metadata"]["name"]) for one in rendered[name + "~default"]} for name in ("lacewing", "second")]
    expect(not names[0] & names[1], "two releases in one namespace make the same")
    rules = yaml.safe_dump(find(full, "PrometheusRule"), width=100000)
    expect('namespace="broker",release="lacewing"' in rules and 'namespace=~' not in rules, "the alerts are for other releases too")
    expect("https://wiki.example.org/lacewing#" in rules and "docs/runbook.md" not in rules, "the alerts' runbook")


def check_configs(work, configs):
    """By the broker itself, with the environment of the pods."""
    launcher = os.environ.get("LACEWING")
    if not launcher:
        print("left out, as LACEWING is not set: what the broker says to the configurations")
        return
    # The files that it names are in secrets: a certificate for a trial, and users.
    taken = 0
    for name, (text, environment) in configs.items():
        secrets = work / "files" / name
        secrets.mkdir(parents=True)
        run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=trial",
             "-keyout", str(secrets / "tls.key"), "-out", str(secrets / "tls.crt")])
        shutil.copy(secrets / "tls.crt", secrets / "ca.crt")
        hashed = "ann:$2y$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
        for users in ("users.txt", "passwords"):
            (secrets / users).write_text(hashed)
        (secrets / "http.users").write_text(hashed.strip() + ":read\n")
        text = re.sub(r"/etc/lacewing/(tls|client-ca|auth|http)/", str(secrets) + "/", text)
        text = text.replace("/var/lib/lacewing/", str(secrets) + "/")
        file = secrets / "lacewing.yaml"
        file.write_text(text)
        plain = {key: value for key, value in os.environ.items() if not key.startswith("LACEWING")}
        done = run(shlex.split(launcher) + ["check-config", str(file)], env={**plain, **environment})
        expect(done.returncode == 0, f"{name}: the broker refuses its configuration: {done.stdout}")
        taken += done.returncode == 0
    print(f"configurations: {taken} of {len(configs)} taken by the broker")


def environment_of(resources):
    """As Kubernetes would set it for the first pod."""
    stateful = find(resources, "StatefulSet")
    fields = {"metadata.name": stateful["metadata"]["name"] + "-0", "status.podIP": "10.1.2.3"}
    container = next(one for one in stateful["spec"]["template"]["spec"]["containers"] if one["name"] == "lacewing")
    made = {}
    for one in container["env"]:
        made[one["name"]] = one["value"] if "value" in one else fields[one["valueFrom"]["fieldRef"]["fieldPath"]]
    return made


def kustomize(work):
    """The base and the overlays, built; gives their resources by name."""
    kubectl = os.environ.get("KUBECTL")
    if not kubectl:
        print("left out, as there is no kubectl: the overlays in k8s/")
        return {}
    built = {}
    for directory in ["base"] + sorted("overlays/" + one.name for one in (ROOT / "k8s" / "overlays").iterdir()):
        done = run([kubectl, "kustomize", str(ROOT / "k8s" / directory)])
        expect(done.returncode == 0 and "deprecated" not in done.stdout, f"k8s/{directory}: {done.stdout[:2000]}")
        if done.returncode == 0:
            name = "k8s-" + directory.replace("/", "-")
            built[name] = [one for one in yaml.safe_load_all(done.stdout) if one]
            for one in built[name]:
                if one["kind"] == "ConfigMap":  # its name has the hash of its content
                    used = find(built[name], "StatefulSet")["spec"]["template"]["spec"]["volumes"]
                    expect({"name": "config", "configMap": {"name": one["metadata"]["name"]}} in used, f"{name}: ConfigMap not used")
                    one["metadata"]["name"] = find(built[name], "StatefulSet")["metadata"]["name"]
    for name, resources in built.items():
        check_set(name, resources)
        stateful = find(resources, "StatefulSet")
        size = environment_of(resources).get("LACEWING_CLUSTER_SIZE", yaml.safe_load(config_of(resources))["cluster"]["size"])
        expect(int(size) == stateful["spec"]["replicas"], f"{name}: cluster.size is {size} for {stateful['spec']['replicas']} replicas")
    print(f"kustomize: {len(built)} built")
    return built


def check_image(rendered, version):
    """What the Containerfile shares with the launcher, the chart and the build."""
    text = (ROOT / "Containerfile").read_text()
    modules = re.search(r'^modules="([^"]*)"', (ROOT / "lacewing").read_text(), re.M).group(1).split()
    copied = re.search(r"for module in ([^;]*);", text).group(1).split()
    expect(copied + ["node"] == modules, f"the Containerfile copies {copied}, the launcher wants {modules}")
    pod = find(rendered["lacewing~default"], "StatefulSet")["spec"]["template"]["spec"]["securityContext"]
    expect(f"USER {pod['runAsUser']}:{pod['runAsGroup']}\n" in text, "the Containerfile's user is not the chart's")
    expect(f"ARG VERSION={version}\n" in text, "the Containerfile's version is not the pom's")
    expect((CHART / "Chart.yaml").read_text().count(f"appVersion: {version}\n") == 1, "appVersion is not the pom's version")
    linter = os.environ.get("DOCKERFILE_UTILS")
    if not linter:
        print("left out, as there is no npm: the syntax of the Containerfile")
        return
    script = ("const v = require(process.argv[1]).validate; const f = require('fs').readFileSync(process.argv[2], 'utf8');"
              "for (const d of v(f)) console.log(d.range.start.line + 1, d.message); process.exit(v(f).length || !v('FORM x').length ? 1 : 0)")
    done = run(["node", "-e", script, linter, str(ROOT / "Containerfile")])
    expect(done.returncode == 0, "Containerfile: " + done.stdout)
    print("Containerfile: syntax looked at")


def check_test_script(work):
    """`helm test` without pods: programs of the same names write down how they are called, and pass on one message."""
    programs = work / "programs"
    programs.mkdir()
    calls = work / "calls"
    (programs / "wget").write_text('#!/bin/sh\ncase $* in *broken*) exit 1 ;; esac\necho ready\n')
    (programs / "mosquitto_pub").write_text(f'#!/bin/sh\necho "pub $*" >>{calls}\nfor last; do :; done\necho "$last" >{work}/message\n')
    (programs / "mosquitto_sub").write_text(
        f'#!/bin/sh\necho "sub $*" >>{calls}\ncase $* in *" -C 1 "*) cat {work}/message ;; esac\n')
    for program in programs.iterdir():
        program.chmod(0o755)

    def test(**environment):
        calls.write_text("")
        path = f"{programs}:{os.environ['PATH']}"
        done = run(["sh", "-euc", (CHART / "files" / "test.sh").read_text()], env={"PATH": path, "HTTP_PORT": "8080", **environment})
        hosts = re.findall(r"^(sub|pub) -h (\S+) -p 1883", calls.read_text(), re.M)
        return done.returncode, done.stdout, [f"{command} {host}" for command, host in hosts]

    code, said, made = test(PODS="a b c", MQTT_PORT="1883", MQTT_USER="ann", MQTT_PASSWORD="secret")
    expect(code == 0 and made == ["sub a", "pub c", "sub c", "sub c", "sub b", "pub a", "sub c", "sub c", "sub c", "pub b", "sub c", "sub c"],
           f"helm test goes another way from pod to pod: {made} {said}")
    expect(calls.read_text().count("-u ann -P secret") == 12 and "secret" not in said, "helm test: user and password")
    code, said, made = test(PODS="a b")
    expect(code == 0 and made == [] and "left out" in said, "helm test where nobody is let in: " + said)
    code, said, made = test(PODS="a broken", MQTT_PORT="1883")
    expect(code == 1 and "broken is not ready" in said and made == [], "helm test with a pod that is not ready: " + said)
    (programs / "mosquitto_sub").write_text('#!/bin/sh\necho another\n')
    code, said, made = test(PODS="a b", MQTT_PORT="1883")
    expect(code == 1 and "FAILED: 'another' came at b" in said, "helm test with another message: " + said)
    print("helm test: its script")


def promtool(work):
    tool = os.environ.get("PROMTOOL")
    if not tool:
        print("left out, as there is no promtool: the alerts' tests")
        return
    for command in (["check", "rules", "rules.yaml"], ["test", "rules", "rules.test.yaml"]):
        done = run([tool] + command, cwd=ROOT / "grafana")
        expect(done.returncode == 0, "promtool " + " ".join(command) + ": " + done.stdout)
        print("promtool " + " ".join(command) + ": " + ("ok" if done.returncode == 0 else "failed"))
    # Debian's promtool knows no discovery on Kubernetes.
    config = yaml.safe_load((ROOT / "grafana" / "prometheus.yml").read_text())
    expect(config["scrape_configs"][0].pop("kubernetes_sd_configs") == [{"role": "pod"}], "prometheus.yml: discovery of pods")
    (work / "prometheus.yml").write_text(yaml.safe_dump(config))
    shutil.copy(ROOT / "grafana" / "rules.yaml", work)
    done = run([tool, "check", "config", str(work / "prometheus.yml")])
    expect(done.returncode == 0, "promtool check config: " + done.stdout)


def main():
    with tempfile.TemporaryDirectory(prefix="lacewing-chart.") as directory:
        work = pathlib.Path(directory)
        if "--write" in sys.argv:
            # The chart needs its files to be rendered, and the manifests are made of that.
            generated.write(generated.without_helm(ROOT))
        rendered, notes = render(work)
        if failures:
            sys.exit("not all can be rendered")
        wanted = generated.without_helm(ROOT)
        wanted.update(generated.manifests(ROOT, rendered["lacewing~default"]))
        if "--write" in sys.argv:
            generated.write(wanted)
            return
        for wrong in generated.differences(ROOT, wanted):
            fail(wrong + "; see helm/check/README.md")
        for name, resources in rendered.items():
            check_set(name, resources)
        check_relations(rendered)
        check_notes(notes)
        built = kustomize(work)
        sets = {**rendered, **built}
        validate(work, sets)
        check_configs(work, {name: (config_of(resources), environment_of(resources)) for name, resources in sets.items()})
        for wrong in queries.faults(ROOT):
            fail(wrong)
        check_test_script(work)
        promtool(work)
        version = re.search(r"<artifactId>lacewing</artifactId>\s*<version>([^<]+)", (ROOT / "pom.xml").read_text()).group(1)
        check_image(rendered, version)
    if failures:
        sys.exit(f"{len(failures)} failures")
    print("ok")


if __name__ == "__main__":
    main()
