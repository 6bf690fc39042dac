{{/* The YAML file of the nodes. Address and name of each pod come from its environment. */}}
{{- define "lacewing.config" -}}
{{- $own := dict
    "listeners" (fromJsonArray (include "lacewing.config.listeners" .))
    "cluster" (dict
        "enabled" true
        "name" (default (include "lacewing.fullname" .) .Values.cluster.name)
        "size" (include "lacewing.size" . | int)
        "port" (int .Values.cluster.port)
        "eventBus" (dict "port" (int .Values.cluster.eventBusPort))
        "discovery" (dict "type" "dns" "dns" (dict "name" (printf "%s-nodes" (include "lacewing.fullname" .)))))
    "http" (dict "enabled" true "port" (int .Values.http.port) "metrics" "open")
    "auth" (dict "anonymous" .Values.auth.anonymous)
    "persistence" (dict "dir" "/var/lib/lacewing/data") -}}
{{- if include "lacewing.hasPasswords" . -}}
{{- $_ := set $own.auth "passwordFile" (printf "/etc/lacewing/auth/%s" .Values.auth.passwordFile.key) -}}
{{- end -}}
{{- if .Values.http.users.existingSecret -}}
{{- $_ := set $own.http "users" (printf "/etc/lacewing/http/%s" .Values.http.users.key) -}}
{{- end -}}
{{- $defaults := dict "persistence" (dict) -}}
{{- /* Where clients may seem to have an address of the cluster's, one that guesses passwords would have the others banned. */ -}}
{{- if ne .Values.service.externalTrafficPolicy "Local" -}}
{{- $_ := set $defaults "bans" (dict "guessing" (dict "failures" 0)) -}}
{{- end -}}
{{- if .Values.persistence.enabled -}}
{{- $_ := set $defaults.persistence "maxDiskSize" (include "lacewing.maxDiskSize" .) -}}
{{- else -}}
{{- $_ := set $own.persistence "durability" "memory" -}}
{{- end -}}
{{ toYaml (mergeOverwrite $defaults (deepCopy .Values.config) $own) }}
{{- end -}}

{{- define "lacewing.config.listeners" -}}
{{- $list := list -}}
{{- range $name := fromJsonArray (include "lacewing.listeners" .) -}}
{{- $from := index $.Values.listeners $name -}}
{{- $listener := dict "name" $name "type" $name "port" (int $from.port) -}}
{{- if $from.path }}{{ $_ := set $listener "path" $from.path }}{{ end -}}
{{- if has $name (list "tls" "wss") }}{{ $_ := set $listener "tls" (fromJson (include "lacewing.config.tls" $)) }}{{ end -}}
{{- $list = append $list $listener -}}
{{- end -}}
{{ toJson $list }}
{{- end -}}

{{- define "lacewing.config.tls" -}}
{{- $tls := dict "certificates" (list (dict "cert" "/etc/lacewing/tls/tls.crt" "key" "/etc/lacewing/tls/tls.key")) -}}
{{- if ne .Values.tls.clientAuth "none" -}}
{{- $_ := set $tls "clientAuth" .Values.tls.clientAuth -}}
{{- $_ := set $tls "clientCa" (ternary "/etc/lacewing/client-ca/ca.crt" "/etc/lacewing/tls/ca.crt" (ne .Values.tls.clientCaSecretName "")) -}}
{{- end -}}
{{- with .Values.tls.protocols }}{{ $_ := set $tls "protocols" . }}{{ end -}}
{{- with .Values.tls.ciphers }}{{ $_ := set $tls "ciphers" . }}{{ end -}}
{{ toJson $tls }}
{{- end -}}

{{/* Four fifths of the volume: the rest is for what is written anew before the old goes. */}}
{{- define "lacewing.maxDiskSize" -}}
{{- $size := .Values.persistence.size -}}
{{- $unit := regexFind "[A-Za-z]+$" $size -}}
{{- $mebi := mul (regexFind "^[0-9]+" $size | int64) (get (dict "Mi" 1 "Gi" 1024 "Ti" 1048576) $unit | int64) -}}
{{- printf "%dMiB" (div (mul $mebi 4) 5) -}}
{{- end -}}

{{/*
What pods must be restarted for. The size is left out: it counts at the first start only, so scaling restarts nobody.
*/}}
{{- define "lacewing.config.checksum" -}}
{{- $config := fromYaml (include "lacewing.config" .) -}}
{{- $_ := unset $config.cluster "size" -}}
{{ toYaml $config | sha256sum }}
{{- end -}}
