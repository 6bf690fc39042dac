{{/* What the schema can't say: values that don't go together. Included once, by the StatefulSet. */}}
{{- define "lacewing.validate" -}}
{{- $v := .Values -}}
{{- range $path := list "listeners" "http" "node.id" "cluster.enabled" "cluster.name" "cluster.size" "cluster.bind" "cluster.port" "cluster.eventBus" "cluster.discovery" "persistence.dir" "auth.anonymous" "auth.passwordFile" -}}
{{- $parts := splitList "." $path -}}
{{- $section := get $v.config (first $parts) -}}
{{- $set := hasKey $v.config (first $parts) -}}
{{- if and $set (eq (len $parts) 2) -}}
{{- if not (kindIs "map" $section) }}{{ fail (printf "config.%s must be a map of keys, as in docs/configuration.md" (first $parts)) }}{{ end -}}
{{- $set = hasKey $section (last $parts) -}}
{{- end -}}
{{- if $set -}}
{{- fail (printf "config.%s is set by the chart; use the chart's own values instead (listeners, http, cluster, persistence, auth)" $path) -}}
{{- end -}}
{{- end -}}

{{- $listeners := fromJsonArray (include "lacewing.listeners" .) -}}
{{- if not $listeners }}{{ fail "listeners: at least one must be enabled" }}{{ end -}}
{{- $ports := dict (toString $v.cluster.port) "cluster.port" -}}
{{- $uses := list (list "cluster.eventBusPort" $v.cluster.eventBusPort) (list "http.port" $v.http.port) -}}
{{- range $name := $listeners }}{{ $uses = append $uses (list (printf "listeners.%s.port" $name) (index $v.listeners $name).port) }}{{ end -}}
{{- range $use := $uses -}}
{{- $port := toString (last $use) -}}
{{- if hasKey $ports $port }}{{ fail (printf "%s: port %s is taken by %s too" (first $use) $port (get $ports $port)) }}{{ end -}}
{{- $_ := set $ports $port (first $use) -}}
{{- end -}}

{{- $tls := include "lacewing.hasTls" . -}}
{{- $certificate := or $v.tls.secretName $v.tls.certManager.enabled -}}
{{- if and $tls (not $certificate) }}{{ fail "listeners.tls and listeners.wss need a certificate: set tls.secretName or tls.certManager.enabled" }}{{ end -}}
{{- if and $certificate (not $tls) }}{{ fail "tls: there is a certificate but no listener for it; set listeners.tls.enabled or listeners.wss.enabled" }}{{ end -}}
{{- if and $v.tls.certManager.enabled (not $v.tls.certManager.issuerRef.name) }}{{ fail "tls.certManager.issuerRef.name: which issuer signs the certificate?" }}{{ end -}}
{{- if and $v.tls.clientCaSecretName (eq $v.tls.clientAuth "none") }}{{ fail "tls.clientCaSecretName has no effect while tls.clientAuth is none; set it to optional or required" }}{{ end -}}

{{- if and $v.auth.passwordFile.content $v.auth.passwordFile.existingSecret }}{{ fail "auth.passwordFile: give content or existingSecret, not both" }}{{ end -}}

{{- if $v.persistence.enabled -}}
{{- if lt (include "lacewing.maxDiskSize" . | trimSuffix "MiB" | int64) (int64 256) }}{{ fail (printf "persistence.size: %s is too small, as four fifths of it must be 256Mi or more" $v.persistence.size) }}{{ end -}}
{{- else if hasKey (default dict $v.config.persistence) "durability" -}}
{{- if ne (get $v.config.persistence "durability") "memory" }}{{ fail "config.persistence.durability: without a volume (persistence.enabled: false) only memory is possible" }}{{ end -}}
{{- end -}}

{{- if $v.hpa.enabled -}}
{{- if lt (int $v.hpa.maxReplicas) (int $v.hpa.minReplicas) }}{{ fail "hpa.maxReplicas must be hpa.minReplicas or more" }}{{ end -}}
{{- if ge (int $v.hpa.maxReplicas) (mul 2 (int $v.hpa.minReplicas)) }}{{ fail (printf "hpa.maxReplicas: %d must be less than twice hpa.minReplicas (%d): nodes that are scaled away remain voters, and those left must be a majority" (int $v.hpa.maxReplicas) (int $v.hpa.minReplicas)) }}{{ end -}}
{{- end -}}

{{- if and $v.metrics.podMonitor.enabled $v.metrics.serviceMonitor.enabled }}{{ fail "metrics: enable podMonitor or serviceMonitor, not both, or everything is counted twice" }}{{ end -}}
{{- if and $v.networkPolicy.extraEgress (not $v.networkPolicy.restrictEgress) }}{{ fail "networkPolicy.extraEgress has no effect without networkPolicy.restrictEgress" }}{{ end -}}

{{- if eq $v.service.type "ClusterIP" -}}
{{- if or $v.service.externalTrafficPolicy $v.service.nodePorts }}{{ fail "service.externalTrafficPolicy and service.nodePorts have no effect with service.type ClusterIP" }}{{ end -}}
{{- end -}}
{{- if ne $v.service.type "LoadBalancer" -}}
{{- if or $v.service.loadBalancerClass $v.service.loadBalancerSourceRanges }}{{ fail "service.loadBalancerClass and service.loadBalancerSourceRanges need service.type LoadBalancer" }}{{ end -}}
{{- end -}}
{{- range $name, $port := $v.service.nodePorts -}}
{{- if not (has $name $listeners) }}{{ fail (printf "service.nodePorts.%s: no such listener is enabled" $name) }}{{ end -}}
{{- end -}}

{{- range $variable := $v.extraEnv -}}
{{- if has $variable.name (list "LACEWING_NODE_ID" "LACEWING_CLUSTER_BIND" "LACEWING_JAVA_OPTS") }}{{ fail (printf "extraEnv: %s is set by the chart" $variable.name) }}{{ end -}}
{{- end -}}
{{- end -}}
