#!/usr/bin/env python3
"""Writes dashboards/*.json: what each panel shows and asks stands here, once. Usage: dashboards.py [DIRECTORY]"""
import json
import pathlib
import sys

# Chosen by the variables at the top; $S in the queries below.
SELECTOR = 'namespace=~"$namespace",release=~"$release",pod=~"$node"'
RATE = "$__rate_interval"
WIDTH = 24


def target(query, legend="", instant=False, table=False):
    made = {"expr": query.replace("$S", SELECTOR).replace("$R", RATE), "legendFormat": legend, "refId": "A",
            "datasource": {"type": "prometheus", "uid": "$datasource"}}
    if instant:
        made.update(instant=True, range=False)
    if table:
        made["format"] = "table"
    return made


def panel(kind, title, description, targets, unit, width, height, **field):
    for i, one in enumerate(targets):
        one["refId"] = chr(ord("A") + i)
    return {"type": kind, "title": title, "description": description, "targets": targets,
            "datasource": {"type": "prometheus", "uid": "$datasource"}, "gridPos": {"w": width, "h": height},
            "fieldConfig": {"defaults": {"unit": unit, **field}, "overrides": []}}


def stat(title, description, query, unit="short", bad_from=None, bad_below=None):
    """One number; red from, or below, a bound."""
    steps = [{"color": "green", "value": None}]
    if bad_from is not None:
        steps.append({"color": "red", "value": bad_from})
    if bad_below is not None:
        steps = [{"color": "red", "value": None}, {"color": "green", "value": bad_below}]
    made = panel("stat", title, description, [target(query, instant=True)], unit, 4, 4,
                 thresholds={"mode": "absolute", "steps": steps})
    made["options"] = {"reduceOptions": {"calcs": ["lastNotNull"]}, "colorMode": "value", "graphMode": "area"}
    return made


def lines(title, description, *queries, unit="short", stacked=False, width=12):
    """Lines over time; each query is (PromQL, legend)."""
    made = panel("timeseries", title, description, [target(query, legend) for query, legend in queries], unit, width, 8,
                 min=0, custom={"fillOpacity": 20 if stacked else 5, "lineWidth": 1, "showPoints": "never",
                                "stacking": {"mode": "normal" if stacked else "none"}})
    made["options"] = {"legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]},
                       "tooltip": {"mode": "multi", "sort": "desc"}}
    return made


def table(title, description, query, unit="short", width=12):
    made = panel("table", title, description, [target(query, instant=True, table=True)], unit, width, 8)
    made["transformations"] = [{"id": "organize", "options": {"excludeByName": {"Time": True}}}]
    return made


def row(title):
    return {"type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": {"w": WIDTH, "h": 1}}


def variable(name, label, query, multi):
    made = {"type": "query", "name": name, "label": label, "datasource": {"type": "prometheus", "uid": "$datasource"},
            "query": {"query": query, "refId": name}, "definition": query, "refresh": 2, "sort": 1, "multi": multi,
            "includeAll": True, "allValue": ".*", "current": {"selected": True, "text": "All", "value": "$__all"}}
    return made


def variables():
    return [
        {"type": "datasource", "name": "datasource", "label": "Prometheus", "query": "prometheus", "current": {}},
        variable("namespace", "Namespace", "label_values(lacewing_node, namespace)", False),
        variable("release", "Release", 'label_values(lacewing_node{namespace=~"$namespace"}, release)', False),
        variable("node", "Node", 'label_values(lacewing_node{namespace=~"$namespace",release=~"$release"}, pod)', True),
    ]


def dashboard(uid, title, description, panels):
    x = y = tallest = 0
    for number, one in enumerate(panels, 1):
        place = one["gridPos"]
        if x + place["w"] > WIDTH:
            x, y, tallest = 0, y + tallest, 0
        place.update(x=x, y=y)
        x, tallest = x + place["w"], max(tallest, place["h"])
        one["id"] = number
    return {"uid": "lacewing-" + uid, "title": "Lacewing / " + title, "description": description, "tags": ["lacewing", "mqtt"],
            "schemaVersion": 39, "version": 1, "editable": True, "refresh": "30s", "timezone": "browser",
            "time": {"from": "now-3h", "to": "now"}, "templating": {"list": variables()}, "annotations": {"list": []},
            "links": [{"type": "dashboards", "title": "Lacewing", "tags": ["lacewing"], "asDropdown": True,
                       "keepTime": True, "includeVars": True}],
            "panels": panels}


