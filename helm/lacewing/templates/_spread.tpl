{{- define "lacewing.spread" -}}
{{- $constraints := list -}}
{{- $pods := dict "matchLabels" (fromYaml (include "lacewing.selector" .)) -}}
{{- range $between := list (list "zone" "topology.kubernetes.io/zone") (list "host" "kubernetes.io/hostname") -}}
{{- $when := index $.Values.topologySpread (first $between) -}}
{{- if ne $when "off" -}}
{{- $constraints = append $constraints (dict "maxSkew" 1 "topologyKey" (last $between) "whenUnsatisfiable" $when "labelSelector" $pods) -}}
{{- end -}}
{{- end -}}
{{- with concat $constraints .Values.extraTopologySpreadConstraints -}}
topologySpreadConstraints:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}