HEAP = 'sum by (pod) (jvm_memory_used_bytes{$S,area="heap"})'
REFUSED = 'lacewing_connects_total{$S,reason!="success"}'


def fleet():
    return dashboard("fleet", "Fleet", "All nodes at a glance: are they there, what do they carry, what do they drop.", [
        stat("Nodes", "Nodes that Prometheus reaches.", "count(lacewing_node{$S})"),
        stat("Nodes that may acknowledge", "Nodes with a majority behind them. Fewer than there are: some are paused.",
             "sum(lacewing_cluster_lease{$S})", bad_below=1),
        stat("Connections", "Network connections open now.", "sum(lacewing_connections{$S})"),
        stat("Persistent sessions", "Sessions that outlive their connection, with their client or without.",
             'sum(lacewing_sessions{$S,kind="persistent"})'),
        stat("Messages in", "PUBLISH packets from clients per second.",
             "sum(rate(lacewing_messages_received_total{$S}[$R]))", "pps"),
        stat("Messages out", "PUBLISH packets to clients per second.", "sum(rate(lacewing_messages_sent_total{$S}[$R]))", "pps"),
        row("Clients"),
        lines("Connections by node", "Evenly spread, if the load balancer does its part.",
              ("sum by (pod) (lacewing_connections{$S})", "{{pod}}"), stacked=True),
        lines("Connections opened and ended", "Many at once: clients that all come back after something broke.",
              ("sum(rate(lacewing_connections_opened_total{$S}[$R]))", "opened"),
              ("sum(rate(lacewing_connections_closed_total{$S}[$R]))", "ended"), unit="cps"),
        lines("Refused CONNECTs by reason", "Why clients are not let in, by MQTT 5's reason codes.",
              (f"sum by (reason) (rate({REFUSED}[$R])) > 0", "{{reason}}"), unit="cps"),
        lines("Messages dropped by cause", "Messages for a client that it will not get. The causes are told in docs/runbook.md.",
              ("sum by (cause) (rate(lacewing_messages_dropped_total{$S}[$R])) > 0", "{{cause}}"), unit="pps"),
        row("Traffic"),
        lines("Messages from clients by QoS", "PUBLISH packets that came in.",
              ("sum by (qos) (rate(lacewing_messages_received_total{$S}[$R]))", "QoS {{qos}}"), unit="pps", stacked=True),
        lines("Messages to clients by QoS", "PUBLISH packets that went out. More than came in: each is sent to every subscriber.",
              ("sum by (qos) (rate(lacewing_messages_sent_total{$S}[$R]))", "QoS {{qos}}"), unit="pps", stacked=True),
        lines("Bytes", "Bytes of MQTT packets, without TLS and TCP.",
              ("sum(rate(lacewing_bytes_received_total{$S}[$R]))", "from clients"),
              ("sum(rate(lacewing_bytes_sent_total{$S}[$R]))", "to clients"), unit="Bps"),
        lines("Waiting in sessions", "Messages that wait in persistent sessions for their client.",
              ("sum(lacewing_queued_messages{$S})", "waiting"), ("sum(lacewing_inflight_messages{$S})", "sent, not acknowledged")),
        row("Nodes"),
        lines("Processor", "Share of the machine's processors that the process uses.",
              ("max by (pod) (process_cpu_usage{$S})", "{{pod}}"), unit="percentunit"),
        lines("Heap in use", "What the JVM holds, with what can be collected.", (HEAP, "{{pod}}"), unit="bytes"),
        table("Versions", "What runs where.", "max by (pod, node, version) (lacewing_node{$S})", width=24),
    ])


def node():
    return dashboard("node", "Node", "One node, or several side by side: packets, memory, threads, files.", [
        stat("Up for", "Time since the process started.", "min(process_uptime_seconds{$S})", "s"),
        stat("Connections", "Network connections open now.", "sum(lacewing_connections{$S})"),
        stat("Open files", "Share of the file descriptors that the process may have. Each connection takes one.",
             "max(process_files_open_files{$S} / process_files_max_files{$S})", "percentunit", bad_from=0.85),
        stat("Heap in use", "Share of the heap that may be used.",
             'max(sum by (pod) (jvm_memory_used_bytes{$S,area="heap"}) / sum by (pod) (jvm_memory_max_bytes{$S,area="heap"} > 0))',
             "percentunit", bad_from=0.95),
        stat("Processor", "Share of the machine's processors that the process uses.", "max(process_cpu_usage{$S})", "percentunit"),
        stat("Joined again", "Times that the process joined its cluster anew.", "sum(lacewing_rejoins_total{$S})", bad_from=1),
        row("Packets"),
        lines("Packets from clients by type", "A flood of one type shows here.",
              ("sum by (type) (rate(lacewing_packets_received_total{$S}[$R])) > 0", "{{type}}"), unit="pps"),
        lines("Packets to clients by type", "Acknowledgements should follow what came in.",
              ("sum by (type) (rate(lacewing_packets_sent_total{$S}[$R])) > 0", "{{type}}"), unit="pps"),
        lines("Subscriptions", "Of connected sessions that end with their connection, without shared ones.",
              ("sum by (pod) (lacewing_subscriptions{$S})", "{{pod}}")),
        lines("Dropped here", "Causes of the moment: a client or an event loop that does not keep up.",
              ('sum by (pod, cause) (rate(lacewing_messages_dropped_total{$S,cause=~"slow_client|slow_loop|overloaded"}[$R])) > 0',
               "{{pod}} {{cause}}"), unit="pps"),
        row("JVM and process"),
        lines("Heap", "Used and committed memory of the heap.", (HEAP, "{{pod}} used"),
              ('sum by (pod) (jvm_memory_committed_bytes{$S,area="heap"})', "{{pod}} committed"), unit="bytes"),
        lines("Pauses for collection", "Share of the time in which the JVM stood still to collect.",
              ("sum by (pod) (rate(jvm_gc_pause_seconds_sum{$S}[$R]))", "{{pod}}"), unit="percentunit"),
        lines("Memory outside of the heap", "Buffers, for packets on their way, and the JVM's own areas.",
              ("sum by (pod) (jvm_buffer_memory_used_bytes{$S})", "{{pod}} buffers"),
              ('sum by (pod) (jvm_memory_used_bytes{$S,area="nonheap"})', "{{pod}} other"), unit="bytes"),
        lines("Threads", "A number that only grows is a fault of the broker.", ("sum by (pod) (jvm_threads_live_threads{$S})", "{{pod}}")),
        lines("Processor of process and machine", "A machine that is busier than the process has something else to do.",
              ("max by (pod) (process_cpu_usage{$S})", "{{pod}} process"), ("max by (pod) (system_cpu_usage{$S})", "{{pod}} machine"),
              unit="percentunit"),
        lines("Open files", "File descriptors: connections, segments of the journal, the JVM's own.",
              ("sum by (pod) (process_files_open_files{$S})", "{{pod}}")),
    ])


def persistence():
    def quantile(q, metric):
        return f"histogram_quantile({q}, sum by (pod, le) (rate({metric}_bucket{{$S}}[$R])))"
    return dashboard("persistence", "Persistence", "Sessions, what waits in them, and the journal that keeps them.", [
        stat("Persistent sessions", "In the whole cluster, each counted by the owner of its shard.",
             'sum(lacewing_sessions{$S,kind="persistent"})'),
        stat("Messages waiting", "In persistent sessions, for their client.", "sum(lacewing_queued_messages{$S})"),
        stat("Memory of sessions", "Sessions and their messages; one that many wait for counts once.",
             "sum(lacewing_queued_bytes{$S})", "bytes"),
        stat("Queues near full", "Sessions whose queue is more than 80 % full.", "sum(lacewing_queues_near_full{$S})", bad_from=1),
        stat("Retained messages", "In the cluster.", "max(lacewing_retained_messages{$S})"),
        stat("Disks that take nothing", "Nodes that acknowledge nothing, as their disk is full, read-only or failing.",
             "sum(lacewing_journal_failing{$S})", bad_from=1),
        row("Sessions"),
        lines("Sessions by state", "Sessions that wait for their client keep queues.",
              ('sum by (state) (lacewing_sessions{$S,kind="persistent"})', "{{state}}"), stacked=True),
        lines("Waiting and in flight", "Messages that wait, and those sent that the client has not acknowledged.",
              ("sum(lacewing_queued_messages{$S})", "waiting"), ("sum(lacewing_inflight_messages{$S})", "in flight")),
        lines("Memory of sessions by node", "Of the shards that the node owns; copies for others take as much again.",
              ("sum by (pod) (lacewing_queued_bytes{$S})", "{{pod}}"), unit="bytes", stacked=True),
        lines("Dropped from queues", "What bounds and expiry took out of queues.",
              ('sum by (cause) (rate(lacewing_messages_dropped_total{$S,cause=~"expired|queue_full|queue_full_newest|rejected|shard_full|session_ended"}[$R])) > 0',
               "{{cause}}"), unit="pps"),
        row("Journal"),
        lines("Duration of a write", "99 of 100 are faster; acknowledgements wait for it.",
              (quantile(0.99, "lacewing_journal_write_seconds"), "{{pod}}"), unit="s"),
        lines("Duration of forcing to the device", "99 of 100 are faster. With persistence.fsync: always acknowledgements wait for it.",
              (quantile(0.99, "lacewing_journal_force_seconds"), "{{pod}}"), unit="s"),
        lines("Written", "Bytes that go to the journal, copies of shards included.",
              ("sum by (pod) (rate(lacewing_journal_written_bytes_total{$S}[$R]))", "{{pod}}"), unit="Bps"),
        lines("Records", "Records written, and those that were whole copies of shards.",
              ("sum by (pod) (rate(lacewing_journal_records_total{$S}[$R]))", "{{pod}} all"),
              ("sum by (pod) (rate(lacewing_journal_copies_total{$S}[$R]))", "{{pod}} whole copies"), unit="wps"),
        lines("On disk", "Bounded by persistence.maxDiskSize; a few times what lives is usual.",
              ("sum by (pod) (lacewing_journal_disk_bytes{$S})", "{{pod}}"), unit="bytes"),
        lines("Waiting to be written", "Grows when the disk is slower than what comes in.",
              ("sum by (pod) (lacewing_journal_waiting_bytes{$S})", "{{pod}}"), unit="bytes"),
        lines("Files of the journal", "Segments.", ("sum by (pod) (lacewing_journal_segments{$S})", "{{pod}}")),
        lines("Shards put back from disk", "After a start; none at other times.",
              ("sum by (pod) (increase(lacewing_shards_recovered_total{$S}[$R]))", "{{pod}}")),
    ])


def cluster():
    return dashboard("cluster", "Cluster health", "Majority, shards and their copies, traffic between nodes.", [
        stat("Nodes missing", "Voters that no node sees: dead, cut off, or removed and not forgotten.",
             "max(lacewing_cluster_voters{$S}) - max(lacewing_cluster_members{$S})", bad_from=1),
        stat("Paused nodes", "Nodes without a majority: they acknowledge nothing and let nobody in.",
             "count(lacewing_cluster_lease{$S} == 0) or vector(0)", bad_from=1),
        stat("Closed shards", "Their clients are not let in, as no copy that may be used is there.",
             'sum(lacewing_shards{$S,state="closed"})', bad_from=1),
        stat("Shards with too few copies", "Being copied to another node; more than a minute is worth a look.",
             'sum(lacewing_shards{$S,state="behind"})', bad_from=1),
        stat("Shards lost", "Shards that began empty, as all copies were lost.", "sum(lacewing_shards_lost_total{$S})", bad_from=1),
        stat("Copies that were different", "Found by their hash and replaced. Any is a fault of the broker: please report it.",
             "sum(lacewing_replicas_diverged_total{$S})", bad_from=1),
        row("Majority"),
        lines("Nodes that each node sees", "Lines that differ: the network is split.",
              ("max by (pod) (lacewing_cluster_members{$S})", "{{pod}}")),
        lines("Voters", "Nodes whose majority decides. Grows when nodes join; shrinks by lacewing forget-node only.",
              ("max by (pod) (lacewing_cluster_voters{$S})", "{{pod}}")),
        lines("May acknowledge", "1: a majority answers the node. 0: it is paused.",
              ("max by (pod) (lacewing_cluster_lease{$S})", "{{pod}}")),
        lines("Pauses and joins", "How often nodes lost their majority, and joined anew.",
              ("sum by (pod) (increase(lacewing_cluster_pauses_total{$S}[$R]))", "{{pod}} paused"),
              ("sum by (pod) (increase(lacewing_rejoins_total{$S}[$R]))", "{{pod}} joined again")),
        row("Shards"),
        lines("Shards owned", "Evenly spread, some seconds after a node came or went.",
              ('sum by (pod) (lacewing_shards{$S,state="owned"})', "{{pod}}"), stacked=True),
        lines("Shards closed or behind", "Zero in a healthy cluster.",
              ('sum by (pod, state) (lacewing_shards{$S,state=~"closed|behind"})', "{{pod}} {{state}}")),
        lines("Copies replaced", "Behind: missed something, as after a pause. Different: a fault.",
              ("sum by (pod) (increase(lacewing_replicas_behind_total{$S}[$R]))", "{{pod}} behind"),
              ("sum by (pod) (increase(lacewing_replicas_diverged_total{$S}[$R]))", "{{pod}} different")),
        lines("Opened by an operator", "By lacewing recover --force, from what there was.",
              ("sum by (pod) (increase(lacewing_shards_forced_total{$S}[$R]))", "{{pod}}")),
        row("Between nodes"),
        lines("Messages passed on", "Each message goes to another node once, however many subscribers are there.",
              ("sum by (pod) (rate(lacewing_forwards_sent_total{$S}[$R]))", "{{pod}} sent"),
              ("sum by (pod) (rate(lacewing_forwards_received_total{$S}[$R]))", "{{pod}} received"), unit="pps"),
        lines("Retained messages as each node knows them", "Lines that stay apart: the nodes differ.",
              ("max by (pod) (lacewing_retained_messages{$S})", "{{pod}}")),
    ])


def security():
    return dashboard("security", "Security", "Who is refused and why, passwords, TLS and its certificates.", [
        stat("Refused CONNECTs", "Per second, for whatever reason.", f"sum(rate({REFUSED}[$R]))", "cps"),
        stat("Wrong user or password", "Per second. Many: a client with an old password, or someone guesses.",
             'sum(rate(lacewing_connects_total{$S,reason="bad_user_name_or_password"}[$R]))', "cps"),
        stat("Waiting for a password check", "A node checks some tens per second and takes up to 1,024 that wait.",
             "sum(lacewing_passwords_waiting{$S})", bad_from=500),
        stat("Users", "Of the password file in use.", "max(lacewing_passwords_users{$S})"),
        stat("Failed handshakes", "Of TLS, per second; port scans and TCP health checks count, too.",
             "sum(rate(lacewing_tls_handshake_failures_total{$S}[$R]))", "cps"),
        stat("Next certificate ends in", "Of all certificates in use, or one of their chains.",
             "min(lacewing_tls_certificate_expiry_seconds{$S})", "s", bad_below=14 * 86400),
        row("Who is let in"),
        lines("CONNECTs by reason", "success: let in. The others are MQTT 5's reasons.",
              ("sum by (reason) (rate(lacewing_connects_total{$S}[$R])) > 0", "{{reason}}"), unit="cps"),
        lines("Refused for who they are", "By node: a single node that refuses has another password file than the others.",
              ('sum by (pod, reason) (rate(lacewing_connects_total{$S,reason=~"bad_user_name_or_password|not_authorized|bad_authentication_method|banned"}[$R])) > 0',
               "{{pod}} {{reason}}"), unit="cps"),
        lines("Malformed and against the protocol", "Clients that speak MQTT badly, or something else.",
              ('sum by (reason) (rate(lacewing_connects_total{$S,reason=~"malformed_packet|protocol_error|unsupported_protocol_version|client_identifier_not_valid|packet_too_large"}[$R])) > 0',
               "{{reason}}"), unit="cps"),
        lines("Waiting for a password check", "By node.", ("sum by (pod) (lacewing_passwords_waiting{$S})", "{{pod}}")),
        row("Files and certificates"),
        lines("Users by node", "Lines that differ: the nodes have different password files.",
              ("max by (pod) (lacewing_passwords_users{$S})", "{{pod}}")),
        lines("Changes that were not taken", "The file had a fault; what was there before is in use. The log tells what is wrong.",
              ("sum by (pod) (increase(lacewing_passwords_rejected_total{$S}[$R]))", "{{pod}} password file"),
              ("sum by (pod, listener) (increase(lacewing_tls_reload_failures_total{$S}[$R]))", "{{pod}} certificates of {{listener}}")),
        lines("Time until certificates end", "Negative: ended.",
              ("min by (listener, certificate) (lacewing_tls_certificate_expiry_seconds{$S})", "{{listener}} {{certificate}}"), unit="s"),
        lines("Failed handshakes by listener", "Connections that ended before their handshake was done.",
              ("sum by (pod, listener) (rate(lacewing_tls_handshake_failures_total{$S}[$R]))", "{{pod}} {{listener}}"), unit="cps"),
    ])


def write(directory):
    for name, made in (("fleet", fleet()), ("node", node()), ("persistence", persistence()), ("cluster", cluster()),
                       ("security", security())):
        text = json.dumps(made, indent=1, ensure_ascii=False) + "\n"
        (directory / f"lacewing-{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "dashboards"))
